import { createHash } from "node:crypto"
import { describe, expect, test } from "vitest"
import { Sha256 } from "../../../src/core/crypto/sha256"
import { Sha512, sha512 } from "../../../src/core/crypto/sha512"
import { rising } from "./vectors/bytes"

const HASHES = [
    { name: "sha256", blockLength: 64, pausesPerBlock: 6, create: () => new Sha256() },
    { name: "sha512", blockLength: 128, pausesPerBlock: 15, create: () => new Sha512() },
]
const pause = async () => {}

describe.each(HASHES)("$name", ({ name, blockLength, pausesPerBlock, create }) => {
    const reference = (data: Buffer) => createHash(name).update(data).digest("hex")
    const hashed = async (data: Buffer) => {
        const hash = create()
        await hash.update(data, pause)
        return (await hash.digest(pause)).toString("hex")
    }

    test("every length up to four blocks, so that the padding ends everywhere in a block", async () => {
        for (let length = 0; length <= 4 * blockLength; length++) {
            const data = rising(length, length)
            expect(await hashed(data), `${length} bytes`).toBe(reference(data))
        }
    })

    test("input in any pieces is the same input", async () => {
        const data = rising(3 * blockLength, 1)
        for (let piece = 1; piece < data.length; piece++) {
            const hash = create()
            for (let at = 0; at < data.length; at += piece) await hash.update(data.subarray(at, at + piece), pause)
            expect((await hash.digest(pause)).toString("hex"), `pieces of ${piece}`).toBe(reference(data))
        }
    })

    test("all zeros and all ones, where carries are fewest and most", async () => {
        for (const byte of [0, 255]) {
            const data = Buffer.alloc(1000, byte)
            expect(await hashed(data)).toBe(reference(data))
        }
    })

    test("it pauses as often in every block, whatever is in it, and gives the same", async () => {
        for (const data of [rising(10 * blockLength, 0), Buffer.alloc(10 * blockLength, 255)]) {
            let pauses = 0
            const counting = async () => void pauses++
            const hash = create()
            await hash.update(data, counting)
            expect(pauses).toBe(10 * pausesPerBlock)
            expect((await hash.digest(counting)).toString("hex")).toBe(reference(data))
        }
    })

    test("input and hash are other memory: changing one later changes nothing", async () => {
        const data = rising(10, 0)
        const hash = create()
        await hash.update(data, pause)
        data[0] = 99
        const first = await hash.digest(pause)
        const kept = first.toString("hex")
        await hashed(rising(200, 7))
        expect(kept).toBe(reference(rising(10, 0)))
        expect(first.toString("hex")).toBe(kept)
    })

    test("what is no Buffer is refused", async () => {
        for (const wrong of [undefined, null, "abc", 5, [1, 2], new Uint8Array(4)])
            await expect(create().update(wrong as unknown as Buffer, pause)).rejects.toThrow("data must be a Buffer")
    })

    test("a finished hash takes nothing more, and neither does one that is about to be", async () => {
        const hash = create()
        const answer = hash.digest(async () => {
            await expect(hash.update(Buffer.alloc(1), pause)).rejects.toThrow("has ended")
        })
        expect((await answer).toString("hex")).toBe(reference(Buffer.alloc(0)))
        await expect(hash.update(Buffer.alloc(1), pause)).rejects.toThrow("has ended")
        await expect(hash.digest(pause)).rejects.toThrow("is finished")
    })
})

describe("SHA-512 of what is all there", () => {
    const reference = (data: Buffer) => createHash("sha512").update(data).digest("hex")

    test("every length up to four blocks, and zeros and ones", async () => {
        const all = Array.from({ length: 4 * 128 + 1 }, (_, length) => rising(length, length))
        for (const data of [...all, Buffer.alloc(1000), Buffer.alloc(1000, 255)])
            expect((await sha512(data, pause)).toString("hex"), `${data.length} bytes`).toBe(reference(data))
    })

    test("it pauses as often in every block, and what is no Buffer is refused", async () => {
        let pauses = 0
        await sha512(Buffer.alloc(128 * 3 - 17), async () => void pauses++)
        expect(pauses).toBe(1 + 3 * 15 + 1)
        for (const wrong of [undefined, "abc", [1, 2], new Uint8Array(4)])
            await expect(sha512(wrong as unknown as Buffer, pause)).rejects.toThrow("data must be a Buffer")
    })
})
