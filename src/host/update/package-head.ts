/** The head of a package, judged as the device judges it: by the device's own code. */
import { openDigest } from "../../core/crypto/digest"
import { authenticate } from "../../core/suit/authentication"
import { Envelope } from "../../core/suit/envelope"
import { type Manifest, readManifest } from "../../core/suit/manifest"
import type { TrustPolicy } from "../../core/suit/policy"
import { nodeDigest } from "../node-digest"
import { IMPLEMENTATIONS, SIGNATURE_ALGORITHMS } from "../package/algorithms"
import { refusalName } from "../package/refusals"

const ALL_VERIFIERS = SIGNATURE_ALGORITHMS.map(name => IMPLEMENTATIONS[name].verifier)

const pause = async () => {}

/** What a package says of itself, whoever signed it. @returns undefined if no device could read it */
export async function manifestIn(head: Buffer): Promise<Manifest | undefined> {
    const envelope = await opened(head)
    if (envelope.refusal !== 0) return undefined
    const { head: at, end } = envelope.members[1]
    const manifest = await readManifest(envelope, head.subarray(at, end), await openDigest(nodeDigest, pause))
    return envelope.refusal === 0 ? manifest : undefined
}

/** Why a package is not signed as a policy demands, by the name that the device has for it; undefined if it is. */
export async function signatureRefusalOf(head: Buffer, policy: TrustPolicy): Promise<string | undefined> {
    const envelope = await opened(head)
    if (envelope.refusal === 0) await authenticate(envelope, policy, ALL_VERIFIERS, await openDigest(nodeDigest, pause))
    return envelope.refusal === 0 ? undefined : refusalName(envelope.refusal)
}

async function opened(head: Buffer): Promise<Envelope> {
    const staging = Buffer.alloc(head.length)
    const memory = {
        size: head.length,
        read: async (at: number, length: number) => staging.subarray(at, at + length),
        write: async (at: number, bytes: Buffer) => void staging.set(bytes, at),
    }
    const envelope = new Envelope(memory, head.length, pause)
    await envelope.take(head)
    return envelope
}
