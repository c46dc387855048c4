/** Where a secure element keeps the floor: which of its counters, and how many of its counts are one of ours. */

export const FLOOR_COUNTER = 0
/**
 * A power cut in the middle of a count can make the element count "more than one" (DS40002112B, "Counter Command"), and a floor that is higher
 * than asked for would lock out the very firmware that raised it.
 */
export const COUNTS_PER_STEP = 4
