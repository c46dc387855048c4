/** Who lives with the devices, and by what they came. */
import type { Role } from "../../../src/core/owner/rights"
import type { Standing } from "../../../src/core/session/device/household"
import { OTHER_ID } from "../../../src/core/session/device/pairing"
import { decodeRecord } from "../../../src/core/session/kudos/record"
import type { TestHub } from "../../core/session/device/home"
import type { WireDevice } from "./ends"

/** By what somebody may come to be known: a label or an invitation. Of all who have come by it, one is known. */
export interface Way {
    readonly standing: Standing
    readonly secret: Buffer
    readonly role: Role
}

export enum Standings {
    /** Has been heard of, and not been removed: the device serves them. */
    Known = "known",
    /** Paired, and not heard of yet; or an answer was lost that would tell whether they were removed. */
    Maybe = "maybe",
    /** Removed, or never let in: the device never serves them. */
    Nobody = "nobody",
}

export interface Person {
    readonly name: string
    readonly unit: Unit
    readonly hub: TestHub
    readonly way: Way
    standing: Standings
    /** The device has served them, and they know. */
    isHeard: boolean
    /** It was asked to remove them, and they do not know whether it has, or will yet. */
    isDoubted: boolean
    /** By what their own hub has on record; -1 before they are paired. */
    place: number
}

export interface Unit {
    readonly name: string
    readonly device: WireDevice
    readonly people: Person[]
    readonly ways: Way[]
}

/** The place that a hub's keys are of: how the device names itself to it. */
export function placeOf(hub: TestHub): number {
    for (const bytes of hub.store.records.values()) {
        const record = decodeRecord(bytes)
        if (record) return record.keys.senderId[0] & ~OTHER_ID
    }
    return -1
}
