import { CborReader } from "../cbor/reader"
import type { Verifier } from "../cose/verifier"
import { constantTimeEqual } from "../crypto/constant-time"
import type { Digest } from "../crypto/digest"
import { sha256Of } from "../crypto/sha256-of"
import type { Envelope } from "./envelope"
import type { Manifest } from "./manifest"
import { readPolicy, type TrustPolicy } from "./policy"
import { SuitRefusal } from "./refusal"

/** The trust policy that a manifest brings, of use only if the envelope is not refused. */
export async function readNewPolicy(
    envelope: Envelope,
    manifest: Manifest,
    verifiers: readonly Verifier[],
    digest: Digest,
): Promise<TrustPolicy> {
    const { content } = manifest
    if (content.length !== manifest.size) envelope.refuseManifest(SuitRefusal.PayloadSize)
    if (!constantTimeEqual(await sha256Of(digest, content, envelope.pause), manifest.digest))
        envelope.refuseManifest(SuitRefusal.PayloadDigest)
    const reader = new CborReader(content, content.length)
    const policy = readPolicy(reader, verifiers)
    envelope.refuseWith(reader, envelope.members[1].head)
    if (policy.version !== manifest.sequenceNumber) envelope.refuseManifest(SuitRefusal.PolicyVersion)
    return policy
}
