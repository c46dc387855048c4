/** Records of the owner, in the sealed store: what every device forgets at a factory reset. */

/** So many people can be known. */
export const MOST_PEOPLE = 8

/** Who is known, and who is invited. */
export const HOUSEHOLD = "household"
/** How often pairing has failed. */
export const TRIES = "tries"
/** Answers about the use of data. */
export const CONSENTS = "consents"
/** There while the device is disabled. */
export const DISABLED = "disabled"

/** Keys of whoever is in a place. */
export function sessionRecords(place: number): readonly [string, string] {
    return [`session${place}a`, `session${place}b`]
}
