/** The states of an EDHOC session at either end (RFC 9528 appendix I), and all that leads from one to another. */

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
 * From each state, those that can follow. A session that is Done or Aborted stays so: what leads out is another session, with another ephemeral key.
 * Every other state can be given up.
 */
export const EDHOC_STEPS: readonly (readonly [from: EdhocState, to: EdhocState])[] = [
    [EdhocState.Start, EdhocState.WaitMessage2],
    [EdhocState.Start, EdhocState.Aborted],
    [EdhocState.WaitMessage2, EdhocState.WaitMessage4],
    [EdhocState.WaitMessage2, EdhocState.Aborted],
    [EdhocState.WaitMessage4, EdhocState.Done],
    [EdhocState.WaitMessage4, EdhocState.Aborted],
    [EdhocState.WaitMessage1, EdhocState.WaitMessage3],
    [EdhocState.WaitMessage1, EdhocState.Aborted],
    [EdhocState.WaitMessage3, EdhocState.Done],
    [EdhocState.WaitMessage3, EdhocState.Aborted],
]

export function canFollow(from: EdhocState, to: EdhocState): boolean {
    for (const step of EDHOC_STEPS) if (step[0] === from && step[1] === to) return true
    return false
}
