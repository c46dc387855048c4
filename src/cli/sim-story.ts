import pc from "picocolors"
import { formatMoment, inYaml, type TraceEntry, type World } from "../host/sim/simulate"
import { seenText } from "./sim-report"

/** What a person wants to read of a line of the trace, or undefined if nothing. */
export function tell(entry: TraceEntry, world: World): string | undefined {
    const text = Object.hasOwn(TELLERS, entry.kind) ? TELLERS[entry.kind](entry) : undefined
    if (text === undefined) return undefined
    return `${pc.dim(formatMoment(entry.us, world.startsUs))}  ${entry.source.padEnd(SOURCE_CHARS)}  ${text}`
}

const SOURCE_CHARS = 16

/** By kind of line. The kinds that are not here (frames, levels of nets, the runtime's log) are for machines. */
const TELLERS: Readonly<Record<string, (entry: TraceEntry) => string>> = {
    step: ({ step, note }) => pc.cyan(note === undefined ? `${step}` : `${note} (${step})`),
    expectation: ({ expectation, kept, seen, note }) => {
        const said = note === undefined ? `${expectation}` : `${note} (${expectation})`
        return kept ? pc.green(`✓ ${said}`) : pc.red(`✗ ${said}: it was ${seenText(seen)}`)
    },
    state: ({ us, source, kind, ...state }) => inYaml(state),
    picture: ({ frame }) => `takes picture ${frame}`,
    power: ({ on }) => (on ? "power on" : "power off"),
    "power-lost": ({ message }) => pc.yellow(`${message}`),
    panic: ({ code }) => pc.yellow(`program ended by panic ${code}`),
    "runtime-panic": ({ message }) => pc.yellow(`runtime panic: ${message}`),
    reset: ({ message }) => `chip reset: ${message}`,
    hung: ({ message }) => pc.yellow(`hangs for good: ${message}`),
    deploy: ({ bytes }) => `takes a new program of ${bytes} bytes`,
    "fault-begins": ({ fault, probability }) => pc.yellow(`packet ${fault} begins, probability ${probability}`),
    update: ({ device, package: name, outcome, refusal }) => {
        const text = `update of ${device} with ${name}: ${outcome}${refusal === undefined ? "" : `, ${refusal}`}`
        return outcome === "confirmed" ? pc.green(text) : pc.yellow(text)
    },
    "fault-ends": ({ fault }) => `packet ${fault} ends`,
}
