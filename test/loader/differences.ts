/** The stage in C, the simulator's verifier, and the reading of docs/loader.md, on generated memories. */
import { SLOT_BYTES } from "../../src/core/store/memory-layout"
import { answersTo, encodeVerdictCase } from "./cases"
import { generatedMemories } from "./generated-memories"
import { type Asked, judgeByModel } from "./model"
import { type Given, judgeByPage } from "./reading"

const BATCH = 2_000

export interface Comparison {
    memories: number
    /** How often the simulator's verifier gave each verdict. */
    verdicts: ReadonlyMap<string, number>
    /** Of the memories about which they differ, by their number. */
    differences: string[]
}

/**
 * @param program `answers`, compiled
 * @param told how many were compared so far
 */
export async function compare(
    program: string,
    count: number,
    seed: number,
    told = (_: number) => {},
): Promise<Comparison> {
    const verdicts = new Map<string, number>()
    const differences: string[] = []
    let batch: Asked[] = []
    let memories = 0
    const judge = () => {
        const answers = answersTo(program, batch.map(encoded))
        for (const [i, asked] of batch.entries()) {
            const verdict = judgeByModel(asked)
            verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
            const [inC, byPage] = [answers[i].verdict, judgeByPage(asVector(asked))]
            if (inC !== verdict || byPage !== verdict)
                differences.push(`${memories + i}: ${verdict}, in C ${inC}, by the page ${byPage}`)
        }
        memories += batch.length
        batch = []
        told(memories)
    }
    for await (const asked of generatedMemories(count, seed)) if (batch.push(asked) === BATCH) judge()
    judge()
    return { memories, verdicts, differences }
}

function encoded({ chip, image, memory, element }: Asked): Buffer {
    return encodeVerdictCase({
        bus: memory === "silent" ? "silent" : "sound",
        element: element === null ? "none" : element === "silent" ? "silent" : "sound",
        count: typeof element === "number" ? element : 0,
        chip: Buffer.from(chip, "hex"),
        image: Buffer.from(image),
        memory: Buffer.from(memory === "silent" ? [] : memory),
    })
}

function asVector({ chip, image, memory, element }: Asked): Given {
    const slots: Record<string, string> = {}
    for (let at = 0; memory !== "silent" && at < memory.length; at += SLOT_BYTES)
        slots[at / SLOT_BYTES] = Buffer.from(memory.subarray(at, at + SLOT_BYTES)).toString("base64")
    const fram = memory === "silent" ? memory : { blank: "00", slots }
    return { chip, image: Buffer.from(image).toString("hex"), fram, element }
}
