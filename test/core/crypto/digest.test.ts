import { expect, test } from "vitest"
import { type NativeDigest, openDigest } from "../../../src/core/crypto/digest"
import { nodeDigest } from "../../../src/host/node-digest"
import { rising } from "./vectors/bytes"

const pause = async () => {}

test("a right native digest is used, and itself called for short input", async () => {
    let calls = 0
    const counted: NativeDigest = (key, algorithm, parts) => {
        calls++
        return nodeDigest(key, algorithm, parts)
    }
    const digest = await openDigest(counted, pause)
    expect(digest.short).toBe(counted)
    const before = calls
    await digest.sha256([rising(5000, 0)], pause)
    await digest.hmacSha256(rising(5, 0), [rising(5000, 0)], pause)
    expect(calls - before).toBe(2)
})

test("a wrong native digest is a fault, whatever it gets wrong", async () => {
    const flipped = (wrong: (key: Buffer | undefined, parts: Buffer[]) => boolean): NativeDigest => {
        return (key, algorithm, parts) => {
            const hash = nodeDigest(key, algorithm, parts)
            if (wrong(key, parts)) hash[31] ^= 1
            return hash
        }
    }
    const faults: [string, NativeDigest][] = [
        ["SHA-256 of two blocks", flipped(key => key === undefined)],
        ["HMAC-SHA-256", flipped(key => key !== undefined)],
        ["SHA-256 of two blocks", (key, algorithm, parts) => nodeDigest(key, algorithm, parts.slice(0, 1))],
        ["HMAC-SHA-256", (key, algorithm, parts) => nodeDigest(key?.subarray(0, 64), algorithm, parts)],
        ["SHA-256 of two blocks", () => Buffer.alloc(0)],
    ]
    for (const [name, native] of faults) {
        const opened = openDigest(native, pause)
        await expect(opened).rejects.toThrow(name)
        await expect(opened).rejects.toThrow("do not use it")
    }
})

test("without a native digest, plain TypeScript gives the same and pauses at every block", async () => {
    const plain = await openDigest(undefined, pause)
    const native = await openDigest(nodeDigest, pause)
    let pauses = 0
    const counting = async () => void pauses++
    for (const length of [0, 1, 63, 64, 65, 500]) {
        const [key, data] = [rising(length, 3), [rising(length, 0), rising(10, 9)]]
        expect(await plain.sha256(data, counting)).toEqual(await native.sha256(data, pause))
        expect(await plain.hmacSha256(key, data, counting)).toEqual(await native.hmacSha256(key, data, pause))
        expect(await plain.short(undefined, "sha256", data)).toEqual(native.short(undefined, "sha256", data))
    }
    expect(pauses).toBeGreaterThan(30)
})

test("what is no Buffer is refused", async () => {
    for (const digest of [await openDigest(undefined, pause), await openDigest(nodeDigest, pause)]) {
        const wrong = "text" as unknown as Buffer
        await expect(digest.sha256([wrong], pause)).rejects.toThrow("data must be a Buffer")
        await expect(digest.hmacSha256(wrong, [], pause)).rejects.toThrow("key must be a Buffer")
        await expect(digest.hmacSha256(Buffer.alloc(1), [wrong], pause)).rejects.toThrow("data must be a Buffer")
    }
})
