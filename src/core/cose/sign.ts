/** COSE_Sign, RFC 9052 §4.1: several signers of one content. */
import { CborWriter } from "../cbor/writer"

export const COSE_SIGN_TAG = 98

/** What heads of items and the context string add to the bytes given. */
const FRAME_BYTES = 32

/**
 * What one of the signers signs: Sig_structure of §4.4 with the context "Signature", an empty protected header of the body, and no
 * external data.
 */
export function toBeSignedBySigner(protectedHeader: Buffer, payload: Buffer): Buffer {
    const nothing = Buffer.alloc(0)
    return new CborWriter(FRAME_BYTES + protectedHeader.length + payload.length)
        .array(5)
        .text("Signature")
        .bytes(nothing)
        .bytes(protectedHeader)
        .bytes(nothing)
        .bytes(payload)
        .finish()
}
