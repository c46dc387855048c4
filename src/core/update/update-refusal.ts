/**
 * Why the device ends an update, or does not do what a host asks: 100 to 119. Lower numbers say what is wrong with the package
 * (`src/core/suit/refusal.ts`). A number never changes its meaning.
 */
export enum UpdateRefusal {
    None = 0,
    /** Another update is under way, or the device is at work on another request. */
    Busy = 100,
    /** Not in this state: see the register `update`. */
    Unexpected = 101,
    /** The device has no trust policy, or no identity. */
    NotProvisioned = 102,
    /** An answer for another update than the one that is under way, or without a fresh challenge. */
    NotFresh = 103,
    /** A challenge is 32 bytes long. */
    ChallengeSize = 104,
    /** The owner does not want it. */
    ConsentDenied = 105,
    /** What the device does could not be interrupted within the time. */
    NotSafe = 106,
    /** The package, the owner's answer or the installation did not come within the time. */
    Expired = 107,
    /** Three starts in a row, or 60 s, and the new program had not proved itself. */
    TrialFailed = 108,
    /** The running program is older than what has been confirmed. */
    BelowFloor = 109,
    /** The running program is neither the confirmed nor the pending one. */
    Unauthorised = 110,
    /** The record store or the secure element failed. */
    Storage = 111,
    /** The device has an owner, and this is not a credential of one. */
    NotAllowed = 112,
    /** The sequence number is further above the floor than the root of trust can be raised at once, or higher than it can ever stand. */
    Unconfirmable = 113,
}
