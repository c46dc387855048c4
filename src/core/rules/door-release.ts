/** When the door strike may be energised. */
import { Cause, DEVICE_CAUSES } from "../failsafe/cause"
import { type DeclaredOutput, type PersonsWord, Releaser } from "../failsafe/fail-safe"

/** An opened case locks the door until it is closed and somebody inside has released it. */
export const DOOR_STRIKE: DeclaredOutput = {
    safeLevel: 0,
    forcedBy: DEVICE_CAUSES | Cause.Tamper | Cause.Owner,
    latchedBy: Cause.Tamper,
    releasedBy: Releaser.Person,
    withinMs: 1000,
}

/** Time after a ring, in milliseconds, during which the door can be released. */
export const RELEASE_AFTER_RING_MS = 30_000
/** Time the strike stays energised, in milliseconds. */
export const STRIKE_MS = 3000

export interface DoorSituation {
    /** Of whoever inside has just asked for it. */
    released: PersonsWord | undefined
    /** Time since the last ring; undefined if there was none. */
    sinceRingMs: number | undefined
    /** Time for which the strike has been energised; undefined if it is not. */
    energisedMs: number | undefined
    /** Something holds the strike. */
    locked: boolean
}

export function mayEnergiseStrike(door: DoorSituation): boolean {
    if (door.locked) return false
    if (door.energisedMs !== undefined) return door.energisedMs < STRIKE_MS
    return door.released !== undefined && door.sinceRingMs !== undefined && door.sinceRingMs <= RELEASE_AFTER_RING_MS
}
