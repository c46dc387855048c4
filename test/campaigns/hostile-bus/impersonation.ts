/** What an overheard credential is good for, until commands come in sessions (docs/owner.md). */
import { ANNA, STRANGER } from "../../firmware/phone"
import type { Siege } from "./siege"

/** A unit that is at work takes its time. */
const ANSWER_S = 3
const LOOK_S = 0.1

/** Sends a command of its own with the owner's credential, and says that it worked if the device does. */
export function impersonate({ phone, random, watch, subject, unit }: Siege): void {
    const asksConsent = subject.device === "doorbell" && random.below(2) === 0
    const wish = random.below(2) === 0
    const [records, what, service, command, ask]: [string[], string, "owner" | "privacy", string, () => unknown] =
        asksConsent
            ? [
                  ["consents", "kept1"],
                  "consents",
                  "privacy",
                  "answer",
                  () => phone.answer(ANNA, random.below(2), wish ? "Yes" : "No"),
              ]
            : wish
              ? [["people"], "people", "owner", "give", () => phone.give(ANNA, "Owner", STRANGER)]
              : [["disabled"], "disabled", "owner", "disable", () => phone.disable(ANNA, true)]
    watch.mayChange(records, () => {
        let worked = false
        phone.listen(service, command, ({ refusal }) => {
            worked ||= refusal === "None" || refusal === 0
        })
        ask()
        // The refusal may be of another command: who replays what was overheard is answered as well.
        for (let s = 0; s < ANSWER_S && !worked; s += LOOK_S) unit.run(LOOK_S)
        if (worked) watch.gaveAway.add(`credential: an overheard one changes ${what}`)
        return worked
    })
}
