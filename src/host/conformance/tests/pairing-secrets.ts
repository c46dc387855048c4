/** C1.5: what a unit is paired by, which its label shows, is its own, and follows from nothing that anybody can see. */
import { createHash } from "node:crypto"
import { verifyChain } from "../../identity/chain"
import { PAIRING_SECRET_BYTES, readPairingCode } from "../../identity/pairing-secret"
import { callWhenFree } from "../../unit/call-when-free"
import { certificatesOf } from "../../unit/certificates-of"
import type { Bench } from "../bench"
import { Broken, type ConformanceTest, require, type Scene, Unclear } from "../scene"
import { entriesOf } from "./log-entries"
import { requireRandom } from "./randomness"

/** Units beside the one that is tried. */
const OTHERS = [1, 2, 3]
const DIGESTS = ["md5", "sha1", "sha256", "sha512"]

export const PAIRING_SECRET_TESTS: readonly ConformanceTest[] = [
    {
        id: "C1.5-pairing-secrets",
        title: "The pairing secrets of several units are distinct, pass a check of randomness, and follow from nothing that a unit shows.",
        needs: ["units", "label"],
        async run(scene) {
            const { bench, note } = scene
            const secrets = [await underivedSecret(scene, bench)]
            for (const number of OTHERS)
                secrets.push(await onUnit(bench, number, other => underivedSecret(scene, other)))
            requireRandom("pairing secrets", secrets.map(hex))
            note("pairing secrets", { units: secrets.length })
            return { verdict: "enforced", expected: "distinct and underived", seen: `${secrets.length} that are` }
        },
    },
    {
        id: "C1.5-pairing-secret-kept",
        title: "A unit's pairing secret is in no memory of another unit, and in nothing that the unit says.",
        needs: ["units", "label", "dump", "listener"],
        async run(scene) {
            const { bench, declared, random, note } = scene
            const secret = await secretOf(bench)
            await bench.ask("domovoi", "attest", { challenge: random(32) })
            await certificatesOf(bench.link)
            if (declared.declares.log) await entriesOf(bench)
            await callWhenFree(bench.link, "read", { offset: 0, document: 1 })
            const said = Buffer.concat(bench.heard().map(({ frame }) => frame))
            if (said.includes(secret)) throw new Broken("no pairing secret in what it says", "its pairing secret")
            const isIn = async (of: Bench) =>
                (await of.dump()).filter(({ bytes }) => Buffer.from(bytes).includes(secret))
            const own = await isIn(bench)
            note("found in the unit itself", {
                memories: own.map(({ name }) => name).join(", "),
                saidBytes: said.length,
            })
            for (const number of OTHERS) {
                const [found] = await onUnit(bench, number, isIn)
                if (found) throw new Broken("in no memory of another unit", `in ${found.name} of unit ${number}`)
            }
            if (own.length === 0)
                throw new Unclear("the secret of its label is not found in the unit itself, so a search says nothing")
            return { verdict: "enforced", expected: "in its own memory alone", seen: `in its own ${own[0].name} alone` }
        },
    },
]

async function onUnit<T>(bench: Bench, number: number, work: (other: Bench) => Promise<T>): Promise<T> {
    const other = await bench.unit(number)
    try {
        await other.begin()
        return await work(other)
    } finally {
        await other.close()
    }
}

/** @throws Broken if the label shows none, or another unit's serial number */
async function secretOf(bench: Bench): Promise<Buffer> {
    const { serial, code } = await bench.label()
    require("serial number on the label", await bench.link.get("serial_number"), serial)
    const secret = readPairingCode(code)
    if (!secret) throw new Broken("a pairing secret on the label", code)
    return Buffer.from(secret)
}

/** @throws Broken if it is made of what everybody can see of the unit */
async function underivedSecret({ policy, note }: Scene, bench: Bench): Promise<Buffer> {
    const secret = await secretOf(bench)
    const verdict = verifyChain(await certificatesOf(bench.link), { ...policy, serial: undefined })
    if ("refusal" in verdict) throw new Broken("a certificate of the maker's", verdict.refusal)
    const { serial, model, certificateSerial, publicKey } = verdict.unit
    const chip = await bench.link.chip()
    const shown: Record<string, string | Uint8Array> = {
        "serial number": serial,
        "model and serial number": model + serial,
        "certificate's serial number": Buffer.from(certificateSerial, "hex"),
        "public key": publicKey,
        "chip's identifier": Buffer.from(chip, "hex"),
        "chip's identifier, reversed": Buffer.from(chip, "hex").reverse(),
        "chip's identifier in hex": chip,
        "chip's identifier in capital hex": chip.toUpperCase(),
    }
    const guesses = Object.entries(shown).flatMap(([name, value]) => guessesFrom(name, Buffer.from(value)))
    note("compared with what is made of what it shows", { serial, guesses: guesses.length })
    const right = guesses.find(({ bytes }) => bytes.equals(secret))
    if (right) throw new Broken("a secret that follows from nothing that it shows", `${right.how} is its secret`)
    return secret
}

/** What a factory that does not draw would make: the thing itself, filled up or cut, and either end of its digests. */
function guessesFrom(name: string, value: Buffer): { how: string; bytes: Buffer }[] {
    const filled = Buffer.alloc(PAIRING_SECRET_BYTES)
    value.copy(filled)
    const repeated = Buffer.alloc(PAIRING_SECRET_BYTES, value)
    const digests = DIGESTS.flatMap(algorithm => {
        const digest = createHash(algorithm).update(value).digest()
        return [
            { how: `${algorithm} of its ${name}`, bytes: digest.subarray(0, PAIRING_SECRET_BYTES) },
            { how: `the end of ${algorithm} of its ${name}`, bytes: digest.subarray(-PAIRING_SECRET_BYTES) },
        ]
    })
    return [{ how: `its ${name}`, bytes: filled }, { how: `its ${name}, repeated`, bytes: repeated }, ...digests]
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")
