import type { Verifier } from "../cose/verifier"
import type { Digest } from "../crypto/digest"
import { authenticate } from "./authentication"
import type { Envelope } from "./envelope"
import { type Manifest, readManifest } from "./manifest"
import { readNewPolicy } from "./new-policy"
import type { TrustPolicy } from "./policy"
import { checkRecipient, type Recipient } from "./recipient"
import { SuitRefusal } from "./refusal"

/** What an authentic package offers. */
export interface Offer {
    manifest: Manifest
    /** The policy to come, if that is what it brings. */
    policy?: TrustPolicy
}

/**
 * Judges all of an envelope but its payload, as soon as `headComplete`: signatures first, and nothing of the manifest is read before they
 * are good.
 * @param policy whose signatures count
 * @param verifiers the algorithms that this device can check
 * @returns undefined if the envelope is refused
 */
export async function judgeHead(
    envelope: Envelope,
    recipient: Recipient,
    policy: TrustPolicy,
    verifiers: readonly Verifier[],
    digest: Digest,
): Promise<Offer | undefined> {
    if (!envelope.headComplete) envelope.refuse(SuitRefusal.Incomplete, envelope.received)
    if (envelope.refusal !== 0) return undefined
    const bytes = await authenticate(envelope, policy, verifiers, digest)
    if (envelope.refusal !== 0) return undefined
    const manifest = await readManifest(envelope, bytes, digest)
    checkRecipient(envelope, manifest, recipient, policy)
    const offer: Offer = { manifest: manifest }
    if (manifest.isPolicy) offer.policy = await readNewPolicy(envelope, manifest, verifiers, digest)
    return envelope.refusal === 0 ? offer : undefined
}
