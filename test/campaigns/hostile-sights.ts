/** What the hostile-program campaign looks for on a board: promises that must never be broken, and moments that show it tried. */
import { US_PER_MS } from "../../simulators/clock"
import type { Workbench } from "../simulators/board/workbench"

export interface Sights {
    /** The line that feeds the dead-man. */
    heartbeat: string
    promises: readonly Sight[]
    /** What has to be seen in some seeds, or the campaign shows nothing. */
    moments: readonly Sight[]
}

interface Sight {
    name: string
    /** Parts follow the nets only at the end of an event, so what is said of a part is looked at then. */
    afterEvents?: true
    /** For a promise: broken now. */
    isSeen(view: View): boolean
}

/** What an onlooker with a probe on every net sees. */
interface View {
    level(net: string): boolean
    observe: Workbench["observe"]
    /** Since the heartbeat line last moved. */
    silenceMs: number
    /** Indicators that have burnt out. */
    burnt: ReadonlySet<string>
}

/** Longest time after the last beat that a board may keep a dangerous output on: what docs/firmware.md says of its dead-man. */
const LONGEST_SILENCE_MS = 500

const isCapturing = ({ level }: View) => level("capture")

export const DOORBELL_SIGHTS: Sights = {
    heartbeat: "HEARTBEAT",
    promises: [
        { name: "powered with the privacy switch open", isSeen: view => isCapturing(view) && !view.level("kill") },
        {
            name: "powered with a whole indicator dark",
            isSeen: view => isCapturing(view) && !view.level("recording") && !view.burnt.has("recording"),
        },
        {
            name: "microphone or camera at work without power",
            afterEvents: true,
            isSeen: view =>
                ["microphone", "camera"].some(part => view.observe(part).present === true) && !isCapturing(view),
        },
        {
            name: "strike released without a heartbeat",
            afterEvents: true,
            isSeen: ({ observe, silenceMs }) =>
                observe("strike").state === "released" && silenceMs > LONGEST_SILENCE_MS,
        },
    ],
    moments: [
        { name: "capture powered", isSeen: isCapturing },
        {
            name: "capture asked for with the privacy switch open",
            isSeen: ({ level }) => level("CAPTURE") && !level("kill"),
        },
        {
            name: "capture powered with a burnt indicator",
            isSeen: view => isCapturing(view) && !view.level("recording"),
        },
        { name: "strike released", afterEvents: true, isSeen: ({ observe }) => observe("strike").state === "released" },
        {
            name: "strike asked for without a heartbeat",
            isSeen: ({ level, silenceMs }) => level("STRIKE") && silenceMs > LONGEST_SILENCE_MS,
        },
    ],
}

export const GAS_VALVE_SIGHTS: Sights = {
    heartbeat: "HEARTBEAT",
    promises: [
        {
            name: "valve open without a heartbeat",
            afterEvents: true,
            isSeen: ({ observe, silenceMs }) => observe("valve").state === "open" && silenceMs > LONGEST_SILENCE_MS,
        },
    ],
    moments: [
        { name: "valve open", afterEvents: true, isSeen: ({ observe }) => observe("valve").state === "open" },
        {
            name: "valve asked for without a heartbeat",
            isSeen: ({ level, silenceMs }) => level("VALVE") && silenceMs > LONGEST_SILENCE_MS,
        },
    ],
}

/** Kinds of trace lines that say how a program ended. */
const ENDINGS = new Set(["panic", "reset", "hung", "runtime-panic"])

export interface Watch {
    readonly broken: ReadonlySet<string>
    readonly reached: ReadonlySet<string>
    /** To be called after every event. */
    afterEvent(): void
}

/** Looks at a board's promises at every change of every net, and whenever it is told that an event is over. */
export function watchBoard({ board, clock, observe, trace }: Workbench, sights: Sights): Watch {
    const broken = new Set<string>()
    const reached = new Set<string>()
    const { wiring } = board
    const burnt = new Set<string>()
    let beatAtUs = clock.nowUs
    const view: View = {
        burnt,
        level: net => wiring.level(net),
        observe,
        get silenceMs() {
            return (clock.nowUs - beatAtUs) / US_PER_MS
        },
    }
    const lookFor = (found: Set<string>, all: readonly Sight[], eventIsOver: boolean) => {
        for (const { name, afterEvents, isSeen } of all)
            if ((eventIsOver || !afterEvents) && !found.has(name) && isSeen(view)) found.add(name)
    }
    const look = (eventIsOver: boolean) => {
        lookFor(broken, sights.promises, eventIsOver)
        lookFor(reached, sights.moments, eventIsOver)
    }
    wiring.watch(sights.heartbeat, () => {
        beatAtUs = clock.nowUs
    })
    for (const { name } of wiring.circuit.nets) wiring.watch(name, () => look(false))
    trace.watch(({ kind, source, action }) => {
        if (ENDINGS.has(kind)) reached.add(`ended: ${kind}`)
        // The line comes before the act itself.
        if (kind === "act" && action === "burn") burnt.add(source.slice(board.name.length + 1))
        if (kind === "act" && action === "replace") burnt.delete(source.slice(board.name.length + 1))
    })
    return { broken, reached, afterEvent: () => look(true) }
}
