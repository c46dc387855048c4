import { describe, expect, test, vi } from "vitest"
import { workbench } from "./workbench"

const HEARTBEAT = 14
const VALVE = 15
const LED = 13

async function watched(program: string) {
    const bench = await workbench(`test/programs/${program}.ts`)
    const { board, clock } = bench
    const calls: { ms: number; gpio: number; level: unknown }[] = []
    const drivePin = board.wiring.drivePin.bind(board.wiring)
    vi.spyOn(board.wiring, "drivePin").mockImplementation((gpio, level, pull) => {
        calls.push({ ms: clock.nowUs / 1000, gpio, level })
        drivePin(gpio, level, pull)
    })
    return { ...bench, calls }
}

describe("pins, as seen on the emulated Pico", () => {
    test("with a start level in the board file are driven 1 ms after power-on, and nothing else is", async () => {
        const { calls, runMs } = await watched("endless-loop")
        runMs(1000)
        expect(calls).toEqual([
            { ms: 1, gpio: VALVE, level: 0 },
            { ms: 1, gpio: HEARTBEAT, level: 0 },
        ])
    })

    test("take their start levels again and float otherwise when the program starts, in the order of the runtime's table", async () => {
        const { calls, runMs } = await watched("never-pausing")
        runMs(1165)
        const atStart = calls.filter(({ ms }) => ms > 1100).slice(0, 4)
        expect(atStart.map(({ gpio, level }) => [gpio, level])).toEqual([
            [VALVE, 0],
            [LED, undefined],
            [12, undefined],
            [HEARTBEAT, 0],
        ])
    })

    test("keep what the program last wrote when it dies, until it starts again", async () => {
        const { entries, runMs } = await watched("unhandled-exception")
        runMs(9000)
        const panic = entries.find(({ kind }) => kind === "panic")!.us
        const falls = entries.filter(({ net, high, us }) => net === "VALVE" && !high && us > panic)
        expect((falls[0].us - panic) / 1000).toBeGreaterThan(5200)
        expect((falls[0].us - panic) / 1000).toBeLessThan(5300)
    })

    test("are let go when the power goes", async () => {
        const { board, runMs } = await watched("endless-loop")
        runMs(1500)
        expect(board.wiring.level("VALVE")).toBe(true)
        board.powerOff()
        expect(board.wiring.level("VALVE")).toBe(false)
    })
})
