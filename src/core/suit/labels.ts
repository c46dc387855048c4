/**
 * Numbers and limits of the update packages: SUIT envelopes as draft-ietf-suit-manifest-37 has them. Nothing else in this repository names
 * the version of the draft. Labels of -256 and below are ours, as the draft's §"IANA Considerations" leaves them for private use.
 */

export const ENVELOPE_TAG = 107

/** SUIT Envelope Elements; the two behind the manifest are severed from it. */
export const AUTHENTICATION = 2
export const MANIFEST = 3
export const TEXT = 23
/** SUIT Manifest Elements; text as in the envelope. */
export const VERSION = 1
export const SEQUENCE_NUMBER = 2
export const COMMON = 3
export const REFERENCE_URI = 4
export const VALIDATE = 7
export const INSTALL = 20
/** SUIT Common Elements. */
export const COMPONENTS = 2
export const SHARED_SEQUENCE = 4

/** SUIT Commands. */
export const CHECK_VENDOR = 1
export const CHECK_CLASS = 2
export const CHECK_IMAGE = 3
export const SET_COMPONENT_INDEX = 12
export const WRITE = 18
export const OVERRIDE_PARAMETERS = 20
export const FETCH = 21
/** Whether the recipient is the board, and has the runtime, that the parameters of the same number name. */
export const CHECK_BOARD = -257
export const CHECK_RUNTIME = -258

/** SUIT Parameters. */
export const VENDOR_ID = 1
export const CLASS_ID = 2
export const IMAGE_DIGEST = 3
export const IMAGE_SIZE = 14
export const CONTENT = 18
export const URI = 21
/** Identifier of the board file. */
export const BOARD = -257
/** What the image's header says: the oldest runtime that can run it, 0xMMmmpppp of major, minor and patch version. */
export const RUNTIME = -258

export const MANIFEST_VERSION = 1
/** UUIDs, RFC 9562. */
export const IDENTIFIER_BYTES = 16
export const DIGEST_BYTES = 32

/** Component identifiers, each of one segment. */
export const PROGRAM_COMPONENT = "program"
export const POLICY_COMPONENT = "policy"
/** Envelope key and URI of the program. */
export const PAYLOAD_NAME = "#firmware"

/** Longest text of a board's identifier. */
export const BOARD_BYTES = 32
/** Longest URI that is passed over. */
export const URI_BYTES = 128
/** Longest trust policy in bytes. */
export const POLICY_BYTES = 400
/** Longest manifest in bytes, with the head of its byte string; it is held whole. So is one severed part at a time. */
export const MANIFEST_BYTES = 1024
/** Largest program in bytes: its code has to end below 64 KiB, and its strings and tables take not half as much. */
export const PROGRAM_BYTES = 0x1_8000
/** Most authentication blocks. */
export const MAX_BLOCKS = 4
