/** What an overheard credential is good for, until commands come in sessions (docs/owner.md). */
import { ANNA, STRANGER } from "../../firmware/phone"
import type { Siege } from "./siege"

/** Sends a command of its own with the owner's credential, and says that it worked if the device does. */
export function impersonate({ phone, random, watch, subject }: Siege): void {
    const asksConsent = subject.device === "doorbell" && random.below(2) === 0
    const wish = random.below(2) === 0
    const [records, what, ask]: [string[], string, () => unknown] = asksConsent
        ? [["consents", "kept1"], "consents", () => phone.answer(ANNA, random.below(2), wish ? "Yes" : "No")]
        : wish
          ? [["people"], "people", () => phone.give(ANNA, "Owner", STRANGER)]
          : [["disabled"], "disabled", () => phone.disable(ANNA, true)]
    watch.mayChange(records, () => {
        const refusal = ask()
        const worked = refusal === "None" || refusal === 0
        if (worked) watch.gaveAway.add(`credential: an overheard one changes ${what}`)
        return worked
    })
}
