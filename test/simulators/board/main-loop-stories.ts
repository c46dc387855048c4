/** What becomes of gas while a valve's program computes: the same story as told on the emulated board. */
import { encodeFrame, FrameFlag } from "../../../simulators/bus/frame"
import { deviceIdOf } from "../../../simulators/bus/server"
import { US_PER_MS, US_PER_S } from "../../../simulators/clock"
import { workbench } from "./workbench"

/** Jacdac `_sensor`: command that sets `streaming_interval`. */
const SET_STREAMING_INTERVAL = 0x2004
/** The program is up, and its sensor speaks. */
const START_MS = 4000
/** From the beginning of the work to the gas. */
const GAS_AFTER_MS = 2000
const WATCH_MS = 8000

export interface Story {
    /** From the gas until the program shuts the valve; undefined if it does not. */
    shutAfterS: number | undefined
    /** Frames from the bus and from the chip itself that its queue had no room for. */
    overflows: number
    /** Between two edges of the heartbeat while the program computes, in milliseconds. */
    medianGapMs: number
    longestGapMs: number
    /** Time for the work, in seconds. */
    workS: number
}

/** @param everyMs time between two readings of the gas sensor */
export async function gasWhileComputing(program: string, everyMs: number): Promise<Story> {
    const { act, board, bus, clock, entries, runMs } = await workbench(program)
    const edges: number[] = []
    let shutUs: number | undefined
    board.wiring.watch("HEARTBEAT", () => edges.push(clock.nowUs))
    board.wiring.watch("VALVE", high => {
        if (!high) shutUs ??= clock.nowUs
    })
    const host = { name: "host", receive() {} }
    bus.attach(host)
    runMs(START_MS)
    const payload = Buffer.alloc(4)
    payload.writeUInt32LE(everyMs)
    const command = { serviceIndex: 1, command: SET_STREAMING_INTERVAL, payload }
    bus.send(host, encodeFrame(deviceIdOf("dut.gas"), FrameFlag.Command, command))
    act("button", "press")
    runMs(GAS_AFTER_MS)
    const gasUs = clock.nowUs
    act("gas", "set", 35)
    runMs(WATCH_MS)
    const said = (line: string) => entries.find(entry => entry.line === `> ${line}`)!.us
    const [worksUs, doneUs] = [said("works"), said("done")]
    const gaps = edges.slice(1).map((us, i) => ({ us, ms: (us - edges[i]) / US_PER_MS }))
    const whileComputing = gaps.filter(({ us }) => us > worksUs && us < doneUs).map(({ ms }) => ms)
    whileComputing.sort((a, b) => a - b)
    return {
        shutAfterS: shutUs && (shutUs - gasUs) / US_PER_S,
        overflows: entries.filter(({ kind }) => kind === "overflow").length,
        medianGapMs: whileComputing[whileComputing.length >> 1],
        longestGapMs: whileComputing.at(-1)!,
        workS: (doneUs - worksUs) / US_PER_S,
    }
}
