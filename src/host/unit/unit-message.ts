/** What units sign, of whatever kind: COSE_Sign1 (RFC 9052 §4.2) with the certified key, whose name is in the unprotected header. */
import { createPublicKey, verify } from "node:crypto"
import { Tag } from "cbor-x"
import { z } from "zod"
import { COSE_EDDSA, COSE_ES256 } from "../../core/cose/algorithms"
import { algorithmHeader, COSE_HEADER_KID, COSE_SIGN1_TAG, toBeSigned } from "../../core/cose/sign1"
import { decoded } from "../cbor"
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

const bytes = z.instanceof(Buffer)
const messageSchema = z.tuple([bytes, z.map(z.literal(COSE_HEADER_KID), bytes), bytes, bytes])

/** @returns undefined if it is no such message */
export function readMessage(token: Uint8Array): UnitMessage | undefined {
    const tagged = decoded(token)
    if (!(tagged instanceof Tag) || tagged.tag !== COSE_SIGN1_TAG) return undefined
    const parts = messageSchema.safeParse(tagged.value).data
    const keyId = parts?.[1].get(COSE_HEADER_KID)
    return parts && keyId && { header: parts[0], keyId, payload: parts[2], signature: parts[3] }
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
