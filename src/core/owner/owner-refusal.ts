/** Why something about the owner's rights or data is refused. The numbers are those of services/owner.md. */
export enum OwnerRefusal {
    None = 0,
    /** A credential is 8 bytes long. */
    Size = 1,
    /** There is room for eight people. */
    Full = 2,
    /** No owner would be left. */
    NoOwner = 3,
    /** There is no such credential. */
    Unknown = 4,
    /** Not with this credential, or not from there. */
    NotAllowed = 5,
    /** The device has no valid identity, or has only just been switched on. */
    NotReady = 6,
    Storage = 7,
    /** The device declares no such use of data, or not in this version. */
    Use = 8,
    /** The command carries no challenge that this device has just drawn, or one that was used before. */
    NotFresh = 9,
}
