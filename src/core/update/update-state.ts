/** The life of an update as a table: what may happen in which state, and what comes of it. */
import { hex } from "../crypto/hex"

/** The numbers are those of services/domovoi.md. */
export enum UpdateState {
    /** Nothing is under way. */
    Idle = 0,
    /** A host sends the package. */
    Receiving = 1,
    /** The package is there and is being judged. */
    Verifying = 2,
    /** It is good. The owner has not answered yet. */
    AwaitingConsent = 3,
    /** The device waits until what it does can be interrupted, and makes its outputs safe. */
    MakingSafe = 4,
    /** The program is on record as pending: it may be installed. */
    Authorised = 5,
    /** A host has the grant. */
    Installing = 6,
    /** This is the new program, which has to prove itself. */
    Trial = 7,
    /** It has. Or the trust policy was replaced. */
    Confirmed = 8,
    /** See the reason. */
    Refused = 9,
    /** This program may not run: the confirmed one has to be installed again. */
    Reverting = 10,
}

export enum UpdateEvent {
    /** A host announces a package. */
    Offer = 0,
    /** Its last byte has arrived. */
    Arrive = 1,
    /** Its signatures are good, and it is for this device. */
    Accept = 2,
    /** The owner wants it. */
    Allow = 3,
    /** The outputs are safe and the program is on record. */
    Authorise = 4,
    /** A host asks for the grant. */
    Grant = 5,
    /** The program that was pending has started. */
    Try = 6,
    /** It has passed its trial. */
    Pass = 7,
    /** A trust policy has taken the place of the one before. */
    Replace = 8,
    /** The update ends here. */
    Refuse = 9,
    /** The running program may not run. */
    Condemn = 10,
}

/**
 * What is not here is refused. A row has four bytes: the states in which the event may happen as bits, most significant byte first; the event;
 * the state it leads to.
 */
const TRANSITIONS = hex`
    0701 00 01
    0002 01 02
    0004 02 03
    0008 03 04
    0010 04 05
    0060 05 06
    0400 05 0a
    0001 06 07
    0080 07 08
    0008 08 08
    007e 09 09
    00ff 0a 0a`

/** @returns undefined if the event may not happen in this state */
export function nextUpdateState(state: UpdateState, event: UpdateEvent): UpdateState | undefined {
    for (let i = 0; i < TRANSITIONS.length; i += 4) {
        const states = (TRANSITIONS[i] << 8) | TRANSITIONS[i + 1]
        if ((states >> state) & 1 && TRANSITIONS[i + 2] === event) return TRANSITIONS[i + 3]
    }
    return undefined
}

/** How long a state lasts at most, in seconds, by state; 0: no limit. Receiving is counted from the last bytes that were new. */
const LIMITS_S = hex`00 1e 00 00 3c 78 78 3c 00 00 00`
/** An owner has a day to answer. */
const CONSENT_LIMIT_MS = 86_400_000

/** @returns milliseconds, or 0 if the state has no limit */
export function stateLimitMs(state: UpdateState): number {
    return state === UpdateState.AwaitingConsent ? CONSENT_LIMIT_MS : LIMITS_S[state] * 1000
}
