/**
 * Why an EDHOC session ends without keys: 200 to 229. Numbers below 20 are those of CBOR (`src/core/cbor/refusal.ts`). A number never changes its
 * meaning; docs/session-keys.md says what to do about each.
 */
export enum EdhocRefusal {
    None = 0,

    // Form of a message

    /** Longer than any message here can be. */
    MessageLength = 200,
    /** An identifier in a form that is not the only one (RFC 9528 §3.3.2), or an integer that stands for none. */
    IdentifierForm = 201,
    /** More cipher suites than are read. */
    TooManySuites = 202,
    /** More external authorization data than is read. */
    TooMuchEad = 203,
    /** External authorization data that has to be understood (RFC 9528 §3.8), and is not. */
    CriticalEad = 204,

    // message_1 and message_2

    /** Another method than a pre-shared key. */
    Method = 205,
    /** The selected suite is not the first of the initiator's that is supported (RFC 9528 §6.3). */
    WrongSuite = 206,
    /** The ephemeral key is not as long as those of the suite are. */
    KeyLength = 207,
    /** The ephemeral key is no point that a secret can be agreed on with. */
    PeerKey = 208,
    /** Both ends would have the same identifier (RFC 9528 §3.3.3). */
    SameIdentifier = 209,

    // message_3 and message_4

    /** The pre-shared key that is named is not known here. */
    UnknownCredential = 210,
    /** Not sealed by who has the pre-shared key and saw the same messages. */
    NotAuthentic = 211,
    /** The keys were agreed on, and could not be stored: the other end must not have them alone. */
    NotKept = 212,

    // What ends a session from outside

    /** The other end sent an error message. */
    PeerRefused = 213,
    /** Given up by who runs it: out of time, or nobody at the device. */
    GivenUp = 214,
    /** A message in a state that waits for none. */
    Unexpected = 215,

    // What an error message about suites leads to

    /** The other end supports none of our suites. */
    NoCommonSuite = 216,
    /** The other end asks for the very suite that it has just refused. */
    NegotiationLoop = 217,
}
