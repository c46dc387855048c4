import fc from "fast-check"
import { describe, expect, test } from "vitest"
import {
    type ConfigValue,
    chipServersOf,
    decodeHardwareConfig,
    encodeHardwareConfig,
    startLevels,
    takenPins,
} from "../../../simulators/board/hardware-config"
import { buildFirmware } from "../../../src/host/build/firmware"

const MAGIC = Buffer.from("444346470a9bb4ca", "hex")
/** The toolchain puts a hash of the settings at offset 16, for the runtime to notice that they changed. */
const HASH = { start: 16, end: 24 }

async function configInImage(program: string): Promise<Uint8Array> {
    const image = Buffer.from((await buildFirmware(program)).image)
    const at = image.indexOf(MAGIC)
    return image.subarray(at, at + image.readUInt32LE(at + 8))
}

/** Everything up to the strings, in hex, without the hash and without the offsets of strings. */
function skeleton(config: Uint8Array): string {
    const bytes = Buffer.from(config)
    bytes.fill(0, HASH.start, HASH.end)
    const entries = bytes.readUInt16LE(12)
    for (let at = 88; at < 88 + 24 * entries; at += 24) if ((bytes[at + 18] & 3) >= 2) bytes.fill(0, at + 20, at + 24)
    return bytes.toString("hex", 0, 88 + 24 * (entries + 1))
}

describe("the binary hardware configuration", () => {
    test("has the toolchain's header, jump table, keys, hashes, order and sizes; only where strings lie is up to the writer", async () => {
        for (const program of ["doorbell", "test/programs/relay-then-crash.ts"]) {
            const theirs = await configInImage(program)
            const ours = encodeHardwareConfig(decodeHardwareConfig(theirs))
            expect(decodeHardwareConfig(ours)).toEqual(decodeHardwareConfig(theirs))
            expect(skeleton(ours)).toBe(skeleton(theirs))
        }
    })

    test("reads back what was written", () => {
        const key = fc.string({ unit: fc.constantFrom(..."abcdefgPIN.\x80\xc1"), minLength: 1, maxLength: 15 })
        const value = fc.oneof(
            fc.integer(),
            fc.integer({ min: 2 ** 31, max: 2 ** 32 - 1 }),
            fc.string(),
            fc.uint8Array(),
        )
        fc.assert(
            fc.property(fc.dictionary(key, value), entries => {
                const config = new Map<string, ConfigValue>(Object.entries(entries))
                const found = decodeHardwareConfig(encodeHardwareConfig(config))
                expect(new Map([...found].sort())).toEqual(new Map([...config].sort()))
            }),
        )
    })

    test("refuses a key of 16 bytes, and bytes that are no configuration", () => {
        expect(() => encodeHardwareConfig(new Map([["pins.ELEVEN_CHAR", 1]]))).toThrow("over 15 bytes")
        expect(() => decodeHardwareConfig(new Uint8Array(112))).toThrow("wrong magic number")
    })
})

describe("what a configuration asks for", () => {
    const board = new Map<string, ConfigValue>([
        ["pins.LED", 13],
        ["pins.VALVE", 15],
        ["pins.BUTTON", 12],
        ["i2c.pinSDA", 4],
        ["sPin.VALVE", 0],
    ])

    test("servers of the chip, with their pins by number", () => {
        const config = new Map<string, ConfigValue>([
            ["\xc1service", "button"],
            ["\xc1pin", "BUTTON"],
            ["\xc0service", "relay"],
            ["\xc0pin", 15],
            ["\xc0initialActive", 1],
        ])
        expect(chipServersOf(config, board)).toEqual([
            { service: "relay", settings: { pin: 15, initialActive: 1 } },
            { service: "button", settings: { pin: 12 } },
        ])
        expect([...takenPins(config, board)]).toEqual([12, 15])
    })

    test("start levels and pins taken by buses", () => {
        expect([...startLevels(board, board)]).toEqual([[15, 0]])
        expect([...takenPins(board, board)]).toEqual([4])
    })
})
