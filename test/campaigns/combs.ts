/**
 * Random cases of what is computed by combs, ours beside noble's: verification under known keys, and X25519's own key. A sixth of the signatures are
 * sound, the others changed in one of five ways.
 */
import { ed25519, x25519 } from "@noble/curves/ed25519.js"
import { p256 } from "@noble/curves/nist.js"
import { type Digest, openDigest } from "../../src/core/crypto/digest"
import { ed25519KnownKeyRefusal } from "../../src/core/crypto/ed25519-known"
import { p256KnownKeyRefusal } from "../../src/core/crypto/p256-known"
import { x25519PublicKeyByComb } from "../../src/core/crypto/x25519-comb"
import { nodeDigest } from "../../src/host/node-digest"
import { knownKeyComb } from "../../src/host/package/known-key"
import { nobleCurves } from "../core/crypto/curve-oracles"
import { Draws } from "../core/crypto/random-run"

/** To make a key's table takes longer than to verify by it. */
const CASES_PER_KEY = 16
const pause = async () => {}

/** Two words for the same case: `valid` or `refused` of a signature, hexadecimal digits of a key. */
export interface CombCase {
    ours: string
    theirs: string
}

type Run = (draws: Draws) => AsyncGenerator<CombCase>
type Verify = (message: Buffer, signature: Buffer) => Promise<boolean>

const digest: Digest = await openDigest(nodeDigest, pause)

export const COMBS: Readonly<Record<string, Run>> = {
    async *ed25519(draws) {
        const seed = draws.bytes(32)
        const publicKey = Buffer.from(ed25519.getPublicKey(seed))
        const key = { publicKey, comb: knownKeyComb("EdDSA", publicKey) }
        yield* signatures(
            draws,
            above => bytesOf(ed25519.Point.Fn.ORDER + BigInt(above)).reverse(),
            message => ed25519.sign(message, seed),
            async (message, signature) => (await ed25519KnownKeyRefusal(key, message, signature, pause)) === undefined,
            (message, signature) => nobleCurves.ed25519Verify(publicKey, message, signature),
        )
    },
    async *ecdsaP256(draws) {
        const secret = draws.bytes(32)
        secret[0] = 1 + draws.below(254)
        const publicKey = Buffer.from(p256.getPublicKey(secret, false))
        const comb = knownKeyComb("ES256", publicKey.subarray(1))
        yield* signatures(
            draws,
            above => bytesOf(p256.Point.Fn.ORDER + BigInt(above)),
            message => p256.sign(message, secret, { lowS: false }),
            async (message, signature) =>
                (await p256KnownKeyRefusal(comb, message, signature, digest, pause)) === undefined,
            (message, signature) => nobleCurves.p256Verify(publicKey, message, signature),
        )
    },
    async *x25519(draws) {
        const secret = draws.bytes(32)
        const ours = await x25519PublicKeyByComb(secret, pause)
        yield { ours: ours.toString("hex"), theirs: Buffer.from(x25519.getPublicKey(secret)).toString("hex") }
    },
}

/** As many cases as asked for, of one of `COMBS`. */
export async function* combCases(name: string, seed: number, cases: number): AsyncGenerator<CombCase> {
    const draws = new Draws(seed)
    for (let tried = 0; tried < cases; )
        for await (const came of COMBS[name](draws)) {
            if (tried++ >= cases) return
            yield came
        }
}

async function* signatures(
    draws: Draws,
    nearOrder: (above: number) => Buffer,
    sign: (message: Buffer) => Uint8Array,
    ours: Verify,
    theirs: Verify,
): AsyncGenerator<CombCase> {
    const word = (valid: boolean) => (valid ? "valid" : "refused")
    for (let i = 0; i < CASES_PER_KEY; i++) {
        const message = draws.bytes(draws.below(150))
        const signature = Buffer.from(sign(message))
        change(draws, message, signature, nearOrder)
        yield { ours: word(await ours(message, signature)), theirs: word(await theirs(message, signature)) }
    }
}

/** One way in six leaves all as it is; the others change a bit of either half of the signature or of the message, or a half to 0, or to about the order. */
function change(draws: Draws, message: Buffer, signature: Buffer, nearOrder: (above: number) => Buffer): void {
    const half = 32 * draws.below(2)
    const flip = (bytes: Buffer, from: number, length: number) => {
        if (length > 0) bytes[from + draws.below(length)] ^= 1 << draws.below(8)
    }
    const ways = [
        () => {},
        () => flip(signature, 0, 32),
        () => flip(signature, 32, 32),
        () => flip(message, 0, message.length),
        () => signature.set(nearOrder(draws.below(3) - 1), half),
        () => signature.fill(0, half, half + 32),
    ]
    ways[draws.below(ways.length)]()
}

/** Most significant first. */
const bytesOf = (x: bigint) => Buffer.from(x.toString(16).padStart(64, "0"), "hex")
