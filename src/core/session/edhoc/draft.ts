/**
 * The version of EDHOC-PSK that is spoken: draft-ietf-lake-edhoc-psk-08, as of 2026-06-16, with the numbers that it suggests to IANA. Where its text
 * leaves open how ID_CRED_PSK enters TH_4 and the associated data, its test vectors decide: in the compact form of RFC 9528 §3.5.3.2.
 */
export const EDHOC_PSK_DRAFT = "draft-ietf-lake-edhoc-psk-08"
/** METHOD: both ends authenticate with one pre-shared key. */
export const METHOD_PSK = 4
/** Label of KEYSTREAM_3A in EDHOC_KDF. */
export const KEYSTREAM_3A = 12
