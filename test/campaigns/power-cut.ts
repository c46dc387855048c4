/**
 * The power-cut campaign: plays a device's day (boot, ten changes of state, a redeploy) again and again, each time cutting the power before,
 * inside or after one writing operation of one of its memories, and looks at what is left.
 */
import type { Board, BoardState } from "../../simulators/board/board"
import type { BoardDefinition } from "../../simulators/board/definition"
import { type Timer, US_PER_MS } from "../../simulators/clock"
import { CUT_PHASES, type PowerCut } from "../../simulators/power-cut"
import { DEVICE_ID } from "../firmware/rig"
import { type Workbench, workbenchFor } from "../simulators/board/workbench"

export interface Subject {
    name: string
    image: Uint8Array
    /** The board as it came from the factory. */
    unit: BoardState
    definition: BoardDefinition
    memories: readonly MemoryName[]
    /** Ten changes of state. */
    day: readonly Act[]
    redeployAtMs: number
    /** Whether no output does what could harm anyone. */
    isSafe(board: Board): boolean
    records(board: Board): Promise<Records>
}

/** Memories of a board that are written while it works. */
export type MemoryName = "flash" | "fram"

/** Record → value in hex. */
export type Records = Record<string, string>

export interface Act {
    atMs: number
    part: string
    action: string
    argument?: number
}

/** What a board came to after one cut. */
export interface Outcome {
    memory: MemoryName
    cut: PowerCut
    /** After the power came back: the program came up; or there is none and the runtime waits for one; or neither. */
    program: "runs" | "waits" | "dead"
    /** The assertion of the runtime's C code that failed at boot. */
    assertion?: string
    /** Every record has its old or its new value; or some are gone; or some have a value that they never had. */
    records: "kept" | "lost" | "invented"
    /** Every output stayed safe from the cut on. */
    safe: boolean
    /** A redeploy makes it run, without another hand. */
    recovers: boolean
}

const BOOT_MS = 2_500
/** An operation of the day's last turn is counted when the turn begins, and cut when its time has come. */
const LATE_US = 500 * US_PER_MS
/** The day's acts lie further apart than this, so that no two records change between two looks. */
const LOOK_EVERY_MS = 100

/** One outcome a cut, over every `stride`-th operation of each memory. */
export async function* powerCutCampaign(subject: Subject, stride = 1): AsyncGenerator<Outcome> {
    for (const memory of subject.memories) {
        const looks = await wholeDay(subject, memory)
        const end = looks.at(-1)!.operations
        for (let operation = looks[0].operations; operation < end; operation += stride) {
            const old = looks.findLast(look => look.operations <= operation)!.records
            const next = looks.find(look => look.operations > operation)!.records
            for (const phase of CUT_PHASES) yield await cutOnce(subject, memory, { operation, phase }, [old, next])
        }
    }
}

interface Look {
    operations: number
    records: Records
}

/** The day without a cut: what the records are after which operation. */
async function wholeDay(subject: Subject, memory: MemoryName): Promise<Look[]> {
    const bench = workbenchFor(subject.image, subject.definition, { unit: subject.unit, deviceId: DEVICE_ID })
    const look = async () => ({
        operations: memoryOf(bench.board, memory).operations,
        records: await subject.records(bench.board),
    })
    schedule(subject, bench)
    const looks = [await look()]
    while (bench.clock.nowUs < endOfDayUs(subject)) {
        // What comes later is no part of the day: a cut there would not come.
        bench.runMs(Math.min(LOOK_EVERY_MS, (endOfDayUs(subject) - bench.clock.nowUs) / US_PER_MS))
        looks.push(await look())
    }
    return looks
}

async function cutOnce(
    subject: Subject,
    memory: MemoryName,
    cut: PowerCut,
    allowed: [Records, Records],
): Promise<Outcome> {
    const bench = workbenchFor(subject.image, subject.definition, { unit: subject.unit, deviceId: DEVICE_ID })
    const { board, clock, entries, runMs, trace } = bench
    const day = schedule(subject, bench)
    memoryOf(board, memory).cutPowerAt(cut)
    const isOff = () => board.state === "off"
    while (!isOff())
        if (!clock.step(endOfDayUs(subject) + LATE_US))
            throw new Error(`the cut never came: ${memory} ${JSON.stringify(cut)}`)
    for (const timer of day) clock.cancel(timer)
    let safe = true
    trace.watch(() => {
        safe &&= subject.isSafe(board)
    })
    runMs(500)
    const restart = entries.length
    board.powerOn()
    runMs(BOOT_MS)
    const started = (from: number) => entries.slice(from).some(({ line }) => String(line).startsWith("* start:"))
    const announced = entries.slice(restart).some(({ kind, from }) => kind === "frame" && from === board.name)
    const records = verdict(await subject.records(board), allowed)
    const program = started(restart) ? "runs" : board.state === "running" && announced ? "waits" : "dead"
    const redeploy = entries.length
    board.deploy(subject.image)
    runMs(BOOT_MS)
    const recovers = started(redeploy)
    const assertion = entries.slice(restart, redeploy).find(({ line }) => String(line).startsWith("assertion"))?.line
    return { memory, cut, program, assertion: assertion as string | undefined, records, safe, recovers }
}

function schedule({ day, image, redeployAtMs }: Subject, { act, board, clock }: Workbench): Timer[] {
    return [
        ...day.map(({ atMs, part, action, argument }) => clock.at(atMs * US_PER_MS, () => act(part, action, argument))),
        clock.at(redeployAtMs * US_PER_MS, () => void board.deploy(image)),
    ]
}

const endOfDayUs = ({ redeployAtMs }: Subject) => (redeployAtMs + BOOT_MS) * US_PER_MS

function verdict(found: Records, [old, next]: [Records, Records]): Outcome["records"] {
    const known = new Set([...Object.keys(old), ...Object.keys(next), ...Object.keys(found)])
    const fates = [...known].map(name => {
        if (found[name] === old[name] || found[name] === next[name]) return "kept"
        return found[name] === undefined ? "lost" : "invented"
    })
    return fates.find(fate => fate === "invented") ?? fates.find(fate => fate === "lost") ?? "kept"
}

function memoryOf(board: Board, memory: MemoryName) {
    return memory === "flash" ? board.flash : (board.parts.get(memory) as unknown as typeof board.flash)
}
