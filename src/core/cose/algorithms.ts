/**
 * Algorithm identifiers, IANA registry "COSE Algorithms".
 *
 * | number | name | status |
 * | --- | --- | --- |
 * | -7 | ES256 | registered, RFC 9053 §2.1; deprecated by RFC 9864 in favour of -9, which names the curve |
 * | -8 | EdDSA | registered, RFC 9053 §2.2; deprecated by RFC 9864 in favour of -19 |
 * | -16 | SHA-256 | registered, RFC 9054 §2.1 |
 * | -51 | SLH-DSA-SHA2-128s | requested in draft-ietf-cose-sphincs-plus-07; pure, with an empty context |
 */

/** ECDSA with SHA-256, on P-256 here. */
export const COSE_ES256 = -7
/** EdDSA, with Ed25519 here. */
export const COSE_EDDSA = -8
export const COSE_SHA256 = -16
export const COSE_SLH_DSA_SHA2_128S = -51
