/**
 * Why an update package is refused: 40 to 99. Below lie the refusals of CBOR (`src/core/cbor/refusal.ts`) and of COSE
 * (`src/core/cose/refusal.ts`), so that one number says it all. A number never changes its meaning.
 */
export enum SuitRefusal {
    // The envelope

    /** It does not begin as an envelope does: tag 107, and a map. */
    NotAnEnvelope = 40,
    /** More bytes than announced, or more announced than the largest package has. */
    Length = 41,
    /** What comes before the payload does not fit into the staging memory. */
    HeadTooLong = 42,
    /** A member that is not known or not taken here. */
    EnvelopeMember = 43,
    /** The first member is not the authentication wrapper. */
    NoAuthentication = 44,
    /** The second member is not the manifest. */
    NoManifest = 45,
    /** A payload of another name than `#firmware`. */
    PayloadName = 46,
    /** More than one payload. */
    SecondPayload = 47,
    /** It is not all there. */
    Incomplete = 48,
    /** A severed member that the manifest has no digest of. */
    MemberUnexpected = 49,
    /** The manifest has only the digest of a sequence, which is not in the envelope. */
    MemberMissing = 50,

    // Authentication

    /** A digest that is not SHA-256. */
    DigestAlgorithm = 51,
    /** A digest that is not 32 bytes long. */
    DigestLength = 52,
    /** What is signed is not the digest of this manifest. */
    ManifestDigest = 53,
    /** A severed member is not the one whose digest the manifest has. */
    MemberDigest = 54,
    /** No signature, or more than are taken. */
    Blocks = 55,
    /** Two signatures by one key. */
    SignerRepeated = 56,
    /** Fewer keys of the trust policy have signed than it demands. */
    Threshold = 57,

    // The manifest

    /** Not version 1 of the format. */
    Version = 58,
    /** A member that is not known or not taken here. */
    ManifestMember = 59,
    /** A member of `common` that is not known here. */
    CommonMember = 60,
    /** More than one component, or none. */
    Components = 61,
    /** A component that this device does not have. */
    Component = 62,
    /** A command that is not known or not taken here. */
    Command = 63,
    /** A command that does not belong into this sequence. */
    CommandPlace = 64,
    /** A command without its argument. */
    CommandArgument = 65,
    /** A reporting policy with bits that do not exist. */
    ReportingPolicy = 66,
    /** A component index other than 0. */
    ComponentIndex = 67,
    /** A parameter that is not known or not taken here. */
    Parameter = 68,
    /** A parameter of ours in the shared sequence, which others read too. */
    ParameterPlace = 69,
    /** A parameter is set twice. */
    ParameterRepeated = 70,
    /** A command uses a parameter that was not set. */
    ParameterMissing = 71,
    /** A vendor named by its Private Enterprise Number: UUIDs are taken. */
    VendorNumber = 72,
    /** A vendor or class identifier that is not 16 bytes long. */
    IdentifierLength = 73,
    /** No bytes, or more than a program or policy can have. */
    ImageSize = 74,
    /** Another source than the payload of this envelope. */
    Uri = 75,
    /** A check or an action that has to be there is not. */
    CommandMissing = 76,
    /** A program with content of its own, or a policy with a URI. */
    Source = 77,

    // The recipient

    /** For devices of another vendor. */
    Vendor = 78,
    /** For devices of another class. */
    Class = 79,
    /** For another board. */
    Board = 80,
    /** For a newer runtime, or one of another major version. */
    Runtime = 81,
    /** Older than what has been confirmed. */
    SequenceOlder = 82,
    /** As old as what has been confirmed. */
    SequenceEqual = 83,

    // The payload

    /** The payload is not as long as the manifest says. */
    PayloadSize = 84,
    /** The payload is not the one whose digest the manifest has. */
    PayloadDigest = 85,
    /** A payload that no command uses. */
    PayloadUnexpected = 86,

    // The trust policy

    /** No keys, or more than a policy can have. */
    PolicyKeys = 87,
    /** A threshold of none, or of more than there are keys. */
    PolicyThreshold = 88,
    /** A key of an algorithm that this device cannot check. */
    PolicyAlgorithm = 89,
    /** A key that is not as long as those of its algorithm are, or one without a name. */
    PolicyKey = 90,
    /** The same key, or the same name, twice. */
    PolicyKeyRepeated = 91,
    /** The policy has another version number than the manifest has a sequence number. */
    PolicyVersion = 92,

    // The manifest once more

    /** It lacks its version, its sequence number or `common`. */
    ManifestMemberMissing = 93,
}
