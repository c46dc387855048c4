import type { FieldValue } from "../../../simulators/bus/service-spec"
import { UpdateRefusal } from "../../core/update/update-refusal"
import { BUSY_MS, BUSY_PAUSE_MS } from "./patience"
import type { UnitLink } from "./unit-link"

/** Sends a command, again while the unit says that it is busy: it has just started, or is at work on another's request. @throws LinkError */
export async function callWhenFree(
    link: UnitLink,
    command: string,
    values?: Record<string, FieldValue>,
): Promise<Record<string, FieldValue>> {
    return await whenFree(link, command, isBusy, () => link.call(command, values))
}

/** Tries something, again while what comes of it says that the unit is busy. @param what that is, for whoever waits */
export async function whenFree<T>(
    link: UnitLink,
    what: string,
    isBusy: (outcome: T) => boolean,
    attempt: () => Promise<T>,
): Promise<T> {
    for (let waitedMs = 0; ; waitedMs += BUSY_PAUSE_MS) {
        const outcome = await attempt()
        if (!isBusy(outcome) || waitedMs >= BUSY_MS) return outcome
        link.waiting?.(`${what}, which it is too busy for`, waitedMs)
        await link.wait(BUSY_PAUSE_MS)
    }
}

/** Whether a report says that the unit is at work on something else. */
export function isBusy({ refusal }: Record<string, FieldValue>): boolean {
    return refusal === "Busy" || refusal === UpdateRefusal.Busy
}
