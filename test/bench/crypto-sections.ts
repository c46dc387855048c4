/** Runs the programs of `devs/bench`, the same that a board runs. */
import { loadBoard } from "../../simulators/board/definition"
import { buildFirmware } from "../../src/host/build/firmware"
import { runSections, type Section } from "./sections"

export const BOARD = loadBoard("valve_pico", "boards")

/** Of our own, and of the port that they are compared with. A program has what fits one image. */
const PROGRAMS = ["hashes", "ciphers", "slhdsa", "curve25519", "p256", "tweetnacl"]

/** @param gcStress collects garbage before every allocation, which makes `heapBytes` exact and moves other counts */
export async function runCryptoSections(gcStress = false): Promise<Section[]> {
    const sections: Section[] = []
    for (const program of PROGRAMS) {
        const { image } = await buildFirmware(`devs/bench/${program}.ts`)
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
