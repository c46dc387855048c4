/** The counters of a secure element: what each is for, and how many of its counts are one of ours. */

/** Lowest sequence number of a program that may run. */
export const FLOOR_COUNTER = 0
/** Entries that the event log has had. */
export const LOG_COUNTER = 1
/**
 * A power cut in the middle of a count can make the element count "more than one" (DS40002112B, "Counter Command"). A floor that is higher than
 * asked for would lock out the very firmware that raised it, and a log would seem to have been cut off.
 */
export const COUNTS_PER_STEP = 4

/** Highest number of ours: the element counts up to 2,097,151 in its life. */
export const ELEMENT_LIMIT = 524_287
/** A step takes about 0.12 s; more than so many at once are a mistake of whoever asks. */
export const ELEMENT_STRIDE = 100
