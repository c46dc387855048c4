/** Everything that the stage in C has to get right, and what it gets wrong of it. */
import { readFileSync } from "node:fs"
import { answersTo, caseOf, encodeStoreCase, encodeVerdictCase } from "./cases"
import { flashOf, STORES } from "./torn-stores"
import { LONGEST_MS, makeTrials } from "./trials"
import { VECTORS_FILE, type Vector } from "./vectors"

/** What is given, and what is expected of it. */
export interface Expectation {
    name: string
    bytes: Buffer
    expected: string
    /** Of the bus's time. */
    withinMs: number
}

export async function expectations(): Promise<Expectation[]> {
    const { vectors } = JSON.parse(readFileSync(VECTORS_FILE, "utf8")) as { vectors: Vector[] }
    const verdicts = [
        ...vectors.map(vector => ({ ...vector, ...caseOf(vector), withinMs: LONGEST_MS })),
        ...(await makeTrials()),
    ]
    return [
        ...verdicts.map(one => ({ ...one, bytes: encodeVerdictCase(one), expected: one.verdict as string })),
        ...Object.entries(STORES).map(([name, store]) => ({
            name,
            bytes: encodeStoreCase(flashOf(store)),
            expected: store.torn ? "erased" : "left",
            withinMs: 0,
        })),
    ]
}

/** @param program `answers`, compiled @returns what it got wrong; that it crashed is one such thing */
export function failures(program: string, wanted: readonly Expectation[]): string[] {
    try {
        const answers = answersTo(
            program,
            wanted.map(({ bytes }) => bytes),
        )
        return wanted.flatMap(({ name, bytes, expected, withinMs }, i) => {
            const { verdict, erased, holds, tookMs } = answers[i]
            const isStore = bytes.toString("latin1", 0, 1) === "S"
            const found = isStore ? (erased ? "erased" : "left") : verdict
            const mayRun = ["factory", "confirmed", "trial"].includes(verdict)
            const isRight = found === expected && holds === (isStore || mayRun) && tookMs <= withinMs
            return isRight ? [] : [`${name}: ${found}, ${holds}, after ${tookMs} ms, not ${expected}`]
        })
    } catch (error) {
        return [`it ends: ${(error as Error).message}`]
    }
}
