/** Why a KUDOS message is not taken, or none is sent: 230 to 249. A number never changes its meaning; docs/session-keys.md says what to do about each. */
export enum KudosRefusal {
    None = 0,
    /** No keys are on record, or what is on record cannot be relied on: pair. */
    NoKeys = 230,
    /** This end begins no update, or takes no such message: the hub begins, the device answers. */
    Role = 231,
    /** A reserved bit of `x`, or a nonce of another length than `x` says. */
    FieldForm = 232,
    /** The other end asks for the mode without forward secrecy. */
    NoForwardSecrecy = 233,
    /** The other end wants observations preserved: there are none here. */
    PreserveObservations = 234,
    /** A nonce of another length than 8 bytes. */
    NonceLength = 235,
    /** Sealed with none of the keys that are waited for. */
    NotAuthentic = 236,
    /** A second nonce for the same keys: the hub has lost the first. */
    OtherNonce = 237,
    /** Answered before. */
    Replayed = 238,
    /** Nothing is waited for that it could be: to be taken as an ordinary message. */
    Unexpected = 239,
    /** The memory does not answer, or did not take what has to be stored first. */
    Storage = 240,
    /** No sequence number is left under these keys: pair. */
    Exhausted = 241,
}
