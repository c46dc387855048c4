/** Making of COSE_Sign1 messages, RFC 9052 §4.2. */
import { ARRAY, MAP, TAG } from "../cbor/major"
import { CborWriter } from "../cbor/writer"
import { hex } from "../crypto/hex"

export const COSE_SIGN1_TAG = 18
/** Header parameters, RFC 9052 §3.1. */
export const COSE_HEADER_ALG = 1
export const COSE_HEADER_KID = 4

/** What heads of items and the context string add to the bytes given. */
const FRAME_BYTES = 48

/** The protected header that names the algorithm, encoded as a map. */
export function algorithmHeader(algorithm: number): Buffer {
    return new CborWriter(8).head(MAP, 1).int(COSE_HEADER_ALG).int(algorithm).finish()
}

/** What is signed: Sig_structure of RFC 9052 §4.4 with the context "Signature1" and no external data. */
export function toBeSigned(protectedHeader: Buffer, payload: Buffer): Buffer {
    return new CborWriter(FRAME_BYTES + protectedHeader.length + payload.length)
        .head(ARRAY, 4)
        .text("Signature1")
        .bytes(protectedHeader)
        .bytes(hex``)
        .bytes(payload)
        .finish()
}

/** The tagged message. @param keyId goes into the unprotected header */
export function sign1Message(protectedHeader: Buffer, keyId: Buffer, payload: Buffer, signature: Buffer): Buffer {
    return begin(protectedHeader, keyId, payload.length + signature.length)
        .bytes(payload)
        .bytes(signature)
        .finish()
}

/** The tagged message whose payload is detached (§4.1): null stands in its place. */
export function detachedSign1Message(protectedHeader: Buffer, keyId: Buffer, signature: Buffer): Buffer {
    return begin(protectedHeader, keyId, signature.length).raw(hex`f6`).bytes(signature).finish()
}

function begin(protectedHeader: Buffer, keyId: Buffer, bytesToCome: number): CborWriter {
    return new CborWriter(FRAME_BYTES + protectedHeader.length + keyId.length + bytesToCome)
        .head(TAG, COSE_SIGN1_TAG)
        .head(ARRAY, 4)
        .bytes(protectedHeader)
        .head(MAP, 1)
        .int(COSE_HEADER_KID)
        .bytes(keyId)
}
