import { describe, expect, test } from "vitest"
import type { EmulatedChip } from "../../../simulators/emulator/chip"
import { PlainRegisters } from "../../../simulators/emulator/peripherals/plain-registers"
import { onResetRequest } from "../../../simulators/emulator/peripherals/reset"
import { Fram } from "../../../simulators/parts/fram"
import type { PartContext } from "../../../simulators/parts/part"
import { Random } from "../../../simulators/random"
import { assembled, chipWith, clear, resultsOf, run, type Step, set } from "./thumb-program"

describe("ring oscillator", () => {
    /** RP2040 datasheet §2.17.8. */
    const RANDOMBIT = 0x4006001c
    const BITS = 48
    function bits(seed: string, prepare: (chip: EmulatedChip) => void = () => {}): string {
        const flash = assembled(Array.from({ length: BITS }, (): Step => ({ read: RANDOMBIT })))
        const chip = chipWith(flash, { random: new Random(seed) })
        prepare(chip)
        run(chip, 1)
        return resultsOf(chip, BITS).join("")
    }

    test("gives a bit a read, by its seed", () => {
        expect(bits("one")).toMatch(/^[01]{48}$/)
        expect(bits("one")).toContain("0")
        expect(bits("one")).toContain("1")
        expect(bits("one")).toBe(bits("one"))
        expect(bits("one")).not.toBe(bits("other"))
    })

    test("one that always gives the same is caught", () => {
        const stuck = bits("one", ({ rp2040 }) => {
            rp2040.peripherals[0x40060] = new PlainRegisters(rp2040, "ROSC")
        })
        expect(stuck).not.toContain("1")
    })
})

describe("reset", () => {
    /** ARMv6-M Architecture Reference Manual, B3.2.6. */
    const AIRCR = 0xe000ed0c
    const asks = (value: number, prepare: (chip: EmulatedChip) => void = () => {}) => {
        const chip = chipWith(assembled([{ write: AIRCR, value }]))
        prepare(chip)
        run(chip, 1)
        return chip.resetRequested
    }

    test("is asked for by SYSRESETREQ with its key only", () => {
        expect(asks(0x05fa0004)).toBe(true)
        expect(asks(0x05fa0000)).toBe(false)
        expect(asks(0x00000004)).toBe(false)
    })

    test("the watchdog asks for it, too", () => {
        const chip = chipWith(assembled([{ write: 0x40058000, value: 0x80000000 }]))
        run(chip, 1)
        expect(chip.resetRequested).toBe(true)
    })

    test("a chip that is not listened to is caught", () => {
        const deaf = (chip: EmulatedChip) => onResetRequest(chip.rp2040, () => {})
        expect(asks(0x05fa0004, deaf)).toBe(false)
    })
})

describe("I2C", () => {
    /** RP2040 datasheet §4.3.17. */
    const I2C0 = 0x40044000
    const IC_TAR = I2C0 + 0x04
    const IC_DATA_CMD = I2C0 + 0x10
    const IC_FS_SCL_HCNT = I2C0 + 0x1c
    const IC_FS_SCL_LCNT = I2C0 + 0x20
    const IC_ENABLE = I2C0 + 0x6c
    const IC_RAW_INTR_STAT = I2C0 + 0x34
    const IC_RXFLR = I2C0 + 0x78
    const TX_ABRT = 1 << 6
    const STOP_DET = 1 << 9
    const READ = 1 << 8
    const STOP = 1 << 9
    const RESTART = 1 << 10

    const open = (address: number): Step[] => [
        { write: IC_ENABLE, value: 0 },
        { write: IC_TAR, value: address },
        { write: IC_FS_SCL_HCNT, value: 125 },
        { write: IC_FS_SCL_LCNT, value: 188 },
        { write: IC_ENABLE, value: 1 },
    ]
    const send = (...values: number[]): Step[] => values.map(value => ({ write: IC_DATA_CMD, value }))
    const ended: Step = { wait: IC_RAW_INTR_STAT, mask: STOP_DET }
    const cleared: Step = { read: I2C0 + 0x40 }

    function fram(): Fram {
        const context: PartContext = { name: "fram", random: new Random("fram"), note() {} } as unknown as PartContext
        const part = new Fram(context, 0x50)
        part.setPower(true)
        return part
    }

    const writes = [...open(0x50), ...send(0x12, 0x34, 0xaa, 0xbb | STOP), ended]
    const reads = [
        cleared,
        ...send(0x12, 0x34, READ | RESTART, READ | STOP),
        ended,
        { read: IC_DATA_CMD },
        { read: IC_DATA_CMD },
    ]

    test("writes a part of the simulator and reads it back", () => {
        const part = fram()
        const chip = chipWith(assembled([...writes, ...reads]), { i2c: { controller: 0, targets: [part] } })
        run(chip, 10)
        expect([...part.bytes.subarray(0x1234, 0x1236)]).toEqual([0xaa, 0xbb])
        expect(
            resultsOf(chip, 3)
                .map(word => word & 0xff)
                .slice(1),
        ).toEqual([0xaa, 0xbb])
    })

    test("takes nine bits a byte at the speed of its registers", () => {
        const chip = chipWith(assembled([...writes, { read: IC_RXFLR }]), { i2c: { controller: 0, targets: [fram()] } })
        let ms = 0
        while (resultsOf(chip, 1)[0] === 0 && ms < 10 && !isDone(chip)) {
            run(chip, 0.001)
            ms += 0.001
        }
        // 5 bytes of 9 bits, a START and a STOP at 125 MHz / (125 + 188): 2.504 µs a bit.
        expect(ms).toBeGreaterThan(0.117)
        expect(ms).toBeLessThan(0.125)
    })

    test("an address that nobody has is not acknowledged", () => {
        const abort: Step[] = [{ wait: IC_RAW_INTR_STAT, mask: TX_ABRT }, { read: I2C0 + 0x80 }]
        const steps = [...open(0x51), ...send(0x12 | STOP), ...abort]
        const chip = chipWith(assembled(steps), { i2c: { controller: 0, targets: [fram()] } })
        run(chip, 10)
        expect(resultsOf(chip, 1)[0] & 1).toBe(1)
    })

    test("a line that is held low lets nothing go on", () => {
        const part = fram()
        part.act("hold")
        const chip = chipWith(assembled([...writes, { read: IC_TAR }]), { i2c: { controller: 0, targets: [part] } })
        run(chip, 100)
        expect(resultsOf(chip, 1)).toEqual([0])
    })

    test("a controller without its parts is caught", () => {
        const part = fram()
        const chip = chipWith(assembled([...writes, ...reads]), { i2c: { controller: 1, targets: [part] } })
        run(chip, 10)
        expect([...part.bytes.subarray(0x1234, 0x1236)]).not.toEqual([0xaa, 0xbb])
    })

    /** The program has come to its end, a branch to itself. */
    function isDone({ rp2040, core }: EmulatedChip): boolean {
        return rp2040.readUint16(core.PC) === 0xe7fe
    }
})

