/** When the door strike may be energised. */

/** Time after a ring, in milliseconds, during which the door can be released. */
export const RELEASE_AFTER_RING_MS = 30_000
/** Time the strike stays energised, in milliseconds. */
export const STRIKE_MS = 3000

export interface DoorSituation {
    /** Somebody inside has just pressed the release button. */
    releasePressed: boolean
    /** Time since the last ring; undefined if there was none. */
    sinceRingMs: number | undefined
    /** Time for which the strike has been energised; undefined if it is not. */
    energisedMs: number | undefined
    /** The case is open, or was and nobody has lifted the lockdown since. */
    locked: boolean
}

export function mayEnergiseStrike(door: DoorSituation): boolean {
    if (door.locked) return false
    if (door.energisedMs !== undefined) return door.energisedMs < STRIKE_MS
    return door.releasePressed && door.sinceRingMs !== undefined && door.sinceRingMs <= RELEASE_AFTER_RING_MS
}

/** A lockdown begins with the case open, and is lifted by the release button when the case is closed again. */
export function nextLockdown(locked: boolean, caseOpen: boolean, releasePressed: boolean): boolean {
    return caseOpen || (locked && !releasePressed)
}
