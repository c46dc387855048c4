/**
 * Who answers for a report: COSE_Sign1 (RFC 9052 §4.2) by the laboratory's key over the bytes of the report's file, which stay as they are. The
 * payload is detached (§4.1), so that whatever reads JSON reads the report; the signature lies beside it.
 */
import { CborReader } from "../../../core/cbor/reader"
import { readSignerHeader } from "../../../core/cose/header"
import { CoseRefusal } from "../../../core/cose/refusal"
import { algorithmHeader, COSE_SIGN1_TAG, detachedSign1Message, toBeSigned } from "../../../core/cose/sign1"
import { openDigest } from "../../../core/crypto/digest"
import type { TrustedKey } from "../../../core/suit/policy"
import { nodeDigest } from "../../node-digest"
import { VERIFIERS } from "../../package/algorithms"
import { refusalName } from "../../package/refusals"
import type { Signer } from "../../package/signer"

/** Longest signature of the algorithms there are: SLH-DSA-SHA2-128s has 7,856 bytes. */
const SIGNATURE_BYTES = 8_192
export const SIGNATURE_FILE_BYTES = SIGNATURE_BYTES + 256

/** Where the signature of a report lies if nobody says otherwise. */
export const signaturePath = (report: string): string => `${report}.cose`

/** @param report the bytes of its file @returns the tagged message @throws InputError if the signer does not sign */
export async function signReport(report: Buffer, signer: Signer): Promise<Buffer> {
    const header = algorithmHeader(signer.algorithm)
    return detachedSign1Message(header, signer.keyId, await signer.sign(toBeSigned(header, report)))
}

/**
 * @param report the bytes of its file
 * @returns "none" if the message is a signature of exactly these bytes by exactly this key; otherwise `otherKey`, or the name of a refusal that
 * docs/update-package.md explains, such as `signature`
 */
export async function signatureRefusal(report: Buffer, message: Buffer, key: TrustedKey): Promise<string> {
    const cbor = new CborReader(message, message.length)
    if (cbor.tag() !== COSE_SIGN1_TAG) cbor.refuse(CoseRefusal.Message)
    cbor.arrayOf(4)
    const { protectedHeader, algorithm, keyId } = readSignerHeader(cbor)
    cbor.nothing()
    const signature = cbor.bytes(SIGNATURE_BYTES)
    cbor.finish()
    if (cbor.refusal !== 0) return refusalName(cbor.refusal)
    if (!keyId.equals(key.keyId)) return "otherKey"
    const verifier = VERIFIERS.find(({ algorithm }) => algorithm === key.algorithm)
    if (!verifier || algorithm !== key.algorithm) return refusalName(CoseRefusal.Algorithm)
    if (signature.length !== verifier.signatureBytes) return refusalName(CoseRefusal.SignatureLength)
    const pause = async () => {}
    const isGood = await verifier.verify(
        key.publicKey,
        toBeSigned(protectedHeader, report),
        readerOf(signature),
        await openDigest(nodeDigest, pause),
        pause,
    )
    return refusalName(isGood ? 0 : CoseRefusal.Signature)
}

function readerOf(signature: Buffer) {
    let at = 0
    return {
        length: signature.length,
        async read(length: number) {
            at += length
            return signature.subarray(at - length, at)
        },
    }
}
