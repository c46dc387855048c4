/**
 * What is worth an entry, as numbers that never change their meaning. An event is critical if nobody can bring it about at will from afar;
 * what a stranger can cause as often as he likes is routine, and displaces routine entries only.
 */
export enum Event {
    /** Something about the log itself. Cause: a `LogFault`. Detail: how much of it. */
    Log = 1,
    /** The case was opened or closed. Detail: 1 for opened, 0 for closed. */
    Tamper = 2,
    /** The owner's data is erased. Detail: 0 when that begins, 1 when it is done. */
    Reset = 3,
    /** An update went on after the owner's consent. Cause: the `UpdateState`. Detail: sequence number of what it brings. */
    Update = 4,
    /** What the device finds of its identity has changed. Cause: the `IdentityState`. */
    Identity = 5,
    /** The device got its first owner. Detail: the `Role`. */
    Pairing = 6,
    /** A credential was given, changed or taken away. Cause: a `Let`. Detail: the `Role`, or 255 for none. */
    Credential = 7,
    /** Consent was given or withdrawn. Cause: the place of the use. Detail: 1 or 0. */
    Consent = 8,
    /** The owner disabled or enabled the device. Detail: 1 or 0. */
    Disable = 9,
    /** Somebody read what is kept of sensors' data. Cause: the place of the use. */
    Watch = 10,
    /**
     * Somebody on the spot chose which module a safety input listens to. Cause: 0 for the one before, 1 for the one since. Detail: the first four
     * bytes of its identifier, or 0 for none.
     */
    Sensor = 11,

    /** The state or its causes changed. Cause: the `SafetyState`. Detail: the bits of all causes. */
    State = 16,
    /** A request was refused. Cause: a `Refused`. Detail: the reason's number. */
    Refusal = 17,
    /** A pairing was tried and failed. Detail: a reason of docs/session.md, or of docs/session-keys.md. */
    PairingFailed = 18,
    /** More kinds of events than there is room to count, or more traffic than is listened to. */
    Flood = 19,
}

/** How people come and go, by sessions. */
export enum Let {
    /** Somebody was heard of under the keys of their pairing. */
    Known = 0,
    /** Somebody has proved the label or an invitation, and was given keys. */
    In = 1,
    /** Somebody was invited. */
    Invited = 2,
    /** Somebody is not to be known any more. */
    Out = 3,
}

/** What kind of request was refused. */
export enum Refused {
    /** Detail: an `IdentityRefusal`. */
    Identity = 1,
    /** Detail: a reason of docs/update.md. */
    Update = 2,
    /** Detail: an `OwnerRefusal`. */
    Owner = 3,
    /** Detail: a reason of docs/session.md, or of docs/session-keys.md. */
    Session = 4,
}

/** What is told of the log itself. */
export enum LogFault {
    /** None: the log begins here. Detail: 0, or 1 if what was before it went with the owner whose data was erased. */
    Begun = 0,
    /** The power went while an entry was written, and it is lost. */
    Lost = 1,
    /** Entries are no longer what was written, or not where they were. Detail: how many cells show it, times 65,536, and a checksum of which. */
    Damaged = 2,
    /** Entries at the end are gone: the log is older than it should be. Detail: the number that the last one should have. */
    RolledBack = 3,
    /** The ledger does not add up: rows of it are gone, or older than they should be. Detail: how many occurrences no row tells of any more. */
    Miscounted = 4,
}

/** Events below are critical, the others are routine. */
export const FIRST_ROUTINE = 16

/** Events that tell of whoever had the device, and of when: bits by the event's number. 0 is whatever found no row of its own. */
const OF_OWNER =
    (1 << 0) |
    (1 << Event.Pairing) |
    (1 << Event.Credential) |
    (1 << Event.Consent) |
    (1 << Event.Disable) |
    (1 << Event.Watch) |
    (1 << Event.State) |
    (1 << Event.PairingFailed)

/** Whether the next owner may know when an event happened: only of what says whether the device can be trusted. */
export function outlivesOwner(event: Event): boolean {
    return ((OF_OWNER >> event) & 1) === 0
}

/**
 * What an event is news of, as a number: who has heard of one has heard of all with the same. Of a refusal the reason is none, since there are
 * so many that a stranger could fill a ring with them.
 */
export function newsOf(event: Event, cause: number, detail: number): number {
    return (event * 256 + cause) * 0x1_0000_0000 + (event === Event.Refusal ? 0 : detail)
}
