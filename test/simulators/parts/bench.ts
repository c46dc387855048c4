import { deviceIdOf } from "../../../simulators/bus/server"
import { US_PER_MS } from "../../../simulators/clock"
import type { Part, PartContext } from "../../../simulators/parts/part"
import { busOnBench } from "../bus/bench"
import { BusProbe } from "../bus/probe"

/** A part by itself, on a bus with a probe. Its name is `board.part`. */
export function partOnBench<P extends Part>(build: (context: PartContext) => P, seed = 1) {
    const bench = busOnBench(seed)
    const name = "board.part"
    const part = build({
        name,
        clock: bench.clock,
        random: bench.random(name),
        bus: bench.bus,
        note: (kind, detail) => bench.trace.note(name, kind, detail),
    })
    const elapse = (ms: number) => bench.clock.runUntil(bench.clock.nowUs + ms * US_PER_MS)
    return { ...bench, part, elapse, probe: new BusProbe(bench.bus, bench.clock), id: deviceIdOf(name) }
}
