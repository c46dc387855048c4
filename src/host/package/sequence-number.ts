/** What a sequence number means for the units that are to take it, said while it costs nothing yet. */
import { COUNTS_PER_STEP, ELEMENT_LIMIT, ELEMENT_STRIDE } from "../../core/identity/element-counters"
import { SEQUENCE_STRIDE } from "../../core/identity/stored-counter"
import { isImage } from "../image-header"
import { InputError } from "../input-error"
import { imageSequenceNumber } from "./image-sequence-number"

/** A release a day reaches it after 27 years: who counts releases does not come here. */
const MANY_RELEASES = 10_000

/**
 * Compares the number that a program calls itself by with its package's: otherwise it would be installed and never confirmed.
 * @param path for messages
 * @param image what is no image says no number
 * @throws InputError
 */
export function requireNumber(path: string, image: Buffer, sequenceNumber: number): void {
    if (!isImage(image)) return
    const own = imageSequenceNumber(image)
    if (own === sequenceNumber) return
    throw new InputError(
        own === undefined
            ? `${path}: nobody can tell the program's sequence number; write "sequenceNumber: ${sequenceNumber}" into the options of its Device, once`
            : `${path}: the program calls itself ${own}, its package ${sequenceNumber}; no device would ever confirm it`,
    )
}

/** What is dangerous about the number of a program's package, a sentence each. */
export function numberWarnings(sequenceNumber: number): string[] {
    const counting = `an element counts to ${ELEMENT_LIMIT * COUNTS_PER_STEP + COUNTS_PER_STEP - 1} in its life, ${COUNTS_PER_STEP} of them one of ours`
    if (sequenceNumber > ELEMENT_LIMIT)
        return [
            `no unit with a secure element can ever take number ${sequenceNumber}: ${counting}, so up to ${ELEMENT_LIMIT}`,
            ...(sequenceNumber > SEQUENCE_STRIDE
                ? [
                      `a unit without one takes no number more than ${SEQUENCE_STRIDE} above its own, and afterwards only higher ones`,
                  ]
                : []),
        ]
    if (sequenceNumber < MANY_RELEASES) return []
    return [
        `number ${sequenceNumber} looks like no count of releases: a unit with a secure element takes no number more than ${ELEMENT_STRIDE} above its own, and afterwards only higher ones; ${counting}`,
    ]
}

/** The same of a trust policy's, which no element counts: its version. */
export function policyNumberWarnings(sequenceNumber: number): string[] {
    const taken = `a unit takes no number more than ${SEQUENCE_STRIDE} above that of its policy, and afterwards only higher ones`
    return sequenceNumber < MANY_RELEASES ? [] : [`number ${sequenceNumber} looks like no count of policies: ${taken}`]
}
