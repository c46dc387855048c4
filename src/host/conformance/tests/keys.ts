/** C2.4: a private key that is in a memory can be read there. */
import { createECDH, createPrivateKey, createPublicKey } from "node:crypto"
import { ed25519 } from "@noble/curves/ed25519.js"
import { verifyChain } from "../../identity/chain"
import { certificatesOf } from "../../unit/certificates-of"
import type { MemoryDump } from "../bench"
import { Broken, type ConformanceTest } from "../scene"
import { ofClass1 } from "./root"

const KEY_BYTES = 32
/** 32 random bytes have 30 different ones, and so few once in a million keys: what has fewer is code, text or blank. */
const FEWEST_DISTINCT = 24

export const KEY_TESTS: readonly ConformanceTest[] = [
    {
        id: "C2.4-memories",
        title: "The private key of the certificate is in no memory that can be read out, and in nothing that the device has said.",
        needs: ["dump"],
        spares: ofClass1,
        async run({ bench, policy, random, note }) {
            const verdict = verifyChain(await certificatesOf(bench.link), policy)
            if ("refusal" in verdict) throw new Broken("a certificate of the maker's", verdict.refusal)
            // It has signed just now: what it left behind of that is found, too.
            await bench.ask("domovoi", "attest", { challenge: random(32) })
            const said = bench.can.has("listener") ? [saidIn(bench.heard())] : []
            const memories = [...(await bench.dump()), ...said]
            for (const memory of memories) {
                const at = privateKeyIn(memory.bytes, verdict.unit)
                note("searched", { memory: memory.name, bytes: memory.bytes.length })
                if (at !== undefined)
                    throw new Broken("no private key", `the private key in ${memory.name}, at byte ${at}`)
            }
            return {
                verdict: "enforced",
                expected: "no private key",
                seen: `none in ${memories.map(({ name }) => name).join(", ")}`,
            }
        },
    },
]

function saidIn(heard: readonly { frame: Uint8Array }[]): MemoryDump {
    return { name: "what was said", bytes: Buffer.concat(heard.map(({ frame }) => frame)) }
}

/**
 * Looks for a private key by its public one: at every byte, as seed and as scalar, whichever end comes first.
 * @returns where it begins; undefined if it is not there
 */
export function privateKeyIn(
    bytes: Uint8Array,
    { algorithm, publicKey }: { algorithm: "ed25519" | "p256"; publicKey: Uint8Array },
): number | undefined {
    const makes = algorithm === "ed25519" ? makesEd25519(publicKey) : makesP256(publicKey)
    const memory = Buffer.from(bytes)
    for (let at = 0; at + KEY_BYTES <= memory.length; at++) {
        const window = memory.subarray(at, at + KEY_BYTES)
        if (new Set(window).size >= FEWEST_DISTINCT && makes(window)) return at
    }
    return undefined
}

/** PrivateKeyInfo of RFC 8410 §7 before the seed, and SubjectPublicKeyInfo before the key. */
const SEED_INFO = Buffer.from("302e020100300506032b657004220420", "hex")
const KEY_INFO_BYTES = 12

function makesEd25519(publicKey: Uint8Array): (window: Buffer) => boolean {
    const wanted = Buffer.from(publicKey)
    const { BASE } = ed25519.Point
    return window => {
        const key = createPrivateKey({ key: Buffer.concat([SEED_INFO, window]), format: "der", type: "pkcs8" })
        const made = createPublicKey(key).export({ format: "der", type: "spki" }).subarray(KEY_INFO_BYTES)
        if (made.equals(wanted)) return true
        // The scalar that comes of a seed has these bits (RFC 8032 §5.1.5).
        if ((window[0] & 7) !== 0 || (window[31] & 0xc0) !== 0x40) return false
        const scalar = BigInt(`0x${Buffer.from(window).reverse().toString("hex")}`) % ed25519.Point.Fn.ORDER
        return scalar !== 0n && wanted.equals(BASE.multiply(scalar).toBytes())
    }
}

function makesP256(publicKey: Uint8Array): (window: Buffer) => boolean {
    const wanted = Buffer.concat([Buffer.of(4), publicKey])
    const ecdh = createECDH("prime256v1")
    const isScalar = (scalar: Buffer) => {
        try {
            ecdh.setPrivateKey(scalar)
        } catch {
            // Zero, or not below the order of the curve.
            return false
        }
        return ecdh.getPublicKey().equals(wanted)
    }
    return window => isScalar(window) || isScalar(Buffer.from(window).reverse())
}
