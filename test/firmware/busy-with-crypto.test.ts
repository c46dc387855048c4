import { expect, test } from "vitest"
import { workbench } from "../simulators/board/workbench"
import { withRepairedTimer } from "./rig"

const ANSWER_MS = 100
const PRESSES = 60

test(`a button is answered within ${ANSWER_MS} ms while an Ed25519 signature is being checked, at the speed of an RP2040`, async () => {
    const board = withRepairedTimer("valve_pico")
    const { act, clock, entries, runMs } = await workbench("test/programs/verify-and-answer.ts", board)
    const pressedUs: number[] = []
    runMs(2000)
    for (let i = 0; i < PRESSES; i++) {
        // Spread over a whole verification, which takes some 5 s of virtual time.
        runMs(97)
        pressedUs.push(clock.nowUs)
        act("button", "press")
        runMs(150)
        act("button", "release")
        runMs(150)
    }
    const lit = entries.filter(({ net, high }) => net === "led" && high).map(({ us }) => us)
    expect(lit).toHaveLength(PRESSES)
    const slowestMs = Math.max(...lit.map((us, i) => us - pressedUs[i])) / 1000
    console.log(`slowest answer of ${PRESSES}: ${slowestMs.toFixed(1)} ms`)
    expect(slowestMs).toBeLessThan(ANSWER_MS)
    runMs(10_000)
    expect(entries.filter(({ line }) => line === "> valid").length).toBeGreaterThan(2)
    expect(entries.filter(({ kind }) => kind === "panic")).toEqual([])
})
