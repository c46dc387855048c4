import { expect, test } from "vitest"
import { Poly1305 } from "../../../src/core/crypto/poly1305"
import { Draws } from "./random-run"
import { rising } from "./vectors/bytes"

const PRIME = 2n ** 130n - 5n

const bytes16 = (value: bigint) => Buffer.from(value.toString(16).padStart(32, "0"), "hex").reverse()
const littleEndian = (bytes: Buffer) => BigInt(`0x0${Buffer.from(bytes).reverse().toString("hex")}`)

/** RFC 8439 §2.5.1, to the letter. */
function reference(key: Buffer, text: Buffer): Buffer {
    const r = littleEndian(key.subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn
    let accumulator = 0n
    for (let at = 0; at < text.length; at += 16) {
        const block = littleEndian(Buffer.concat([text.subarray(at, at + 16), Buffer.from([1])]))
        accumulator = ((accumulator + block) * r) % PRIME
    }
    return bytes16((accumulator + littleEndian(key.subarray(16))) % 2n ** 128n)
}

function ours(key: Buffer, text: Buffer): Buffer {
    const mac = new Poly1305(key)
    const whole = text.length - (text.length % 16)
    for (let at = 0; at < whole; at += 16) mac.absorb(text, at)
    return mac.finish(text.subarray(whole))
}

test("random and extreme keys and texts of every length up to five blocks", () => {
    const draws = new Draws(1305)
    for (let i = 0; i < 5000; i++) {
        const key = draws.bytes(32)
        const text = draws.bytes(i % 81)
        expect(ours(key, text).toString("hex"), `case ${i}`).toBe(reference(key, text).toString("hex"))
    }
})

test("every accumulator within 20 of the prime", () => {
    const one = Buffer.alloc(32)
    one[0] = 1
    for (let offset = -20n; offset <= 20n; offset++) {
        // With r = 1 the accumulator is the sum of three blocks, 2^128 on top of each.
        const sum = PRIME + offset - 3n * 2n ** 128n
        const text = Buffer.concat([sum / 2n, sum - sum / 2n, 0n].map(block => bytes16(block)))
        expect(ours(one, text).toString("hex"), `${offset}`).toBe(reference(one, text).toString("hex"))
    }
})

test("a key is 32 bytes", () => {
    expect(() => new Poly1305(rising(16, 0))).toThrow("Poly1305 key must be 32 bytes long, not 16")
    expect(() => new Poly1305("key" as unknown as Buffer)).toThrow("Poly1305 key must be a Buffer")
})
