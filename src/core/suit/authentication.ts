import { ARRAY, NULL, SIMPLE, TAG } from "../cbor/major"
import { CborReader } from "../cbor/reader"
import { CborRefusal } from "../cbor/refusal"
import { readSignerHeader, type SignerHeader } from "../cose/header"
import { CoseRefusal } from "../cose/refusal"
import { COSE_SIGN1_TAG, toBeSigned } from "../cose/sign1"
import type { Verifier } from "../cose/verifier"
import { constantTimeEqual } from "../crypto/constant-time"
import type { Digest } from "../crypto/digest"
import { readDigest } from "./digest"
import type { Envelope } from "./envelope"
import { MAX_BLOCKS } from "./labels"
import { type TrustedKey, type TrustPolicy, verifierOf } from "./policy"
import { SuitRefusal } from "./refusal"

/** The digest in its byte string, and the headers of a signature, are never longer. */
const WINDOW_BYTES = 128
/** Longest SUIT_Digest taken. */
const DIGEST_FRAME_BYTES = 72

/**
 * Checks who signed: the wrapper's digest has to be the manifest's, and as many keys of the policy as it demands have to have signed that
 * digest. Signatures by strangers count as none; a bad one by a trusted key is refused.
 * @returns the manifest with the head of its byte string, unless the envelope was refused: what is read next is what was hashed here
 */
export async function authenticate(
    envelope: Envelope,
    policy: TrustPolicy,
    verifiers: readonly Verifier[],
    digest: Digest,
): Promise<Buffer> {
    const { start, end } = envelope.members[0]
    const wrapper = new CborReader(await envelope.window(start, end, WINDOW_BYTES), end - start)
    const blocks = wrapper.head(ARRAY) - 1
    if (blocks < 1 || blocks > MAX_BLOCKS) wrapper.refuse(SuitRefusal.Blocks)
    const signedDigest = wrapper.bytes(DIGEST_FRAME_BYTES)
    const inner = new CborReader(signedDigest, signedDigest.length)
    const manifestDigest = readDigest(inner)
    inner.finish()
    wrapper.refuse(inner.refusal)
    envelope.refuseWith(wrapper, start)
    const manifest = await envelope.checkedMember(
        envelope.members[1],
        manifestDigest,
        SuitRefusal.ManifestDigest,
        digest,
    )
    let at = start + wrapper.at
    let signed = 0
    let count = 0
    for (let i = 0; i < blocks && envelope.refusal === 0; i++) {
        const block = await readBlock(envelope, at, end)
        at = block.end
        for (let k = 0; k < policy.keys.length; k++) {
            const key = policy.keys[k]
            if (!constantTimeEqual(key.keyId, block.keyId)) continue
            const bit = 1 << k
            if (signed & bit) envelope.refuse(SuitRefusal.SignerRepeated, block.signatureAt)
            else await checkSignature(envelope, block, key, signedDigest, verifiers, digest)
            signed |= bit
            count++
        }
    }
    if (at < end) envelope.refuse(CborRefusal.Trailing, at)
    if (count < policy.threshold) envelope.refuse(SuitRefusal.Threshold, start)
    return manifest
}

/** A COSE_Sign1 whose payload is detached, by its offsets in the package. */
interface Block extends SignerHeader {
    signatureAt: number
    end: number
}

/** @param end of the wrapper that holds it */
async function readBlock(envelope: Envelope, at: number, end: number): Promise<Block> {
    const cbor = new CborReader(await envelope.window(at, end, WINDOW_BYTES), end - at)
    const outer = cbor.enter()
    if (cbor.head(TAG) !== COSE_SIGN1_TAG) cbor.refuse(CoseRefusal.Message)
    cbor.arrayOf(4)
    const block = readSignerHeader(cbor) as Block
    if (cbor.head(SIMPLE) !== NULL) cbor.refuse(CborRefusal.Type)
    const length = cbor.bytesAhead()
    cbor.leave(outer)
    envelope.refuseWith(cbor, at)
    block.end = at + cbor.at
    block.signatureAt = block.end - length
    return block
}

/** Refuses a signature that is not one of this payload by this key. */
async function checkSignature(
    envelope: Envelope,
    block: Block,
    key: TrustedKey,
    payload: Buffer,
    verifiers: readonly Verifier[],
    digest: Digest,
): Promise<void> {
    const { algorithm, signatureAt } = block
    const length = block.end - signatureAt
    const verifier = verifierOf(algorithm, verifiers)
    if (!verifier || algorithm !== key.algorithm) envelope.refuse(CoseRefusal.Algorithm, signatureAt)
    else if (length !== verifier.signatureBytes) envelope.refuse(CoseRefusal.SignatureLength, signatureAt)
    else {
        await envelope.pause()
        let at = signatureAt
        const read = async (bytes: number) => {
            at += bytes
            return await envelope.window(at - bytes, at, bytes)
        }
        const message = toBeSigned(block.protectedHeader, payload)
        if (!(await verifier.verify(key.publicKey, message, { length, read }, digest, envelope.pause)))
            envelope.refuse(CoseRefusal.Signature, signatureAt)
    }
}
