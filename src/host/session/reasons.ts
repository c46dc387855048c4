/** Why somebody was not paired or not served, in words, and what to do about it. */
import { CoapCode } from "../../core/session/coap-message"
import { EdhocRefusal } from "../../core/session/edhoc/refusal"
import type { Answered } from "../../core/session/hub/hub-session"
import type { PairingEnd } from "../../core/session/hub/pair"
import { KudosRefusal } from "../../core/session/kudos/refusal"
import { SessionRefusal } from "../../core/session/refusal"

export interface Reason {
    /** Its name in docs/session.md or docs/session-keys.md. */
    name: string
    /** What it means, and what to do. */
    words: string
}

const WORDS: Readonly<Record<number, string>> = {
    [SessionRefusal.NobodyThere]:
        "nobody has touched the unit in the last two minutes; press its button, and run the command again",
    [SessionRefusal.PairingRuns]: "another pairing is going on; wait two minutes, and run the command again",
    [SessionRefusal.TooSoon]:
        "after failures the unit waits, up to an hour; look at the label, and run the command again later",
    [SessionRefusal.NoKeyYet]: "the unit still makes its key for the pairing; run the command again in half a minute",
    [SessionRefusal.Full]: "the unit knows as many people as it can; have an owner remove one: domovoi people remove",
    [SessionRefusal.RecordsLost]:
        "what the unit knew of its people is damaged; hold its button for ten seconds, which resets it",
    [SessionRefusal.NoAnswer]: "the unit does not answer; whether it has done what it was asked is not known",
    [SessionRefusal.KeysWanted]: "there are no keys of a session in the file; pair the unit: domovoi pair",
    [EdhocRefusal.NotAuthentic]: "the unit has another label, or somebody is in between; read the label again",
    [EdhocRefusal.UnknownCredential]:
        "the unit takes no such label or invitation: it has an owner already, or the invitation was used or has expired",
    [EdhocRefusal.NotKept]: "the unit could not keep it; look at its log",
    [EdhocRefusal.NoCommonSuite]: "the unit has none of the suites that this version has",
    [KudosRefusal.NoKeys]: "there are no keys of a session in the file; pair the unit: domovoi pair",
}

/** What passes by itself, or when somebody presses the button. */
export const WAITS: ReadonlySet<string> = new Set(["NobodyThere", "NoKeyYet", "TooSoon", "PairingRuns"])

const NAMES = { ...EdhocRefusal, ...KudosRefusal, ...SessionRefusal } as unknown as Record<number, string>

/** Of a pairing that failed. What the unit says of it nobody vouches for, but nothing better is known. */
export function pairingReason({ refusal, hint }: PairingEnd): Reason {
    const told = /^refusal (\d{1,3})$/.exec(hint)
    // An error message with a code of its own says that the secret is not known.
    const number = told
        ? Number(told[1])
        : refusal === EdhocRefusal.PeerRefused
          ? EdhocRefusal.UnknownCredential
          : refusal
    return reasonOf(number)
}

/** Of a request that was not answered under a seal. */
export function requestReason({ refusal, hint }: Answered): Reason {
    if (refusal === SessionRefusal.NotProtected && hint === CoapCode.Unauthorized)
        return {
            name: "Unauthorized",
            words: "the unit does not know this session: it was removed, or the unit was reset; pair again, or be invited",
        }
    return reasonOf(refusal)
}

/** By a code of CoAP that the unit has sealed: it knows who asks, and does not do it. */
export function codeReason(code: number): Reason {
    const name = CoapCode[code] ?? `${code >> 5}.${String(code & 31).padStart(2, "0")}`
    const words: Partial<Record<number, string>> = {
        [CoapCode.Forbidden]: "not for this person from here: the role does not allow it, or no owner would be left",
        [CoapCode.NotFound]: "there is no such person, or the unit serves no such thing",
    }
    return { name, words: words[code] ?? "the unit refuses it" }
}

function reasonOf(number: number): Reason {
    const name = NAMES[number] ?? String(number)
    return { name, words: WORDS[number] ?? `reason ${number} of docs/session.md and docs/session-keys.md` }
}
