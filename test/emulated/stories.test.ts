import { describe, expect, test } from "vitest"
import { type Edge, EmulatedValve, isRuntimeThere, WHERE } from "./rig"

/** What the valve promises (docs/failsafe.md). */
const GAS_LIMIT_MS = 500
const DEADMAN_MS = 500
/** Outputs that nothing drives are held low by the board's own resistors, and by the runtime about a millisecond after power-on. */
const START_LEVELS_MS = 2

function gapsOf(edges: readonly Edge[]): number[] {
    return edges.slice(1).map(({ atMs }, i) => atMs - edges[i].atMs)
}

async function opened(): Promise<{ valve: EmulatedValve; drive: Edge[]; beats: Edge[] }> {
    const valve = await EmulatedValve.make()
    const drive = valve.follow("VALVE")
    const beats = valve.follow("HEARTBEAT")
    await valve.unit.powerOn()
    await valve.unit.wait(3_000)
    await valve.press(300)
    await valve.unit.wait(1_000)
    expect(drive.at(-1)?.high).toBe(true)
    return { valve, drive, beats }
}

describe.skipIf(!isRuntimeThere)(`the gas valve on the emulated board${WHERE}`, () => {
    test("starts, says who it is, and beats", async () => {
        const valve = await EmulatedValve.make()
        const beats = valve.follow("HEARTBEAT")
        await valve.unit.powerOn()
        expect(await valve.unit.chip()).toBe("e6614c311b7e6f2a")
        expect(await valve.unit.get("model")).toBe("Domovoi gas valve")
        await valve.unit.wait(3_000)
        const first = beats[0].atMs
        console.log(
            `first beat ${first.toFixed(1)} ms; longest gap ${Math.max(...gapsOf(beats.slice(10))).toFixed(1)} ms`,
        )
        expect(first).toBeGreaterThan(1_100)
        expect(first).toBeLessThan(2_500)
        for (const gap of gapsOf(beats.slice(10))) expect(gap).toBeLessThan(DEADMAN_MS)
    })

    test("opens by its button, and shuts by gas within its limit", async () => {
        const { valve, drive } = await opened()
        const before = valve.nowMs
        valve.part("gas").act("set", 35)
        await valve.unit.wait(2_000)
        const shut = drive.find(({ atMs, high }) => !high && atMs > before)!
        console.log(`gas to shut, idle: ${(shut.atMs - before).toFixed(1)} ms`)
        expect(shut.atMs - before).toBeLessThan(GAS_LIMIT_MS)
    })

    test("no output moves before the program starts", async () => {
        const valve = await EmulatedValve.make()
        const edges = ["VALVE", "HEARTBEAT", "LED"].map(net => valve.follow(net))
        await valve.unit.connect()
        await valve.unit.wait(1_000)
        for (const moves of edges) expect(moves.filter(({ atMs }) => atMs > START_LEVELS_MS)).toEqual([])
    })

    test("a unit that was here is the same one in the simulator, and the other way round", async () => {
        const valve = await EmulatedValve.make()
        await valve.unit.powerOn()
        const serial = await valve.unit.get("serial_number")
        await valve.unit.close()
        const again = await EmulatedValve.make(2)
        again.unit.board.restore(valve.unit.board.save())
        await again.unit.powerOn()
        expect(await again.unit.get("serial_number")).toBe(serial)
    })

    test.each([100, 50, 20])("while it signs, gas shuts it; gas is told every %i ms", async everyMs => {
        const { valve, drive, beats } = await opened()
        const readings = valve.tellGasEvery(everyMs)
        const from = beats.length
        const proof = valve.unit.call("attest", { challenge: new Uint8Array(32).fill(7) })
        await valve.unit.wait(2_000)
        const before = valve.nowMs
        valve.part("gas").act("set", 35)
        await valve.unit.wait(6_000)
        await proof
        expect(readings()).toBeGreaterThan((8_000 / everyMs) * 0.8)
        const shut = drive.find(({ atMs, high }) => !high && atMs > before)!
        const gaps = gapsOf(beats.slice(from)).sort((a, b) => a - b)
        const [shutMs, medianMs, longestMs] = [shut.atMs - before, gaps[gaps.length >> 1], gaps.at(-1)!].map(ms =>
            ms.toFixed(1),
        )
        console.log(
            `gas to shut while signing, told every ${everyMs} ms: ${shutMs} ms; beats: median ${medianMs}, longest ${longestMs} ms`,
        )
        expect(gaps.at(-1)!).toBeLessThan(DEADMAN_MS)
        expect(shut.atMs - before).toBeLessThan(GAS_LIMIT_MS)
    })
})
