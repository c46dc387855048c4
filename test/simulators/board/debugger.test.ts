import { expect, test } from "vitest"
import type { BusNode } from "../../../simulators/bus/bus"
import { encodeFrame, FrameFlag } from "../../../simulators/bus/frame"
import { workbench } from "./workbench"

/** Of the chip's services; and its command to hold the program where it is. */
const DEBUGGER = 3
const HALT = 0x94

test("a program that a peer's debugger holds does not beat, and time goes on", async () => {
    const bench = await workbench("test/programs/hold-valve-for-ever.ts")
    const peer: BusNode = { name: "peer", receive() {} }
    bench.bus.attach(peer)
    bench.runMs(3000)
    expect(bench.observe("valve")).toMatchObject({ state: "open" })
    const halt = { serviceIndex: DEBUGGER, command: HALT, payload: new Uint8Array(0) }
    bench.bus.send(peer, encodeFrame(bench.board.deviceId, FrameFlag.Command, halt))
    bench.runMs(700)
    expect(bench.clock.nowUs).toBe(3_700_000)
    expect(bench.observe("valve")).toMatchObject({ state: "shut" })
})
