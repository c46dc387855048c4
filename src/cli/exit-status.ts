export enum ExitStatus {
    Ok = 0,
    /** A check was made and failed: an expectation, a signature, a unit that does not answer. */
    Failed = 1,
    /** What was given, or the machine it was to be done on, does not allow it. */
    BadInput = 2,
    /** A fault of ours. */
    Fault = 3,
}

/** A process that a signal ends has this and the signal's number, as a shell says it. */
export const SIGNALLED = 128