describe("DMA", () => {
    /** RP2040 datasheet §2.5.7, and erratum E13. */
    const DMA = 0x50000000
    const INTR = DMA + 0x400
    const CHAN_ABORT = DMA + 0x444
    const DREQ_PIO0_RX0 = 4
    const CHANNEL = (DREQ_PIO0_RX0 << 15) | 1

    test("a channel that is aborted raises its interrupt", () => {
        const chip = chipWith(
            assembled([
                { write: DMA + 0x08, value: 8 },
                { write: DMA + 0x0c, value: CHANNEL },
                { read: INTR },
                { write: CHAN_ABORT, value: 1 },
                { read: INTR },
            ]),
        )
        run(chip, 1)
        expect(resultsOf(chip, 2)).toEqual([0, 1])
    })

    test("one that is not under way raises none", () => {
        const chip = chipWith(assembled([{ write: CHAN_ABORT, value: 1 }, { read: INTR }]))
        run(chip, 1)
        expect(resultsOf(chip, 1)).toEqual([0])
    })
})

describe("programmable I/O", () => {
    const PIO0 = 0x50200000
    const PIN = 9
    /** `set pins 1 [3]`, `set pins 0 [3]`: a square wave of 8 cycles. */
    const WAVE = [0xe301, 0xe300]

    function wave(divider: number): number[] {
        const edges: number[] = []
        const chip: EmulatedChip = chipWith(
            assembled([
                ...WAVE.map((value, i): Step => ({ write: PIO0 + 0x48 + 4 * i, value })),
                { write: PIO0 + 0xc8, value: divider << 16 },
                { write: PIO0 + 0xcc, value: 1 << 12 },
                { write: PIO0 + 0xdc, value: (1 << 26) | (PIN << 5) },
                // An output, by an instruction on the spot: `set pindirs 1`.
                { write: PIO0 + 0xd8, value: 0xe081 },
                { write: 0x40014004 + 8 * PIN, value: 6 },
                { write: set(PIO0), value: 1 },
            ]),
            { onPin: gpio => gpio === PIN && edges.push(chip.pinNanos) },
        )
        run(chip, 0.1)
        return edges.slice(2)
    }

    test.each([
        [1, 32],
        [10, 320],
        [125, 4000],
    ])("with a divider of %i, a wave's edges are %i ns apart", (divider, nanos) => {
        const edges = wave(divider)
        expect(edges.length).toBeGreaterThan(10)
        for (let i = 1; i < edges.length; i++) expect(edges[i] - edges[i - 1]).toBeCloseTo(nanos, 3)
    })

    test("stops when it is disabled", () => {
        const edges: number[] = []
        const chip: EmulatedChip = chipWith(
            assembled([
                ...WAVE.map((value, i): Step => ({ write: PIO0 + 0x48 + 4 * i, value })),
                { write: PIO0 + 0xcc, value: 1 << 12 },
                { write: PIO0 + 0xdc, value: (1 << 26) | (PIN << 5) },
                { write: PIO0 + 0xd8, value: 0xe081 },
                { write: 0x40014004 + 8 * PIN, value: 6 },
                { write: set(PIO0), value: 1 },
                { write: clear(PIO0), value: 1 },
            ]),
            { onPin: gpio => gpio === PIN && edges.push(chip.pinNanos) },
        )
        run(chip, 0.1)
        expect(edges.length).toBeLessThan(8)
    })
})
