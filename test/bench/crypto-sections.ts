/** Runs the programs of `devs/bench`, the same that a board runs. */
import { loadBoard } from "../../simulators/board/definition"
import { buildBenchmark, PROGRAMS } from "../../src/host/bench/programs"
import { runSections, type Section } from "../../src/host/bench/sections"
import { buildFirmware } from "../../src/host/build/firmware"

export const BOARD = loadBoard("valve_pico", "boards")

/** Of our own, and of the port that they are compared with. A program has what fits one image. */
const COMPARED = [...PROGRAMS, "tweetnacl"]

/** @param gcStress collects garbage before every allocation, which makes `heapBytes` exact and moves other counts */
export async function runCryptoSections(gcStress = false): Promise<Section[]> {
    const sections: Section[] = []
    for (const program of COMPARED) {
        const { image } = await buildBenchmark(program)
        sections.push(...runSections(image, BOARD, gcStress))
    }
    return sections
}

/** Bytes that a program which links every primitive has more than one that does nothing. */
export async function coreBytes(): Promise<number> {
    const [all, none] = await Promise.all(
        ["whole-core", "nothing"].map(program => buildFirmware(`test/programs/${program}.ts`)),
    )
    return all.image.length - none.image.length
}
