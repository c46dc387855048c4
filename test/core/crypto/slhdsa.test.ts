import { beforeAll, describe, expect, test } from "vitest"
import { type Digest, openDigest } from "../../../src/core/crypto/digest"
import { SLH_DSA_SIGNATURE_LENGTH, type SlhDsaRefusal, slhDsaRefusal } from "../../../src/core/crypto/slhdsa"
import { nodeDigest } from "../../../src/host/node-digest"
import { runOnDevice } from "./device-program"
import { rising } from "./vectors/bytes"
import { readerOf } from "./vectors/slhdsa"
import { PUBLIC_KEY_1, PUBLIC_KEY_2, SIGNATURE_1, SIGNATURE_2 } from "./vectors/slhdsa-signatures"

const pause = async () => {}
const message = rising(64, 0)
const context = rising(5, 0)

/** 1 tries a corruption at every byte of the signature; 16, the default, at one byte of every hash in it. */
const STRIDE = Number(process.env.CRYPTO_SLH_DSA_STRIDE ?? 16)

let digest: Digest
beforeAll(async () => {
    digest = await openDigest(nodeDigest, pause)
})

interface Changes {
    publicKey?: Buffer
    message?: Buffer[]
    context?: Buffer
    signature?: Buffer
}

/** The verdict on signature 2, with some of it changed. */
function verdict(changes: Changes): Promise<SlhDsaRefusal | undefined> {
    const given = { publicKey: PUBLIC_KEY_2, message: [message], context, signature: SIGNATURE_2, ...changes }
    return slhDsaRefusal(given.publicKey, given.message, given.context, readerOf(given.signature), digest, pause)
}

function flipped(bytes: Buffer, at: number, bit: number): Buffer {
    const copy = Buffer.from(bytes)
    copy[at] ^= 1 << bit
    return copy
}

test("the signature is valid, however the message is cut into parts", async () => {
    expect(await verdict({})).toBeUndefined()
    for (const cut of [0, 1, 32, 63, 64])
        expect(await verdict({ message: [message.subarray(0, cut), message.subarray(cut)] })).toBeUndefined()
})

test("a bit flipped anywhere in the signature makes it another's", async () => {
    for (let at = 0; at < SIGNATURE_2.length; at += STRIDE) {
        const byte = at + (STRIDE > 1 ? (7 * (at / STRIDE)) % STRIDE : 0)
        expect(await verdict({ signature: flipped(SIGNATURE_2, byte, byte & 7) }), `byte ${byte}`).toBe("mismatch")
    }
})

test("so does one anywhere in key, message or context", async () => {
    for (let at = 0; at < PUBLIC_KEY_2.length; at++)
        expect(await verdict({ publicKey: flipped(PUBLIC_KEY_2, at, at & 7) })).toBe("mismatch")
    for (let at = 0; at < message.length; at++)
        expect(await verdict({ message: [flipped(message, at, at & 7)] })).toBe("mismatch")
    for (let at = 0; at < context.length; at++)
        expect(await verdict({ context: flipped(context, at, at & 7) })).toBe("mismatch")
})

test("a byte moved from the context to the message, a longer or a shorter message: another's", async () => {
    const moved = [context.subarray(4), message]
    expect(await verdict({ context: context.subarray(0, 4), message: moved })).toBe("mismatch")
    expect(await verdict({ context: Buffer.alloc(0), message: [context, message] })).toBe("mismatch")
    expect(await verdict({ message: [message, Buffer.alloc(1)] })).toBe("mismatch")
    expect(await verdict({ message: [] })).toBe("mismatch")
})

test("a signature of another key, all zeros, all ones: another's", async () => {
    expect(await verdict({ signature: SIGNATURE_1 })).toBe("mismatch")
    expect(await verdict({ publicKey: PUBLIC_KEY_1 })).toBe("mismatch")
    for (const byte of [0, 255])
        expect(await verdict({ signature: Buffer.alloc(SLH_DSA_SIGNATURE_LENGTH, byte) })).toBe("mismatch")
})

test("any other length is refused before anything is computed", async () => {
    let reads = 0
    for (const length of [0, 1, 7855, 7857, 17_088, Number.NaN]) {
        const reader = {
            length,
            read: async () => {
                reads++
                return Buffer.alloc(0)
            },
        }
        expect(await slhDsaRefusal(PUBLIC_KEY_2, [message], context, reader, digest, pause)).toBe("signatureLength")
    }
    expect(reads).toBe(0)
})

test("a signature that ends early is refused, wherever it ends", async () => {
    for (let end = 0; end < SIGNATURE_2.length; end += 97) {
        const { read } = readerOf(SIGNATURE_2.subarray(0, end))
        const reader = { length: SIGNATURE_2.length, read }
        expect(await slhDsaRefusal(PUBLIC_KEY_2, [message], context, reader, digest, pause), `${end}`).toBe(
            "signatureEnded",
        )
    }
})

test("it is read once, in order, in pieces of 560 bytes at most", async () => {
    const { length, read } = readerOf(SIGNATURE_2)
    const pieces: number[] = []
    const reader = {
        length,
        read: (bytes: number) => {
            pieces.push(bytes)
            return read(bytes)
        },
    }
    expect(await slhDsaRefusal(PUBLIC_KEY_2, [message], context, reader, digest, pause)).toBeUndefined()
    expect(Math.max(...pieces)).toBe(560)
    expect(pieces.reduce((sum, bytes) => sum + bytes)).toBe(SLH_DSA_SIGNATURE_LENGTH)
})

test("wrong types and lengths are refused by name", async () => {
    const wrong = "text" as unknown as Buffer
    await expect(verdict({ publicKey: wrong })).rejects.toThrow("SLH-DSA public key must be a Buffer")
    await expect(verdict({ publicKey: rising(31, 0) })).rejects.toThrow("must be 32 bytes long, not 31")
    await expect(verdict({ context: wrong })).rejects.toThrow("SLH-DSA context must be a Buffer")
    await expect(verdict({ context: Buffer.alloc(256) })).rejects.toThrow("at most 255 bytes long, not 256")
    await expect(verdict({ message: [wrong] })).rejects.toThrow("data must be a Buffer")
})

describe("pauses", () => {
    test("no more hashes in a row than 8 ms are long enough for", async () => {
        let run = 0
        let longest = 0
        const digest = await openDigest(nodeDigest, pause)
        const counted: Digest = {
            sha256: (parts, pause) => digest.sha256(parts, pause),
            hmacSha256: (key, parts, pause) => digest.hmacSha256(key, parts, pause),
            short: (key, algorithm, parts) => {
                longest = Math.max(longest, ++run)
                return digest.short(key, algorithm, parts)
            },
        }
        const reset = async () => void (run = 0)
        const refusal = await slhDsaRefusal(PUBLIC_KEY_2, [message], context, readerOf(SIGNATURE_2), counted, reset)
        expect(refusal).toBeUndefined()
        expect(longest).toBeLessThanOrEqual(20)
        expect(longest).toBeGreaterThan(12)
    })
})

test("200 corrupted signatures on the device, each refused; and the sound one before and after", async () => {
    const { printed } = await runOnDevice("slhdsa-corrupted", "done")
    expect(printed).toEqual(["valid 2, mismatch 200", "done"])
})
