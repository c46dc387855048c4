import type { Bus } from "../bus/bus"
import type { FieldValue, ServiceSpec } from "../bus/service-spec"
import type { VirtualClock } from "../clock"
import type { Json } from "../trace"

/** Port: the hosts in the house, which bring updates to devices and have the sessions of people. */
export interface Hub {
    /** It is at work, and not waiting for a device: the world's time must not go on, or the run would depend on the machine's. */
    readonly busy: boolean
    /** @returns what became of it, for the trace; never rejects */
    run(errand: Errand, visit: Visit): Promise<Record<string, Json>>
}

/** A hub's way to a device. */
export interface Visit {
    /** 16 hex digits. */
    chipId: string
    bus: Bus
    clock: VirtualClock
}

/** What a host does at a device. `session` names whose session it is. */
export type Errand = UpdateErrand | PairErrand | CallErrand | ReplayErrand

/** Brings a package, in the session of whoever is named, or of the one who was paired with the device first, or in none. */
export interface UpdateErrand {
    kind: "update"
    package: string
    session: string | undefined
}

/** Pairs, and asks again for so long while the device has no key, or nobody has touched it. */
export interface PairErrand {
    kind: "pair"
    session: string
    wayIn: WayIn
    forUs: number
}

/** The label of the device, that of another, or an invitation that is made in the session of somebody whom it knows. */
export type WayIn = { kind: "label" | "wrong label" } | { kind: "invitation"; by: string; role: RoleName }

export const ROLE_NAMES = ["owner", "family", "guest", "child", "service"] as const
export type RoleName = (typeof ROLE_NAMES)[number]

/** Sends a command inside a session. */
export interface CallErrand {
    kind: "call"
    session: string
    service: ServiceSpec
    command: string
    values: Record<string, FieldValue>
}

/** Somebody who has none says again what was said last in a session and before it. */
export interface ReplayErrand {
    kind: "replay"
    session: string
}

/** What is known of a session: what became of all errands in it. */
export const SESSION_FIELDS = ["paired", "reason", "command", "answered", "replayed"] as const

/** Of a session in which nothing has happened. */
export const NO_SESSION: Record<string, Json> = { paired: false }
