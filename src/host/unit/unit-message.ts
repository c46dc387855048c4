/** What units sign, of whatever kind: COSE_Sign1 (RFC 9052 §4.2) with the certified key, whose name is in the unprotected header. */

import { createPublicKey, verify } from "node:crypto"
import { MAP, TAG } from "../../core/cbor/major"
import { CborReader } from "../../core/cbor/reader"
import { CborRefusal } from "../../core/cbor/refusal"
import { COSE_EDDSA, COSE_ES256 } from "../../core/cose/algorithms"
import { algorithmHeader, COSE_HEADER_KID, COSE_SIGN1_TAG, toBeSigned } from "../../core/cose/sign1"
import type { CertifiedUnit } from "../identity/device-certificate"
import { spkiOf } from "../identity/key-algorithm"

export interface UnitMessage {
    /** The protected one, as it is signed. */
    header: Buffer
    keyId: Buffer
    payload: Buffer
    signature: Buffer
}

export type SignatureRefusal =
    /** Not the algorithm of the certified key. */
    | "tokenAlgorithm"
    /** Not signed with the certified key. */
    | "tokenSignature"

/** @returns undefined if it is no such message, in the one encoding that units have for it, with nothing behind it */
export function readMessage(token: Uint8Array): UnitMessage | undefined {
    const cbor = new CborReader(Buffer.from(token), token.length)
    if (cbor.head(TAG) !== COSE_SIGN1_TAG) cbor.refuse(CborRefusal.Type)
    cbor.arrayOf(4)
    const header = cbor.bytes(token.length)
    if (cbor.head(MAP) !== 1) cbor.refuse(CborRefusal.Count)
    if (cbor.int() !== COSE_HEADER_KID) cbor.refuse(CborRefusal.Type)
    const keyId = cbor.bytes(token.length)
    const payload = cbor.bytes(token.length)
    const signature = cbor.bytes(token.length)
    cbor.finish()
    return cbor.refusal === CborRefusal.None ? { header, keyId, payload, signature } : undefined
}

/** @returns undefined if the message is signed with the unit's certified key */
export function signatureRefusal(
    { algorithm, publicKey }: Pick<CertifiedUnit, "algorithm" | "publicKey">,
    { header, payload, signature }: Omit<UnitMessage, "keyId">,
): SignatureRefusal | undefined {
    const isEd25519 = algorithm === "ed25519"
    if (!header.equals(algorithmHeader(isEd25519 ? COSE_EDDSA : COSE_ES256))) return "tokenAlgorithm"
    const message = toBeSigned(header, payload)
    const key = createPublicKey({ key: spkiOf(publicKey), format: "der", type: "spki" })
    const isGood = isEd25519
        ? verify(null, message, key, signature)
        : verify("sha256", message, { key, dsaEncoding: "ieee-p1363" }, signature)
    return isGood ? undefined : "tokenSignature"
}
