import type { FieldValue } from "../../../simulators/bus/service-spec"
import type { UnitLink } from "./unit-link"

/** How often a busy unit is asked, and the time in between: it has just started, or is at work on another request. */
const ATTEMPTS = 20
const PATIENCE_MS = 500

/** Sends a command, again while the unit says that it is busy. @throws LinkError */
export async function callWhenFree(
    link: UnitLink,
    command: string,
    values?: Record<string, FieldValue>,
): Promise<Record<string, FieldValue>> {
    for (let attempt = 1; ; attempt++) {
        const report = await link.call(command, values)
        if (report.refusal !== "Busy" || attempt === ATTEMPTS) return report
        await link.wait(PATIENCE_MS)
    }
}
