import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { flashOf, isBootRom } from "../../../simulators/emulator/firmware"
import { emulatedBoard, readRuntimeFiles } from "../../../src/host/emulator/runtime-files"

/** github.com/microsoft/uf2: one block. */
function block(address: number, payload: Uint8Array, { family = 0xe48bff56, flags = 0x2000, end = 0x0ab16f30 } = {}) {
    const bytes = Buffer.alloc(512)
    for (const [i, word] of [0x0a324655, 0x9e5d5157, flags, address, payload.length, 0, 1, family].entries())
        bytes.writeUInt32LE(word, 4 * i)
    bytes.set(payload, 32)
    bytes.writeUInt32LE(end, 508)
    return bytes
}

function bootRom(): Buffer {
    const rom = Buffer.alloc(16 * 1024)
    rom.set([0x4d, 0x75, 0x01], 0x10)
    return rom
}

describe("firmware in a UF2 file", () => {
    test("lies where its blocks say, and nothing else is programmed", () => {
        const flash = flashOf(
            Buffer.concat([block(0x10000100, Uint8Array.of(1, 2)), block(0x101ffffe, Uint8Array.of(3, 4))]),
        ) as Uint8Array
        expect([flash[0xff], flash[0x100], flash[0x101], flash[0x102]]).toEqual([0xff, 1, 2, 0xff])
        expect([...flash.subarray(0x1ffffe)]).toEqual([3, 4])
        expect(flash.length).toBe(2 * 1024 * 1024)
    })

    test.each([
        ["nothing", Buffer.alloc(0), "notUf2"],
        ["half a block", block(0x10000000, Uint8Array.of(1)).subarray(0, 256), "notUf2"],
        ["a block without its end", block(0x10000000, Uint8Array.of(1), { end: 0 }), "notUf2"],
        ["firmware of an RP2350", block(0x10000000, Uint8Array.of(1), { family: 0xe48bff59 }), "otherChip"],
        ["firmware that names no family", block(0x10000000, Uint8Array.of(1), { flags: 0 }), "otherChip"],
        ["a program for the RAM", block(0x20000000, Uint8Array.of(1)), "outsideFlash"],
        ["what goes over the end", block(0x101fffff, Uint8Array.of(1, 2)), "outsideFlash"],
        ["what comes before the flash", block(0x0fffffff, Uint8Array.of(1)), "outsideFlash"],
    ] as const)("%s is refused", (_, bytes, fault) => {
        expect(flashOf(bytes)).toBe(fault)
    })

    test("a boot ROM has its magic and its length", () => {
        expect(isBootRom(bootRom())).toBe(true)
        expect(isBootRom(bootRom().subarray(1))).toBe(false)
        expect(isBootRom(Buffer.alloc(16 * 1024))).toBe(false)
    })
})

describe("the runtime's files", () => {
    let folder: string
    const file = (name: string, bytes: Uint8Array) => {
        const path = join(folder, name)
        writeFileSync(path, bytes)
        return path
    }
    beforeAll(() => {
        folder = mkdtempSync(join(tmpdir(), "domovoi-runtime-"))
    })
    afterAll(() => rmSync(folder, { recursive: true }))

    test("are read", () => {
        const firmware = file("good.uf2", block(0x10000000, Uint8Array.of(7)))
        const files = readRuntimeFiles({ firmware, bootrom: file("good.bin", bootRom()) })
        expect([files.flash[0], files.bootRom.length]).toEqual([7, 16 * 1024])
    })

    test("who names none is told where they come from", () => {
        expect(() => readRuntimeFiles({})).toThrow(/which firmware.*DOMOVOI_EMULATOR_FIRMWARE.*docs\/emulator.md/)
        const firmware = file("good.uf2", block(0x10000000, Uint8Array.of(7)))
        expect(() => readRuntimeFiles({ firmware })).toThrow(/which boot ROM.*docs\/emulator.md/)
    })

    test("others are refused", () => {
        const firmware = file("good.uf2", block(0x10000000, Uint8Array.of(7)))
        const bootrom = file("good.bin", bootRom())
        expect(() => readRuntimeFiles({ firmware: bootrom, bootrom })).toThrow("good.bin: this is no UF2 file")
        expect(() => readRuntimeFiles({ firmware, bootrom: firmware })).toThrow("good.uf2: this is no boot ROM")
        expect(() => readRuntimeFiles({ firmware: join(folder, "none"), bootrom })).toThrow("cannot be read")
    })

    test("only boards with an RP2040 are emulated", () => {
        expect(emulatedBoard("valve_pico").id).toBe("valve_pico")
        expect(() => emulatedBoard("doorbell_c3")).toThrow("doorbell_c3: its chip is not emulated")
    })
})
