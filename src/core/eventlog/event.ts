/**
 * What is worth an entry, as numbers that never change their meaning. An event is critical if nobody can bring it about at will from afar;
 * what a stranger can cause as often as he likes is routine, and displaces routine entries only.
 */
export enum Event {
    /** Something about the log itself. Cause: a `LogFault`. Detail: how much of it. */
    Log = 1,
    /** The case was opened or closed. */
    Tamper = 2,
    /** The owner's data was erased. */
    Reset = 3,
    /** An update was authorised, confirmed, taken back. */
    Update = 4,
    /** The identity or the root of trust is not as it should be. */
    Identity = 5,
    /** Somebody was paired. */
    Pairing = 6,
    /** A credential was given, changed or taken away. */
    Credential = 7,
    /** Consent was given or withdrawn. */
    Consent = 8,
    /** The owner disabled or enabled the device. */
    Disable = 9,

    /** The state changed. Cause: the leading one's number. Detail: the state. */
    State = 16,
    /** A request was refused. Cause: of what kind. Detail: the reason's number. */
    Refusal = 17,
    /** A pairing was tried and failed. */
    PairingFailed = 18,
    /** More kinds of events than there is room to count, or more traffic than is listened to. */
    Flood = 19,
}

/** What is told of the log itself. */
export enum LogFault {
    /** None: the log begins here. */
    Begun = 0,
    /** The power went while an entry was written, and it is lost. */
    Lost = 1,
    /** Entries are no longer what was written, or not where they were. Detail: how many cells show it, times 65,536, and a checksum of which. */
    Damaged = 2,
    /** Entries at the end are gone: the log is older than it should be. Detail: the number that the last one should have. */
    RolledBack = 3,
}

const FIRST_ROUTINE = 16

export function isCritical(event: Event): boolean {
    return event < FIRST_ROUTINE
}
