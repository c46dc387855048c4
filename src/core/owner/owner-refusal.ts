/** Why something about the owner's rights or data is refused. The numbers are those of services/owner.md. */
export enum OwnerRefusal {
    None = 0,
    /** Not in this role, not from there, or not outside a session. */
    NotAllowed = 5,
    /** The device has no valid identity, or has only just been switched on. */
    NotReady = 6,
    Storage = 7,
    /** The device declares no such use of data, or not in this version. */
    Use = 8,
}
