/** A new program works while it is on trial, and so may gas flow: that it is confirmed, which takes seconds to write, stops neither cycles nor heartbeat. */
import { expect, test } from "vitest"
import { US_PER_S } from "../../simulators/clock"
import { SimulatedUnit } from "../../src/host/unit/simulated-unit"
import { boardOf, newUnit, packageOf, release, UNIT_ID, update } from "../host/update/releases"

/** From the start of the program on: somebody opens the valve, and shuts it while the confirmation is written. */
const OPENS_S = 3.5
const SHUTS_S = 7.4
const PRESS_S = 0.5
/** Longest gap between two edges of the heartbeat that the dead-man stands. */
const BEAT_LIMIT_S = 0.5

/** A unit at which something is done while a host is at it. */
class AttendedUnit extends SimulatedUnit {
    get seconds(): number {
        return this.clock.nowUs / US_PER_S
    }

    after(seconds: number, act: () => void): void {
        this.clock.after(seconds * US_PER_S, act)
    }
}

test("gas flows until a press, and the press shuts it at once and for good", async () => {
    const unit = new AttendedUnit(boardOf("gas-valve"), UNIT_ID)
    const { board } = unit
    board.restore((await newUnit("gas-valve")).board.save())
    const bytes = await packageOf("gas-valve", 2, (await release("gas-valve", 2)).image)
    const levels: [seconds: number, state: unknown][] = []
    let longestGapS = 0
    let starts = 0

    const act = (part: string, action: string) => board.parts.get(part)!.act(action)
    const press = () => {
        act("button", "press")
        unit.after(PRESS_S, () => act("button", "release"))
    }
    function watch(): void {
        const start = unit.seconds
        let beat: number | undefined
        board.wiring.watch("HEARTBEAT", () => {
            if (beat !== undefined && beat > start + OPENS_S) longestGapS = Math.max(longestGapS, unit.seconds - beat)
            beat = unit.seconds
        })
        const look = () => {
            const { state } = board.parts.get("valve")!.observe()
            if (state !== levels.at(-1)?.[1]) levels.push([unit.seconds - start, state])
            unit.after(0.005, look)
        }
        look()
        unit.after(OPENS_S, press)
        unit.after(SHUTS_S, press)
    }
    unit.trace.watch(({ kind, line }) => {
        if (kind === "log" && String(line).startsWith("* start") && ++starts === 2) watch()
    })

    await unit.powerOn()
    await unit.wait(5000)
    expect(await update(unit, bytes)).toEqual({ outcome: "confirmed" })
    await unit.wait(8000)
    expect(starts).toBe(2)
    expect(levels.map(([, state]) => state)).toEqual(["shut", "open", "shut"])
    expect(levels[2][0] - SHUTS_S).toBeLessThan(0.3)
    expect(longestGapS).toBeLessThan(BEAT_LIMIT_S)
})
