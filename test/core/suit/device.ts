/** A device that receives packages, made of `src/core/suit` and memory. */
import { EDDSA } from "../../../src/core/cose/eddsa"
import { ES256 } from "../../../src/core/cose/es256"
import { SLH_DSA_SHA2_128S } from "../../../src/core/cose/slhdsa"
import type { Verifier } from "../../../src/core/cose/verifier"
import { type Digest, openDigest } from "../../../src/core/crypto/digest"
import { Envelope } from "../../../src/core/suit/envelope"
import { judgeHead, type Offer } from "../../../src/core/suit/judge"
import { Payload } from "../../../src/core/suit/payload"
import type { TrustPolicy } from "../../../src/core/suit/policy"
import type { Recipient } from "../../../src/core/suit/recipient"
import { nodeDigest } from "../../../src/host/node-digest"
import { classIdOf, vendorIdOf } from "../../../src/host/package/uuid"
import { TestMemory } from "./byte-memory"
import { ALICE } from "./signers"

export const pause = async () => {}
export const STAGING_BYTES = 12 * 1024

export const RECIPIENT: Recipient = {
    vendorId: vendorIdOf("example.com"),
    classId: classIdOf("example.com", "gas-valve"),
    board: Buffer.from("valve_pico"),
    runtime: 0x02100004,
    programFloor: 6,
}

export const POLICY: TrustPolicy = { version: 3, threshold: 1, keys: [ALICE.key] }

/** What a device judges packages by. */
export interface Standards {
    recipient: Recipient
    policy: TrustPolicy
    verifiers: readonly Verifier[]
    digest: Digest
}

export interface Reception {
    /** Number of the refusal and its place; 0 if the package was accepted. */
    refusal: number
    refusedAt: number
    offer?: Offer
    memory: TestMemory
}

interface Setup extends Partial<Standards> {
    /** Announced size of the package in bytes. */
    length?: number
    chunkBytes?: number
    stagingBytes?: number
    /** Whether the device takes a program with a package; so it does if left out. */
    takesPayload?: boolean
}

export const STANDARDS: Standards = {
    recipient: RECIPIENT,
    policy: POLICY,
    verifiers: [EDDSA, ES256, SLH_DSA_SHA2_128S],
    digest: await openDigest(nodeDigest, pause),
}

export const judge = (envelope: Envelope, { recipient, policy, verifiers, digest }: Standards = STANDARDS) =>
    judgeHead(envelope, recipient, policy, verifiers, digest)

/** Gives a device a package, chunk after chunk, and lets it judge. */
export async function receive(bytes: Buffer, setup: Setup = {}): Promise<Reception> {
    const {
        length = bytes.length,
        chunkBytes = 200,
        stagingBytes = STAGING_BYTES,
        takesPayload = true,
        ...standards
    } = setup
    const memory = new TestMemory(stagingBytes)
    const payload = takesPayload ? new Payload() : undefined
    const envelope = new Envelope(memory, length, pause, payload)
    for (let at = 0; at < bytes.length; at += chunkBytes) await envelope.take(bytes.subarray(at, at + chunkBytes))
    const offer = await judge(envelope, { ...STANDARDS, ...standards })
    if (offer && envelope.refusal !== 0) throw new Error("what is refused is offered")
    if (offer) await payload?.check(envelope, offer.manifest)
    const { refusal, refusedAt } = envelope
    return { refusal, refusedAt, offer: refusal === 0 ? offer : undefined, memory }
}
