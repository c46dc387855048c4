/** The states of an EDHOC session at either end (RFC 9528 appendix I), and all that leads from one to another. */
import { hex } from "../../crypto/hex"

export enum EdhocState {
    /** Initiator: nothing was sent yet. */
    Start = 0,
    /** Initiator: message_1 was made. */
    WaitMessage2 = 1,
    /** Initiator: message_3 was made. The keys are known, and not used. */
    WaitMessage4 = 2,
    /** Responder: nothing has come yet. */
    WaitMessage1 = 3,
    /** Responder: message_2 was made. */
    WaitMessage3 = 4,
    /** The keys are agreed on and stored. */
    Done = 5,
    /** No keys. */
    Aborted = 6,
}

/**
 * For each state, in the order of their numbers, those that can follow: 1 << state. A session that is Done or Aborted stays so: what leads out is another
 * session, with another ephemeral key. Every other state can be given up.
 */
export const EDHOC_STEPS = hex`
    42
    44
    60
    50
    60
    00
    00`
