import { createHash } from "node:crypto"
import { describe, expect, test } from "vitest"
import { digestPaced, updatePaced } from "../../../src/core/crypto/block-hash"
import { Sha256 } from "../../../src/core/crypto/sha256"
import { Sha512 } from "../../../src/core/crypto/sha512"
import { rising } from "./vectors/bytes"

const HASHES = [
    { name: "sha256", create: () => new Sha256() },
    { name: "sha512", create: () => new Sha512() },
]

describe.each(HASHES)("$name", ({ name, create }) => {
    const reference = (data: Buffer) => createHash(name).update(data).digest("hex")

    test("every length up to four blocks, so that the padding ends everywhere in a block", () => {
        for (let length = 0; length <= 4 * create().blockLength; length++) {
            const data = rising(length, length)
            expect(create().update(data).digest().toString("hex"), `${length} bytes`).toBe(reference(data))
        }
    })

    test("input in any pieces is the same input", () => {
        const data = rising(3 * create().blockLength, 1)
        for (let piece = 1; piece < data.length; piece++) {
            const hash = create()
            for (let at = 0; at < data.length; at += piece) hash.update(data.subarray(at, at + piece))
            expect(hash.digest().toString("hex"), `pieces of ${piece}`).toBe(reference(data))
        }
    })

    test("all zeros and all ones, where carries are fewest and most", () => {
        for (const byte of [0, 255]) {
            const data = Buffer.alloc(1000, byte)
            expect(create().update(data).digest().toString("hex")).toBe(reference(data))
        }
    })

    test("paced, it pauses before every block and gives the same", async () => {
        let pauses = 0
        const pause = async () => void pauses++
        const data = rising(10 * create().blockLength, 0)
        const hash = create()
        await updatePaced(hash, data, pause)
        expect(pauses).toBe(10)
        expect((await digestPaced(hash, pause)).toString("hex")).toBe(reference(data))
    })

    test("input and hash are other memory: changing one later changes nothing", () => {
        const data = rising(10, 0)
        const hash = create().update(data)
        data[0] = 99
        const first = hash.digest()
        const kept = first.toString("hex")
        create().update(rising(200, 7)).digest()
        expect(kept).toBe(reference(rising(10, 0)))
        expect(first.toString("hex")).toBe(kept)
    })

    test("what is no Buffer is refused", () => {
        for (const wrong of [undefined, null, "abc", 5, [1, 2], new Uint8Array(4)])
            expect(() => create().update(wrong as unknown as Buffer)).toThrow("data must be a Buffer")
    })

    test("a finished hash takes nothing more", () => {
        const hash = create()
        hash.digest()
        expect(() => hash.update(Buffer.alloc(1))).toThrow("has ended")
        expect(() => hash.digest()).toThrow("is finished")
        const padded = create()
        padded.pad()
        expect(() => padded.update(Buffer.alloc(1))).toThrow("has ended")
    })
})
