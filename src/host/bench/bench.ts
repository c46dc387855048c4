/** Runs the programs of `devs/bench` on a board, and holds what its own clock says against what its cost table predicts. */
import type { BoardDefinition } from "../../../simulators/board/definition"
import { predictMs } from "../../../simulators/costs/cost-table"
import { predictMissesMs } from "../../../simulators/costs/flash-misses"
import type { Firmware } from "../build/firmware"
import { LinkError } from "../unit/unit-link"
import type { BenchedBoard } from "./benched-board"
import { type MeasuredSection, SectionError, SectionLines } from "./section-lines"
import { runSections } from "./sections"

/** A program that takes so much longer or shorter than predicted is not predicted well (share). */
export const TOLERANCE = 0.1
/** Time between two looks whether a program is through. */
const LOOK_MS = 250
/** A program is given up after its predicted time this many times, and a while for everything else; and where nothing is predicted, after that long. */
const PATIENCE_FACTOR = 4
const PATIENCE_MS = 60_000
const UNPREDICTED_MS = 600_000

export interface SectionResult extends MeasuredSection {
    predictedMs?: number
}

export interface ProgramResult {
    program: string
    /** SHA-256 of the image that was measured, in lowercase hex, as the runtime measures it before and after. */
    sha256: string
    /** Sums of its sections, in milliseconds. */
    measuredMs?: number
    predictedMs?: number
    /** The same with an estimate of what misses of the flash cache add. No table has them, so it explains a difference, and excuses none. */
    withMissesMs?: number
    /** Measured by predicted. */
    ratio?: number
    verdict: "good" | "differs" | "noPrediction" | "failed"
    /** Of a failure. */
    why?: string
    sections: readonly SectionResult[]
}

export interface BenchOptions {
    board: BenchedBoard
    programs: readonly Firmware[]
    /** Whose costs predict; undefined if they are not known: then nothing is good. */
    predictedFor: BoardDefinition | undefined
    progress: (step: string) => void
    onResult?: (result: ProgramResult) => void
}

/** Runs one program after the other. What fails is told as the program's result; the next is tried all the same. */
export async function bench({ onResult = () => {}, ...options }: BenchOptions): Promise<ProgramResult[]> {
    const results: ProgramResult[] = []
    for (const firmware of options.programs) {
        const result = await resultOf(firmware, options)
        results.push(result)
        onResult(result)
    }
    return results
}

/** The costs of a board, if they are of its chip. */
export function predictable(definition: BoardDefinition): BoardDefinition | undefined {
    return definition.costs.measured ? definition : undefined
}

async function resultOf(firmware: Firmware, options: Omit<BenchOptions, "onResult">): Promise<ProgramResult> {
    const { name: program, sha256, image } = firmware
    const { board, predictedFor, progress } = options
    progress(`${program}: predicting`)
    const predicted = predictedFor && predictedSections(image, predictedFor)
    try {
        const measured = await measure(firmware, board, limitMs(predicted), progress)
        return { program, sha256, ...compared(measured, predicted) }
    } catch (error) {
        if (error instanceof LinkError || error instanceof SectionError)
            return { program, sha256, verdict: "failed", why: error.message, sections: [] }
        throw error
    }
}

/** Of a program: its sections by name, and what misses add to all of them together. */
interface Predicted {
    sections: ReadonlyMap<string, number>
    missesMs: number
}

function predictedSections(image: Uint8Array, definition: BoardDefinition): Predicted {
    const sections = runSections(image, definition)
    const { costs } = definition
    return {
        sections: new Map(sections.map(section => [section.name, predictMs(section, costs)])),
        missesMs: sum(sections.map(section => predictMissesMs(section, costs))),
    }
}

function limitMs(predicted: Predicted | undefined): number {
    return predicted ? PATIENCE_MS + PATIENCE_FACTOR * sum([...predicted.sections.values()]) : UNPREDICTED_MS
}

/** @throws LinkError if it cannot be shown that this program ran, or it does not finish; SectionError */
async function measure(
    { name, image, sha256 }: Firmware,
    board: BenchedBoard,
    limit: number,
    progress: (step: string) => void,
): Promise<readonly MeasuredSection[]> {
    const { link } = board
    const lines = new SectionLines()
    let fault: unknown
    const listen = () => {
        board.onLine = line => {
            try {
                lines.take(line)
            } catch (error) {
                fault ??= error
            }
        }
    }
    await link.install(image, share => {
        progress(`${name}: handing it over, ${Math.floor(100 * share)} %`)
        // The runtime has stopped what ran before, whose lines are not this program's.
        if (share > 0) listen()
    })
    await requireProgram(link, sha256)
    for (let waitedMs = 0; !lines.isFinished && !fault; waitedMs += LOOK_MS) {
        if (waitedMs >= limit) throw new LinkError(`it is not through after ${Math.round(limit / 1000)} s`)
        progress(`${name}: ${lines.sections.length} sections are through`)
        await link.wait(LOOK_MS)
    }
    board.onLine = () => {}
    if (fault) throw fault
    await requireProgram(link, sha256)
    return lines.sections
}

/** @throws LinkError if the board runs another program than the one that was handed to it */
async function requireProgram(link: BenchedBoard["link"], sha256: string): Promise<void> {
    const running = await link.programSha256()
    if (running !== sha256)
        throw new LinkError(`the board runs another program (${running}): it has not taken this one`)
}

/** @throws SectionError if the sections are not those that were predicted */
function compared(
    measured: readonly MeasuredSection[],
    predicted: Predicted | undefined,
): Pick<ProgramResult, "measuredMs" | "predictedMs" | "withMissesMs" | "ratio" | "verdict" | "sections"> {
    const measuredMs = sum(measured.map(section => section.measuredMs))
    if (!predicted) return { measuredMs, verdict: "noPrediction", sections: measured }
    const names = measured.map(({ name }) => name).join(", ")
    const expected = [...predicted.sections.keys()].join(", ")
    if (names !== expected) throw new SectionError(`its log lacks lines: it tells of ${names}, not of ${expected}`)
    const sections = measured.map(section => ({ ...section, predictedMs: predicted.sections.get(section.name)! }))
    const predictedMs = sum([...predicted.sections.values()])
    const withMissesMs = predictedMs + predicted.missesMs
    const ratio = measuredMs / predictedMs
    return { measuredMs, predictedMs, withMissesMs, ratio, verdict: isGood(ratio) ? "good" : "differs", sections }
}

function isGood(ratio: number): boolean {
    return ratio >= 1 - TOLERANCE && ratio <= 1 + TOLERANCE
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
