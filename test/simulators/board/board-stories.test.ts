/**
 * The simulated chip behaves as the board does: stories that were played on the upstream RP2040 runtime in an instruction-level emulator, with
 * its figures. `long-work` stands for a device whose computations leave the bus too little room.
 */
import { describe, expect, test } from "vitest"
import { encodeFrame } from "../../../simulators/bus/frame"
import { gasWhileComputing } from "./main-loop-stories"
import { type Workbench, workbench } from "./workbench"

/** How far the simulator may be from the emulated board. */
const TOLERANCE = 0.15
const LONG_WORK = "test/programs/long-work.ts"

function expectNear(simulated: number | undefined, emulated: number): void {
    expect(simulated).toBeGreaterThan(emulated * (1 - TOLERANCE))
    expect(simulated).toBeLessThan(emulated * (1 + TOLERANCE))
}

describe("gas while a program computes in stretches of 40 ms", () => {
    // The gas valve that made its attestations so. With gas every 20 ms, 219 frames found no room.
    const emulated = [
        { everyMs: 100, shutAfterS: 3.87, overflows: [0, 0] },
        { everyMs: 50, shutAfterS: 3.81, overflows: [1, 60] },
        { everyMs: 20, shutAfterS: 3.8, overflows: [100, 300] },
    ]
    test.each(emulated)(
        "told every $everyMs ms is handled after $shutAfterS s",
        async ({ everyMs, shutAfterS, overflows }) => {
            const story = await gasWhileComputing(LONG_WORK, everyMs)
            expectNear(story.shutAfterS, shutAfterS)
            expect(story.overflows).toBeGreaterThanOrEqual(overflows[0])
            expect(story.overflows).toBeLessThanOrEqual(overflows[1])
            expectNear(story.medianGapMs, 123)
            expectNear(story.longestGapMs, 136)
        },
    )
})

/** Edges of the heartbeat, in virtual milliseconds. */
function beatsOf({ board, clock }: Workbench): number[] {
    const beats: number[] = []
    board.wiring.watch("HEARTBEAT", () => beats.push(clock.nowUs / 1000))
    return beats
}

describe("the alarm of 0 ms that never comes", () => {
    test("lets a device stand still that hears nothing and says nothing, until the next frame", async () => {
        const bench = await workbench(LONG_WORK)
        const { act, bus, entries, runMs } = bench
        const beats = beatsOf(bench)
        act("gas", "unplug")
        runMs(120_000)
        const stoodFrom = beats.at(-1)!
        // On the emulated board a program that blinked every 50 ms did so after 21 to 27 s.
        expect(stoodFrom).toBeLessThan(60_000)
        const said = entries.filter(({ kind, from }) => kind === "frame" && from === "dut")
        expect(said.at(-1)!.us / 1000).toBeLessThan(stoodFrom + 100)
        expect(bench.board.state).toBe("running")
        const peer = { name: "peer", receive() {} }
        bus.attach(peer)
        bus.send(
            peer,
            encodeFrame("0123456789abcdef", 0, { serviceIndex: 1, command: 0x101, payload: Buffer.alloc(4) }),
        )
        runMs(20)
        expect(beats.at(-1)).toBeGreaterThan(120_000)
    })

    test("does not stop a device on whose bus others speak for longer than they pause", async () => {
        const bench = await workbench(LONG_WORK)
        const beats = beatsOf(bench)
        bench.runMs(60_000)
        expect(beats.at(-1)).toBeGreaterThan(59_000)
        const gaps = beats.slice(1).map((at, i) => at - beats[i])
        // Its sensor speaks every 100 ms once it has been asked, and twice a second before.
        expect(Math.max(...gaps.slice(40))).toBeLessThan(160)
    })

    test("comes on a repaired runtime", async () => {
        const bench = await workbench(LONG_WORK, undefined, { profile: "verified" })
        const beats = beatsOf(bench)
        bench.act("gas", "unplug")
        bench.runMs(60_000)
        expect(beats.at(-1)).toBeGreaterThan(59_900)
        const gaps = beats.slice(1).map((at, i) => at - beats[i])
        expect(Math.max(...gaps)).toBeLessThan(70)
    })
})
