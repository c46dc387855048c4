/** What a package brings: a program as its payload, or a trust policy in its manifest. */
import { CborReader } from "../cbor/reader"
import type { Verifier } from "../cose/verifier"
import { constantTimeEqual } from "../crypto/constant-time"
import type { Digest } from "../crypto/digest"
import type { Envelope } from "./envelope"
import type { Manifest } from "./manifest"
import { readPolicy, type TrustPolicy } from "./policy"
import { SuitRefusal } from "./refusal"

/**
 * Refuses an envelope that is not complete, or whose payload is not the program of its manifest. It need not have one: then the program
 * comes another way, and has to be measured against the manifest's digest there.
 */
export async function checkProgram(envelope: Envelope, manifest: Manifest): Promise<void> {
    const digest = await envelope.payloadDigest()
    const { payloadLength, payloadAt } = envelope
    if (payloadLength === undefined) return
    if (manifest.isPolicy) envelope.refuse(SuitRefusal.PayloadUnexpected, payloadAt)
    if (payloadLength !== manifest.size) envelope.refuse(SuitRefusal.PayloadSize, payloadAt)
    if (!constantTimeEqual(digest, manifest.digest)) envelope.refuse(SuitRefusal.PayloadDigest, payloadAt)
}

/** The trust policy that a manifest brings, of use only if the envelope is not refused. */
export async function readNewPolicy(
    envelope: Envelope,
    manifest: Manifest,
    verifiers: readonly Verifier[],
    digest: Digest,
): Promise<TrustPolicy> {
    const { content } = manifest
    if (content.length !== manifest.size) envelope.refuseManifest(SuitRefusal.PayloadSize)
    if (!constantTimeEqual(await digest.sha256([content], envelope.pause), manifest.digest))
        envelope.refuseManifest(SuitRefusal.PayloadDigest)
    const reader = new CborReader(content, content.length)
    const policy = readPolicy(reader, verifiers)
    envelope.refuseWith(reader, envelope.members[1].head)
    if (policy.version !== manifest.sequenceNumber) envelope.refuseManifest(SuitRefusal.PolicyVersion)
    return policy
}
