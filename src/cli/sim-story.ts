import { formatMoment, inYaml, type TraceEntry, type World } from "../host/sim/simulate"
import { cyan, dim, green, type Line, type Piece, red, yellow } from "./lines"
import { seenText } from "./sim-report"

/** What a person wants to read of a line of the trace, or undefined if nothing. */
export function tell(entry: TraceEntry, world: World): Line | undefined {
    const text = Object.hasOwn(TELLERS, entry.kind) ? TELLERS[entry.kind](entry) : undefined
    if (text === undefined) return undefined
    const line: Piece[] = [
        dim(formatMoment(entry.us, world.startsUs)),
        `  ${entry.source.padEnd(SOURCE_CHARS)}  `,
        text,
    ]
    return line
}

const SOURCE_CHARS = 16

/** By kind of line. The kinds that are not here (frames, levels of nets, the runtime's log) are for machines. */
const TELLERS: Readonly<Record<string, (entry: TraceEntry) => Piece>> = {
    step: ({ step, note }) => cyan(note === undefined ? `${step}` : `${note} (${step})`),
    expectation: ({ expectation, kept, seen, note }) => {
        const said = note === undefined ? `${expectation}` : `${note} (${expectation})`
        return kept ? green(`✓ ${said}`) : red(`✗ ${said}: it was ${seenText(seen)}`)
    },
    state: ({ us, source, kind, ...state }) => inYaml(state),
    picture: ({ frame }) => `takes picture ${frame}`,
    power: ({ on }) => (on ? "power on" : "power off"),
    "power-lost": ({ message }) => yellow(`${message}`),
    panic: ({ code }) => yellow(`program ended by panic ${code}`),
    "runtime-panic": ({ message }) => yellow(`runtime panic: ${message}`),
    reset: ({ message }) => `chip reset: ${message}`,
    hung: ({ message }) => yellow(`hangs for good: ${message}`),
    deploy: ({ bytes }) => `takes a new program of ${bytes} bytes`,
    "fault-begins": ({ fault, probability }) => yellow(`packet ${fault} begins, probability ${probability}`),
    update: ({ device, package: name, outcome, refusal }) => {
        const text = `update of ${device} with ${name}: ${outcome}${refusal === undefined ? "" : `, ${refusal}`}`
        return outcome === "confirmed" ? green(text) : yellow(text)
    },
    session: ({ device, session, paired, reason, command, answered, replayed }) => {
        if (replayed !== undefined)
            return yellow(`what ${session} said to ${device} is said again: ${inYaml(replayed)}`)
        if (command !== undefined) return `${device} answers ${session} to ${command}: ${inYaml(answered)}`
        return paired
            ? green(`${session} is paired with ${device}`)
            : yellow(`${session} is not paired with ${device}: ${reason}`)
    },
    answer: ({ device, command, answered }) => `${device} answers a stranger to ${command}: ${inYaml(answered)}`,
    "fault-ends": ({ fault }) => `packet ${fault} ends`,
}
