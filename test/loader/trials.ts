/** What the vectors cannot say: parts and buses that misbehave in time, and images of every length that a hash pads differently. */
import type { StartVerdict } from "../../simulators/board/verifier"
import { COUNTS_PER_STEP } from "../../src/core/identity/element-counters"
import { RECORD_SLOTS, SLOT_BYTES } from "../../src/core/store/memory-layout"
import { type BusFault, type ElementState, MEMORY_BYTES, type VerdictCase } from "./cases"
import { CHIP, floor, identity, MadeMemory, program, type Step } from "./made-memory"

export interface Trial extends VerdictCase {
    name: string
    verdict: StartVerdict
    withinMs: number
}

/** A verdict ends after this time, whatever it meets. */
export const LONGEST_MS = 2000
/** What a driver that knows of no limit can add. */
const LAST_TRANSACTION_MS = 130

/** Its count takes three bytes. */
const NUMBER = 70_000
const IMAGE = Buffer.from("a program")

const BUSES: readonly [BusFault, StartVerdict][] = [
    ["sound", "confirmed"],
    ["silent", "unreadable"],
    ["held", "unreadable"],
    ["slow", "unreadable"],
    ["slow without limit", "unreadable"],
    ["unplugged", "unreadable"],
    ["unplugged late", "unreadable"],
]

const ELEMENTS: readonly [ElementState, StartVerdict][] = [
    ["sound", "confirmed"],
    ["silent", "unreadable"],
    ["busy", "confirmed"],
    ["corrupts once", "confirmed"],
    ["corrupts", "unreadable"],
    ["hangs", "unreadable"],
    ["fails", "unreadable"],
    ["answers zeros", "unreadable"],
    ["babbles", "unreadable"],
    ["unlocked", "confirmed"],
    ["refuses", "unreadable"],
    ["hangs without clock", "unreadable"],
]

/** Around the ends of SHA-256's blocks, and of what its last block has room for. */
const IMAGE_BYTES = [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 5000]

/** Whether a trial is of nothing but an image and a memory. */
export const isPlain = ({ bus, element }: VerdictCase) => bus === "sound" && element === "none"

export async function makeTrials(): Promise<Trial[]> {
    const memory = await memoryOf(identity, program(IMAGE, NUMBER), floor(NUMBER))
    const usual: VerdictCase = {
        bus: "sound",
        element: "none",
        count: COUNTS_PER_STEP * NUMBER,
        chip: Buffer.from(CHIP, "hex"),
        image: IMAGE,
        memory,
    }
    const trials: Trial[] = []
    for (const [bus, verdict] of BUSES) {
        const withinMs = LONGEST_MS + (bus === "slow without limit" ? LAST_TRANSACTION_MS : 0)
        trials.push({ ...usual, name: `bus: ${bus}`, bus, verdict, withinMs })
    }
    for (const [element, verdict] of ELEMENTS)
        trials.push({ ...usual, name: `element: ${element}`, element, verdict, withinMs: LONGEST_MS })
    const count = usual.count + COUNTS_PER_STEP
    const above = { ...usual, element: "sound", count, verdict: "belowFloor", withinMs: LONGEST_MS } as const
    trials.push({ ...above, name: "element: a step above" })
    for (const size of IMAGE_BYTES) {
        const image = Buffer.alloc(size, "an image")
        const memory = await memoryOf(identity, program(image, NUMBER))
        const name = `an image of ${size} bytes`
        trials.push({ ...usual, name, image, memory, verdict: "confirmed", withinMs: LONGEST_MS })
    }
    return trials
}

async function memoryOf(...steps: readonly Step[]): Promise<Buffer> {
    const made = new MadeMemory("trials", 0)
    for (const step of steps) await step(made)
    if (made.slots.bytes.length !== MEMORY_BYTES) throw new Error(`not ${RECORD_SLOTS} slots of ${SLOT_BYTES} bytes`)
    return made.slots.bytes
}
