import { imageSequenceNumber } from "../package/image-sequence-number"
import type { PackageParts } from "./package-parts"

/** How the number that the program calls itself by is not its package's: it would never pass its trial. Undefined if it is, or there is no program. */
export function numberFault({ program, manifest }: PackageParts): string | undefined {
    const own = program && imageSequenceNumber(program)
    if (!program || (own !== undefined && own === manifest?.sequenceNumber)) return undefined
    return own === undefined
        ? "no single sequence number is found in the program: give it as a number in the options of its Device"
        : `the program calls itself ${own}, its package ${manifest?.sequenceNumber}`
}
