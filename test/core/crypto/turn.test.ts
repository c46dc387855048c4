/** The registers of a field belong to one computation at a time, however its pauses fall, and hold nothing of it afterwards. */
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { openDigest } from "../../../src/core/crypto/digest"
import { ed25519Key, ed25519Sign } from "../../../src/core/crypto/ed25519"
import { ed25519KnownKeyRefusal } from "../../../src/core/crypto/ed25519-known"
import { ed25519Refusal } from "../../../src/core/crypto/ed25519-verify"
import * as fieldP256 from "../../../src/core/crypto/field-p256"
import * as field25519 from "../../../src/core/crypto/field25519"
import { wipeRegisters as wipeP256 } from "../../../src/core/crypto/limbs-p256"
import { wipeRegisters as wipe25519 } from "../../../src/core/crypto/limbs25519"
import { p256Agree, p256PublicKey, p256Sign } from "../../../src/core/crypto/p256"
import { p256KnownKeyRefusal } from "../../../src/core/crypto/p256-known"
import { p256Refusal } from "../../../src/core/crypto/p256-verify"
import { inTurn } from "../../../src/core/crypto/turn"
import { x25519, x25519PublicKey } from "../../../src/core/crypto/x25519"
import { x25519PublicKeyByComb } from "../../../src/core/crypto/x25519-comb"
import { x25519Compact } from "../../../src/core/crypto/x25519-compact"
import type { Pause } from "../../../src/core/ports"
import { nodeDigest } from "../../../src/host/node-digest"
import { knownKeyComb } from "../../../src/host/package/known-key"
import { rising } from "./vectors/bytes"

const noPause: Pause = async () => {}
/** Lets everything else that can go on go on first. */
const letOthers: Pause = () => new Promise(resolve => setImmediate(resolve))

const seed = rising(32, 1)
const message = rising(90, 2)
const digest = await openDigest(nodeDigest, noPause)
const edKey = await ed25519Key(seed, noPause)
const edSignature = await ed25519Sign(edKey, message, noPause)
const theirs = await x25519PublicKey(rising(32, 8), noPause)
const p256Key = await p256PublicKey(seed, noPause)
const p256Signature = await p256Sign(seed, message, digest, noPause)

const edComb = knownKeyComb("EdDSA", edKey.publicKey)
const p256Comb = knownKeyComb("ES256", p256Key.subarray(1))

const COMPUTATIONS: Record<string, (pause: Pause) => Promise<unknown>> = {
    "Ed25519, key": pause => ed25519Key(seed, pause),
    "Ed25519, signature": pause => ed25519Sign(edKey, message, pause),
    "Ed25519, verification": pause => ed25519Refusal(edKey.publicKey, message, edSignature, pause),
    "Ed25519, verification of a known key": pause =>
        ed25519KnownKeyRefusal({ publicKey: edKey.publicKey, comb: edComb }, message, edSignature, pause),
    "X25519, public key by the comb": pause => x25519PublicKeyByComb(seed, pause),
    "X25519, agreement": pause => x25519(seed, theirs, pause),
    "X25519, compact": pause => x25519Compact(seed, theirs, pause),
    "P-256, public key": pause => p256PublicKey(seed, pause),
    "P-256, signature": pause => p256Sign(seed, message, digest, pause),
    "P-256, verification": pause => p256Refusal(p256Key, message, p256Signature, digest, pause),
    "P-256, verification of a known key": pause => p256KnownKeyRefusal(p256Comb, message, p256Signature, digest, pause),
    "P-256, agreement": pause => p256Agree(seed, p256Key, pause),
}

test("all computations at once, each going on at every pause of the others, give what each gives alone", async () => {
    const alone: unknown[] = []
    for (const compute of Object.values(COMPUTATIONS)) alone.push(await compute(noPause))
    const together = [...Object.values(COMPUTATIONS), ...Object.values(COMPUTATIONS).reverse()]
    const answers = await Promise.all(together.map(compute => compute(letOthers)))
    expect(answers).toEqual([...alone, ...alone.slice().reverse()])
})

describe("a turn", () => {
    const never = async () => {}

    test("is one at a time, and the next begins when it has ended", async () => {
        const events: string[] = []
        const work = (name: string) =>
            inTurn(letOthers, never, async () => {
                events.push(`${name} begins`)
                for (let i = 0; i < 5; i++) await letOthers()
                events.push(`${name} ends`)
            })
        await Promise.all([work("a"), work("b"), work("c")])
        for (let i = 0; i < 6; i += 2) expect(events[i + 1]).toBe(events[i].replace("begins", "ends"))
    })

    test("is not kept by one who takes turn after turn", async () => {
        let turns = 0
        let waited = -1
        const greedy = (async () => {
            for (; turns < 50; turns++) await inTurn(letOthers, never, letOthers)
        })()
        const patient = inTurn(letOthers, never, async () => void (waited = turns))
        await Promise.all([greedy, patient])
        expect(waited).toBeLessThan(5)
    })

    test("pauses before it begins and when it has ended", async () => {
        const order: string[] = []
        const pause = async () => void order.push("pause")
        await inTurn(pause, never, async () => void order.push("work"))
        expect(order).toEqual(["pause", "work", "pause"])
    })
})

