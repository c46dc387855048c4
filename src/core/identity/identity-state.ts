/** What a device can say of its identity. The numbers are those of services/domovoi.md. */
export enum IdentityState {
    /** Key, certificate and serial number are there and belong together. */
    Valid = 0,
    /** The device is in the factory, and was not provisioned yet. */
    Missing = 1,
    /** The certificate is for another key than the device has. */
    Foreign = 2,
    /** Records or certificates were changed or lost by something else than this device. */
    Damaged = 3,
    /** The secure element does not answer, or answers nonsense. */
    NoElement = 4,
    /** The secure element is not locked: its keys could still be replaced. */
    ElementOpen = 5,
    /** The device has not looked yet. */
    Unknown = 6,
}

/** Why a request about the identity is refused. The numbers are those of services/domovoi.md. */
export enum IdentityRefusal {
    None = 0,
    /** The device has not read its records yet, or is at work on an earlier request. */
    Busy = 1,
    /** A challenge is 32 bytes long. */
    ChallengeSize = 2,
    /** The challenge was answered before. */
    ChallengeUsed = 3,
    /** It takes a valid identity. */
    NotProvisioned = 4,
    /** It takes a unit in the factory, and this one is there no longer. */
    AlreadyProvisioned = 5,
    /** More bytes than there is room for, or less than announced. */
    Size = 6,
    /** The certificates written are not those announced. */
    Digest = 7,
    /** The first certificate is not for the device's key. */
    Key = 8,
    /** No pairing secret, or no key yet. */
    Incomplete = 9,
    /** Serial numbers are 1 to 30 capital letters, digits and hyphens. */
    Serial = 10,
    /** The device has no secure element, or it failed. */
    Element = 11,
    /** The record store failed. */
    Storage = 12,
    /** No trust policy, or one with a key of an algorithm that the firmware cannot check. */
    Policy = 13,
    /** The firmware's sequence number is higher than the unit can ever count. */
    SequenceNumber = 14,
}
