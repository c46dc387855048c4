import { Bus } from "../../../simulators/bus/bus"
import { VirtualClock } from "../../../simulators/clock"
import { randomStreams } from "../../../simulators/random"
import { Trace, type TraceEntry } from "../../../simulators/trace"

/** A bus on a clock of its own, with everything it traced. */
export function busOnBench(seed = 1) {
    const clock = new VirtualClock()
    const trace = new Trace(clock)
    const entries: TraceEntry[] = []
    trace.watch(entry => entries.push(entry))
    const random = randomStreams(seed)
    const bus = new Bus({ name: "bus", clock, trace, random: random("bus") })
    return { clock, trace, entries, random, bus }
}

/** A node that keeps what it hears, with the times. */
export function listener(name: string, clock: VirtualClock) {
    const heard: { us: number; frame: Uint8Array }[] = []
    return { name, heard, receive: (frame: Uint8Array) => void heard.push({ us: clock.nowUs, frame }) }
}