test.each(Object.entries(COMPUTATIONS))(
    "%s: an exception at any pause ends the turn, and the next is right",
    async (_, compute) => {
        const right = await compute(noPause)
        let pauses = 0
        await compute(async () => void pauses++)
        for (const at of [1, 2, 20, pauses >> 1, pauses - 1, pauses]) {
            let left = at
            const failing = async () => {
                // From then on it always throws: cleaning up must not depend on it.
                if (--left <= 0) throw new Error("cut short")
            }
            await expect(compute(failing), `at pause ${at}`).rejects.toThrow("cut short")
            expect(await compute(noPause)).toEqual(right)
        }
    },
)

/** Of secrets alone: the nonce's inverse in an ECDSA signature takes a time that depends on a random number. */
const OF_SECRETS: Record<string, (secret: Buffer) => Promise<(pause: Pause) => Promise<unknown>>> = {
    "Ed25519, key": async secret => pause => ed25519Key(secret, pause),
    "Ed25519, signature": async secret => {
        const key = await ed25519Key(secret, noPause)
        return pause => ed25519Sign(key, message, pause)
    },
    "X25519, public key by the comb": async secret => pause => x25519PublicKeyByComb(secret, pause),
    "X25519, agreement": async secret => pause => x25519(secret, theirs, pause),
    "X25519, compact": async secret => pause => x25519Compact(secret, theirs, pause),
    "P-256, public key": async secret => pause => p256PublicKey(secret, pause),
    "P-256, agreement": async secret => pause => p256Agree(secret, p256Key, pause),
}

test.each(Object.entries(OF_SECRETS))("%s: pauses as often whatever the secret is", async (_, prepare) => {
    const counts: number[] = []
    for (const from of [1, 77, 200]) {
        const compute = await prepare(rising(32, from))
        let pauses = 0
        await compute(async () => void pauses++)
        counts.push(pauses)
    }
    // What was computed before decides how much of the first stretch is left.
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
    expect(counts[0]).toBeGreaterThan(500)
})

describe("registers after a computation", () => {
    test("of points are zero", async () => {
        await COMPUTATIONS["X25519, agreement"](noPause)
        const point: number[] = []
        field25519.storePoint(point)
        expect(point).toEqual(new Array(44).fill(0))
        await COMPUTATIONS["P-256, agreement"](noPause)
        const [x, y, z]: number[][] = [[], [], []]
        fieldP256.storePoint(x, y, z)
        expect([...x, ...y, ...z]).toEqual(new Array(33).fill(0))
    })

    test.each([
        ["X25519, agreement", 30, 44],
        // These wipe the registers of products alone, so they must use no others.
        ["Ed25519, key", 0, 0],
        ["Ed25519, signature", 0, 0],
        ["X25519, public key by the comb", 0, 0],
    ])("%s: while it ran, some %i to %i registers of points were not", async (name, least, most) => {
        let seen: number[] = []
        const looking = async () => {
            const point: number[] = []
            field25519.storePoint(point)
            if (point.some(limb => limb !== 0)) seen = point
        }
        await COMPUTATIONS[name](looking)
        const { length } = seen.filter(limb => limb !== 0)
        expect(length).toBeGreaterThanOrEqual(least)
        expect(length).toBeLessThanOrEqual(most)
    })

    test.each([
        ["field25519", wipe25519],
        ["field-p256", wipeP256],
    ])("%s: the wipe writes every register of points and products", async (file, wipe) => {
        expect(wipe).toBeInstanceOf(Function)
        const source = readFileSync(new URL(`../../../src/core/crypto/${file}.ts`, import.meta.url), "utf8")
        const registers = [...source.matchAll(/^let ([a-z]\d+): number$/gm)].map(([, name]) => name)
        // `u` is the base of a ladder, which is public.
        const secret = registers.filter(name => !name.startsWith("u"))
        const body = (name: string) => source.slice(source.indexOf(`function ${name}(`)).split("\n}\n")[0]
        const written = (text: string) => new Set([...text.matchAll(/^\s+([a-z]\d+) = /gm)].map(([, name]) => name))
        const wiped = new Set([
            ...written(body("loadPoint")),
            ...written(body("product")),
            ...written(body("multiply")),
        ])
        expect(secret.filter(name => !wiped.has(name))).toEqual([])
        expect(secret.length).toBeGreaterThan(60)
    })
})
