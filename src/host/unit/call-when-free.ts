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
    for (let waitedMs = 0; ; waitedMs += BUSY_PAUSE_MS) {
        const report = await link.call(command, values)
        if (!isBusy(report) || waitedMs >= BUSY_MS) return report
        link.waiting?.(`${command}, which it is too busy for`, waitedMs)
        await link.wait(BUSY_PAUSE_MS)
    }
}

/** Whether a report says that the unit is at work on something else. */
export function isBusy({ refusal }: Record<string, FieldValue>): boolean {
    return refusal === "Busy" || refusal === UpdateRefusal.Busy
}
