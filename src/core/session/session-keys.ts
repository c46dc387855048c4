/** What a key agreement yields, and protected messages begin with (RFC 8613 §3.1). The other end has the same, with the identifiers exchanged. */
export interface SessionKeys {
    /** As long as a key of the AEAD: 32 bytes with ChaCha20-Poly1305. */
    masterSecret: Buffer
    masterSalt: Buffer
    /** Names this end's messages; at most the AEAD's nonce less 6 bytes. */
    senderId: Buffer
    /** Names the other end's messages; never the same. */
    recipientId: Buffer
}
