/**
 * Why a message is refused, or cannot be sent: 120 to 169. Lower numbers are those of updates (`src/core/update/update-refusal.ts`). A number never
 * changes its meaning. docs/session.md has the table.
 */
export enum SessionRefusal {
    None = 0,

    // CoAP, RFC 7252

    /** More than `MESSAGE_BYTES`. */
    TooLong = 120,
    /** A field goes beyond the end of what holds it. */
    Ended = 121,
    /** The version is not 1. */
    Version = 122,
    /** A token of more than `TOKEN_BYTES`. */
    TokenLength = 123,
    /** A code of a class that is neither request nor response, or a request where a response has to be, or the other way round. */
    Code = 124,
    /** A request in an acknowledgement or a reset, a response in a reset, or an empty message that may be lost (§4.3, table 1). */
    Type = 125,
    /** Something behind the head of an empty message. */
    EmptyMessage = 126,
    /** 15 as the delta or the length of an option, which is reserved. */
    OptionHead = 127,
    /** The number of an option is above 65,535. */
    OptionNumber = 128,
    /** More than `MOST_OPTIONS`. */
    TooManyOptions = 129,
    /** A critical option that is not known here, or again where there may be one, or of another length than it has to have. */
    BadOption = 130,
    /** A payload marker with nothing behind it. */
    PayloadMarker = 131,

    // OSCORE, RFC 8613

    /** No OSCORE option. */
    NotProtected = 140,
    /** A bit of the flags or a length that is reserved (§6.1), or flags that say nothing (§2). */
    Flags = 141,
    /** The option ends before what its flags announce, or goes on behind it. */
    OptionLength = 142,
    /** A Partial IV with a zero in front (§5). */
    PartialIv = 143,
    /** A request without Partial IV or without the sender's identifier, or a response with an identifier. */
    Fields = 144,
    /** There is no context of that identifier. */
    ContextUnknown = 145,
    /** The number was received before, or lies too far back to tell. */
    Replayed = 146,
    /** It is not what a holder of the key has sealed. */
    Authentication = 147,
    /** An option inside that has to be outside. */
    InnerOption = 148,
    /** The request was answered already. */
    Answered = 150,
    /** The sender has no numbers left for this key. */
    Exhausted = 151,

    // Sessions of a device, docs/session.md

    /** These keys are not in force: the device has started since, or somebody else's took their place. Update them. */
    KeysWanted = 153,
    /** Nobody is known by these keys any more, or not yet. */
    NobodyKnown = 154,
    /** Nothing came back in time. Whether the request was served is not known. */
    NoAnswer = 155,

    // Pairing

    /** Nobody has touched the device in the last two minutes. */
    NobodyThere = 160,
    /** Another pairing is going on. */
    PairingRuns = 161,
    /** After failures, the device waits for a while. */
    TooSoon = 162,
    /** The device has not made its ephemeral key yet. */
    NoKeyYet = 163,
    /** As many people as it can know have been paired. */
    Full = 164,
    /** What is on record of people is damaged: only a factory reset leads out. */
    RecordsLost = 165,
    /** Not in the form of RFC 9528 appendix A.2. */
    PairingForm = 166,
}
