/** Cases for the stage in C, as test/loader/c/case.h has them, and its answers. */
import { spawnSync } from "node:child_process"
import type { StartVerdict } from "../../simulators/board/verifier"
import type { Given } from "./reading"

export const MEMORY_BYTES = 7680
/** In the order of `loader_verdict`. */
export const VERDICTS = ["unreadable", "factory", "confirmed", "trial", "belowFloor", "unauthorised"] as const
/** In the order of `bus_fault`. */
export const BUS_FAULTS = [
    "sound",
    "silent",
    "held",
    "slow",
    "slow without limit",
    "unplugged",
    "unplugged late",
] as const
export type BusFault = (typeof BUS_FAULTS)[number]
/** In the order of `element_state`. */
export const ELEMENT_STATES = [
    "none",
    "sound",
    "silent",
    "busy",
    "corrupts once",
    "corrupts",
    "hangs",
    "fails",
    "answers zeros",
    "babbles",
    "unlocked",
    "refuses",
    "hangs without clock",
] as const
export type ElementState = (typeof ELEMENT_STATES)[number]

/** What a verdict is asked of. */
export interface VerdictCase {
    bus: BusFault
    element: ElementState
    count: number
    /** 8 bytes. */
    chip: Buffer
    image: Buffer
    memory: Buffer
}

export interface Answer {
    /** The verdict; of a settings store, whether it was erased. */
    verdict: StartVerdict
    erased: boolean
    /** Whether the verdict lets the image run; of a store, whether both banks and nothing else were erased. */
    holds: boolean
    tookMs: number
}

export function encodeVerdictCase({ bus, element, count, chip, image, memory }: VerdictCase): Buffer {
    const header = Buffer.alloc(17)
    header.write("V", 0)
    header[1] = BUS_FAULTS.indexOf(bus)
    header[2] = ELEMENT_STATES.indexOf(element)
    header.writeUInt32LE(count, 3)
    chip.copy(header, 7)
    header.writeUInt16LE(image.length, 15)
    return Buffer.concat([header, image, memory])
}

/** @param flash at least 16 pages of 4096 bytes, or what is left is erased */
export function encodeStoreCase(flash: Uint8Array): Buffer {
    return Buffer.concat([Buffer.from("S"), flash])
}

/** A vector of docs/loader-vectors.json as a case. */
export function caseOf({ chip, image, fram, element }: Given): VerdictCase {
    return {
        bus: fram === "silent" ? "silent" : "sound",
        element: element === null ? "none" : element === "silent" ? "silent" : "sound",
        count: typeof element === "number" ? element : 0,
        chip: Buffer.from(chip, "hex"),
        image: Buffer.from(image, "hex"),
        memory: memoryOf(fram),
    }
}

/** @param program `answers`, compiled @throws Error if it does not get through all of them */
export function answersTo(program: string, cases: readonly Buffer[]): Answer[] {
    const run = spawnSync(program, { input: framed(cases), maxBuffer: 1 << 30 })
    const output = run.stdout
    if (run.status !== 0 || output.length !== 4 * cases.length)
        throw new Error(
            `after ${output.length / 4} answers: ${run.signal ?? run.status} ${run.stderr.toString().slice(0, 2000)}`,
        )
    return cases.map((_, i) => ({
        verdict: VERDICTS[output[4 * i]],
        erased: output[4 * i] === 1,
        holds: output[4 * i + 1] === 1,
        tookMs: output.readUInt16LE(4 * i + 2),
    }))
}

/** Each case behind its size. */
export function framed(cases: readonly Buffer[]): Buffer {
    return Buffer.concat(
        cases.flatMap(bytes => {
            const size = Buffer.alloc(4)
            size.writeUInt32LE(bytes.length)
            return [size, bytes]
        }),
    )
}

/** The bytes of a vector's memory. */
export function memoryOf(fram: Given["fram"]): Buffer {
    if (fram === "silent") return Buffer.alloc(MEMORY_BYTES)
    const memory = Buffer.alloc(MEMORY_BYTES, Number.parseInt(fram.blank, 16))
    for (const [slot, bytes] of Object.entries(fram.slots))
        Buffer.from(bytes, "base64").copy(memory, Number(slot) * 128)
    return memory
}
