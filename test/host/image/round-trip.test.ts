/** What is read and written again has the same bytes, debug map included; what is not understood is refused. */
import { describe, expect, test } from "vitest"
import { installedCli } from "../../../simulators/vm/runtime"
import { compileWithMap } from "../../../src/host/build/compiler"
import { buildFirmware } from "../../../src/host/build/firmware"
import { loadProject } from "../../../src/host/build/project"
import { readImage, writeImage } from "../../../src/host/image/format/image"
import { ImageError } from "../../../src/host/image/format/image-error"
import { readNumber, writeNumber } from "../../../src/host/image/format/numbers"
import { Op } from "../../../src/host/image/format/operations"
import { codeEnd } from "../../../src/host/image-header"

const CODE_AT = 112
const PROGRAMS = ["gas-valve", "doorbell", "test/programs/counting.ts", "test/programs/unhandled-exception.ts"]

describe("an image", () => {
    test.each(PROGRAMS)("of %s is the same after reading and writing", async program => {
        // The reference devices fit a board only when they are optimised.
        const { image } = await compileWithMap(await loadProject(program), installedCli(), { anySize: true })
        expect(Buffer.from(writeImage(readImage({ image })).image).equals(image)).toBe(true)
    })

    test("has its debug map again, with every statement where it was", async () => {
        const { image, map } = await compileWithMap(await loadProject(PROGRAMS[3]), installedCli())
        const read = readImage({ image, map })
        const written = writeImage(read).map!
        const [before, after] = [map, written].map(text => ({ ...JSON.parse(text), srcmap: [] }))
        expect(after).toEqual(before)
        const again = readImage({ image, map: written })
        const sources = ({ functions }: typeof read) => functions.map(f => f.statements.map(({ source }) => source))
        expect(sources(again)).toEqual(sources(read))
        expect(sources(read).flat().filter(Boolean).length).toBeGreaterThan(10)
    })
})

describe("refused is", () => {
    const patched = async (change: (bytes: Buffer) => void) => {
        const { image } = await buildFirmware(PROGRAMS[2], { optimised: false })
        const bytes = Buffer.from(image)
        change(bytes)
        return () => readImage({ image: bytes })
    }
    const firstCode = (bytes: Buffer) => bytes.readUInt32LE(CODE_AT)

    test.each<[string, RegExp, (bytes: Buffer) => void]>([
        ["what is no image", /not an image/, bytes => bytes.fill(0, 0, 4)],
        ["another format", /not 2\.16\.4/, bytes => bytes.writeUInt8(17, 10)],
        ["an unknown operation", /not one of the format/, bytes => bytes.writeUInt8(42, firstCode(bytes))],
        ["a value that is missing", /lacks a value/, bytes => bytes.writeUInt8(Op.add, firstCode(bytes))],
        ["a byte between the parts", /does not explain/, bytes => bytes.writeUInt8(1, bytes.length - 1)],
    ])("%s", async (_, message, change) => {
        const read = await patched(change)
        expect(read).toThrow(ImageError)
        expect(read).toThrow(message)
    })

    test("an image whose code stops inside an operation", async () => {
        const read = await patched(bytes => bytes.fill(Op.literal, codeEnd(bytes) - 4, codeEnd(bytes)))
        expect(read).toThrow(ImageError)
    })
})

test("a number has the bytes of the specification", () => {
    const values = [0, 1, 247, 248, 255, 256, 65535, 65536, 2 ** 31 - 1, -1, -255, -256, -(2 ** 31)]
    const bytes = values.map(value => {
        const out: number[] = []
        writeNumber(out, value)
        expect(readNumber(Uint8Array.from(out), 0)).toEqual({ value, end: out.length })
        return Buffer.from(out).toString("hex")
    })
    expect(bytes.slice(2, 6)).toEqual(["f7", "f8f8", "f8ff", "f90100"])
    expect(bytes.slice(8)).toEqual(["fb7fffffff", "fc01", "fcff", "fd0100", "ff80000000"])
    expect(readNumber(Uint8Array.from([0xf9, 1]), 0)).toBeUndefined()
})
