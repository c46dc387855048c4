/** What a message may have at most, whoever sends it. */

/** Longest message in bytes: what a frame of the bus carries beside the head of its packet. */
export const MESSAGE_BYTES = 220
/** Longest token in bytes, RFC 7252 §3. */
export const TOKEN_BYTES = 8
/** Most options of a message, and as many again inside a protected one; those that are ignored count. */
export const MOST_OPTIONS = 8
/** Longest identifier of a context in bytes, RFC 8613 §3.1: the standard sets no bound. */
export const ID_CONTEXT_BYTES = 16
