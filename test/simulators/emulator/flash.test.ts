import { describe, expect, test } from "vitest"
import type { EmulatedChip } from "../../../simulators/emulator/chip"
import { PlainRegisters } from "../../../simulators/emulator/peripherals/plain-registers"
import { SpiFlash } from "../../../simulators/emulator/peripherals/spi-flash"
import { assembled, chipWith, resultsOf, run, type Step, UNIQUE_ID } from "./thumb-program"

/** RP2040 datasheet §4.10.11 and §2.19.6.2. */
const SSI = 0x18000000
const DR0 = SSI + 0x60
const SS_CTRL = 0x4001800c
const SELECT: Step = { write: SS_CTRL, value: 2 << 8 }
const DESELECT: Step = { write: SS_CTRL, value: 3 << 8 }

/** Sends the bytes, and reads as many. */
const exchange = (...bytes: number[]): Step[] => [
    SELECT,
    ...bytes.flatMap(value => [{ write: DR0, value }, { read: DR0 }]),
    DESELECT,
]

/** What the flash sends back, byte by byte. */
function answers(bytes: number[], prepare: (chip: EmulatedChip) => void = () => {}): number[] {
    const chip = chipWith(assembled(exchange(...bytes)))
    prepare(chip)
    run(chip, 1)
    return resultsOf(chip, bytes.length)
}

const IDENTIFY = [0x9f, 0, 0, 0]
const UNIQUE = [0x4b, 0, 0, 0, 0, ...new Array(8).fill(0)]

describe("the flash behind the SSI", () => {
    test("says who it is", () => {
        expect(answers(IDENTIFY).slice(1)).toEqual([0xef, 0x40, 0x15])
        expect(answers(UNIQUE).slice(5)).toEqual([...UNIQUE_ID])
    })

    test("an interface that does not reach it is caught", () => {
        const withoutSsi = (chip: EmulatedChip) => {
            chip.rp2040.peripherals[0x18000] = new PlainRegisters(chip.rp2040, "SSI")
        }
        expect(answers(IDENTIFY, withoutSsi).slice(1)).not.toEqual([0xef, 0x40, 0x15])
    })

    test("a chip select that is not held ends the instruction after each byte that was seen to be sent", () => {
        const withoutPins = (chip: EmulatedChip) => {
            chip.rp2040.peripherals[0x40018] = new PlainRegisters(chip.rp2040, "IO_QSPI")
        }
        const withStatus = [0x9f, 0, 0, 0].flatMap((value): Step[] => [
            { write: DR0, value },
            { read: SSI + 0x28 },
            { read: DR0 },
        ])
        const held = chipWith(assembled([SELECT, ...withStatus, DESELECT]))
        run(held, 1)
        const loose = chipWith(assembled([SELECT, ...withStatus, DESELECT]))
        withoutPins(loose)
        run(loose, 1)
        expect(resultsOf(held, 4)[3]).toBe(0xef)
        expect(resultsOf(loose, 4)[3]).toBe(0xff)
    })
})

/** Without a processor: instructions, and what comes back. */
function flashWith(bytes = new Uint8Array(2 * 1024 * 1024).fill(0xff)) {
    const clock = { nanos: 0 }
    const flash = new SpiFlash(bytes, UNIQUE_ID, clock)
    const send = (...sent: number[]) => {
        const back = sent.map(byte => flash.exchange(byte))
        flash.deselect()
        return back
    }
    return { bytes, clock, flash, send }
}
const BUSY = 1
const WRITE_ENABLED = 2

describe("W25Q16JV", () => {
    test("programs only what is enabled, bits only fall, and a page ends where it begins", () => {
        const { bytes, clock, send } = flashWith()
        send(0x02, 0, 0x10, 0xfe, 1, 2, 3, 4)
        expect(bytes[0x10fe]).toBe(0xff)
        send(0x06)
        expect(send(0x05, 0)[1]).toBe(WRITE_ENABLED)
        send(0x02, 0, 0x10, 0xfe, 1, 2, 3, 4)
        expect([bytes[0x10fe], bytes[0x10ff], bytes[0x1000], bytes[0x1001], bytes[0x1100]]).toEqual([1, 2, 3, 4, 0xff])
        expect(send(0x05, 0)[1]).toBe(BUSY)
        clock.nanos += 0.4e6
        expect(send(0x05, 0)[1]).toBe(0)
        send(0x06)
        send(0x02, 0, 0x10, 0xfe, 0xf0)
        expect(bytes[0x10fe]).toBe(0)
    })

    test("while it is busy, it takes no instruction but the question whether it is", () => {
        const { bytes, clock, send } = flashWith(new Uint8Array(2 * 1024 * 1024))
        send(0x06)
        send(0x20, 0, 0x20, 0x00)
        expect([bytes[0x1fff], bytes[0x2000], bytes[0x2fff], bytes[0x3000]]).toEqual([0, 0xff, 0xff, 0])
        send(0x06)
        send(0x20, 0, 0x30, 0x00)
        expect(bytes[0x3000]).toBe(0)
        expect(send(0x03, 0, 0, 0, 0)[4]).toBe(0xff)
        clock.nanos += 45e6
        expect(send(0x03, 0, 0, 0, 0)[4]).toBe(0)
    })

    test.each([
        [0x20, 0x1000, 45],
        [0x52, 0x8000, 120],
        [0xd8, 0x10000, 150],
    ])("instruction %i erases %i bytes in %i ms", (instruction, size, ms) => {
        const { bytes, clock, send, flash } = flashWith(new Uint8Array(2 * 1024 * 1024))
        send(0x06)
        send(instruction, 0x10, 0x00, 0x05)
        expect(bytes.filter(byte => byte === 0xff).length).toBe(size)
        expect([bytes[0xfffff], bytes[0x100000]]).toEqual([0, 0xff])
        clock.nanos += ms * 1e6 - 1
        expect(send(0x05, 0)[1]).toBe(BUSY)
        clock.nanos += 1
        expect(send(0x05, 0)[1]).toBe(0)
        expect(flash.erases).toBe(1)
    })

    test("an erase with a byte too many does nothing", () => {
        const { bytes, send } = flashWith(new Uint8Array(2 * 1024 * 1024))
        send(0x06)
        send(0x20, 0, 0, 0, 0)
        expect(bytes[0]).toBe(0)
    })
})
