import { LogFault, Refused } from "../../core/eventlog/event"
import { Cause } from "../../core/failsafe/cause"
import { SafetyState } from "../../core/failsafe/fail-safe"
import { IdentityRefusal, IdentityState } from "../../core/identity/identity-state"
import { OwnerRefusal } from "../../core/owner/owner-refusal"
import { Role } from "../../core/owner/rights"
import { UpdateState } from "../../core/update/update-state"
import { updateRefusalName } from "../update/refusals"
import type { LogKind, LogTime } from "./log-kind"
import type { LogEntry } from "./verify-log"

/** What an entry's numbers mean, for a person. */
export function entryText({ event, cause, detail, count }: LogEntry): string {
    return `${event} ${toldOf(event, cause, detail)}${count === 1 ? "" : `, ${count} times`}`
}

/** What is known of a kind of event, for a person. */
export function kindText({ event, cause, times, dropped, first, last }: LogKind): string {
    const at = ({ boot, uptimeS, detail }: LogTime) =>
        boot === FORGOTTEN
            ? "before the owner's data was erased"
            : `start ${boot}, ${uptimeS} s (${toldOf(event, cause, detail)})`
    const among = dropped === 0 ? "" : `, ${dropped} of them without an entry`
    if (times === 1) return `${event} once${among}: ${at(first)}`
    return `${event} ${times} times${among}: first ${at(first)}, last ${at(last)}`
}

function toldOf(event: string, cause: number, detail: number): string {
    return TEXTS[event]?.(cause, detail) ?? `cause ${cause}, detail ${detail}`
}

/** In place of the start of something that went with an owner: starts are counted from 1. */
const FORGOTTEN = 0

type Text = (cause: number, detail: number) => string | undefined

/** By the name of the `Event`. */
const TEXTS: Readonly<Partial<Record<string, Text>>> = {
    Log: (cause, detail) =>
        detail === 1 && cause === LogFault.Begun ? "Begun, the owner's data was erased" : LogFault[cause],
    Tamper: (_, detail) => (detail === 0 ? "closed" : "opened"),
    Reset: (_, detail) => (detail === 0 ? "begun" : "done"),
    Update: (cause, detail) => `${UpdateState[cause]}, sequence number ${detail}`,
    Identity: cause => IdentityState[cause],
    Pairing: (_, detail) => Role[detail],
    Credential: (_, detail) => Role[detail] ?? "taken away",
    Consent: (cause, detail) => `to use ${cause} ${detail === 1 ? "given" : "withdrawn"}`,
    Disable: (_, detail) => (detail === 1 ? "disabled" : "enabled"),
    Watch: cause => `use ${cause} read`,
    Sensor: (cause, detail) => `${cause === 0 ? "no longer" : "from now on"} ${moduleText(detail)}`,
    State: (cause, detail) => [SafetyState[cause], ...causeNames(detail)].join(", "),
    Refusal: (cause, detail) => REFUSALS[cause]?.(detail),
}

/** The four bytes come in the order in which they are in the identifier, the first as the lowest. */
function moduleText(word: number): string {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32LE(word)
    return word === 0 ? "none" : `${bytes.toString("hex")}…`
}

function causeNames(causes: number): string[] {
    return Object.keys(Cause).filter(name => (Cause[name as keyof typeof Cause] & causes) !== 0)
}

const REFUSALS: Readonly<Record<number, (reason: number) => string>> = {
    [Refused.Identity]: reason => `identity, ${IdentityRefusal[reason]}`,
    [Refused.Update]: reason => `update, ${updateRefusalName(reason)}`,
    [Refused.Owner]: reason => `owner, ${OwnerRefusal[reason]}`,
}
