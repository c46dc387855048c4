/** What the services `owner` and `privacy` are asked for by those whom a unit knows, and why they refuse it. */
import type { FieldValue } from "../../../simulators/bus/service-spec"
import { type Answer, MAX_USES } from "../../core/owner/consent"
import { OwnerRefusal } from "../../core/owner/owner-refusal"
import type { WholeLink } from "../unit/unit-link"
import type { Reason } from "./reasons"

/** A use of data that a unit declares, and what was answered to it. */
export interface DeclaredUse {
    use: number
    /** Numbers of docs/privacy.md. */
    sensor: number
    purpose: number
    version: number
    /** How long what was taken is kept at most, in seconds. */
    retention: number
    answer: keyof typeof Answer
    notice: string
}

export type AnswerWord = "yes" | "no"

const WORDS: Readonly<Record<string, string>> = {
    NotAllowed: "not for this person from here: the role does not allow it, or a hand on the unit's button is missing",
    NotReady: "the unit has no valid identity, or has only just been switched on; see what domovoi attest says",
    Storage: "the unit could not keep it; look at its log",
    Use: "the unit declares no such use, or in another version; list them: domovoi privacy list",
}

/** @throws LinkError; NotServedError */
export async function listUses(link: WholeLink): Promise<DeclaredUse[]> {
    const uses: DeclaredUse[] = []
    for (let use = 0; use < MAX_USES; use++) {
        const report = await link.callOf("privacy", "describe", { use })
        // An empty report: there are no more.
        if (report.sensor === undefined) break
        uses.push({ ...report, use } as unknown as DeclaredUse)
    }
    return uses
}

/** @param version of the use as it was read @returns why not; undefined if it counts @throws LinkError; NotServedError */
export async function answerUse(
    link: WholeLink,
    use: number,
    version: number,
    answer: AnswerWord,
): Promise<Reason | undefined> {
    const { refusal } = await link.callOf("privacy", "answer", {
        use,
        version,
        answer: answer === "yes" ? "Yes" : "No",
    })
    return reasonOf(refusal)
}

/** @returns why not; undefined if it is so @throws LinkError; NotServedError */
export async function disableUnit(link: WholeLink, disabled: boolean): Promise<Reason | undefined> {
    const { refusal } = await link.callOf("owner", "disable", { disabled })
    return reasonOf(refusal)
}

/** @param refusal a number or a name */
function reasonOf(refusal: FieldValue): Reason | undefined {
    const name = typeof refusal === "number" ? (OwnerRefusal[refusal] ?? String(refusal)) : String(refusal)
    return name === "None" ? undefined : { name, words: WORDS[name] ?? `the unit refuses it: ${name}` }
}
