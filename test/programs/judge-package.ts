/**
 * Receives and judges update packages, whose bytes the test puts beside this file: between lines of a benchmark the good ones, then one
 * with each byte changed, of which it prints the refusals.
 */
import { finish, pause, section } from "devicescript-domovoi/devs/bench/section"
import { openRuntimeDigest } from "devicescript-domovoi/devs/crypto"
import { EDDSA } from "devicescript-domovoi/src/core/cose/eddsa"
import { ES256 } from "devicescript-domovoi/src/core/cose/es256"
import { SLH_DSA_SHA2_128S } from "devicescript-domovoi/src/core/cose/slhdsa"
import type { Verifier } from "devicescript-domovoi/src/core/cose/verifier"
import { Assembler, CHUNK_BYTES } from "devicescript-domovoi/src/core/suit/assembler"
import { Envelope } from "devicescript-domovoi/src/core/suit/envelope"
import { judgeHead, type Offer } from "devicescript-domovoi/src/core/suit/judge"
import { Payload } from "devicescript-domovoi/src/core/suit/payload"
import {
    CLASS_ID,
    EDDSA_KEY,
    EDDSA_PACKAGE,
    ES256_KEY,
    ES256_PACKAGE,
    HYBRID_PACKAGE,
    SIGNATURE,
    SLH_DSA_KEY,
    VENDOR_ID,
    WHOLE_PACKAGE,
} from "./package-bytes"

const staging = Buffer.alloc(HYBRID_PACKAGE.length)
const memory = {
    size: staging.length,
    read: async (at: number, length: number) => staging.slice(at, at + length),
    write: async (at: number, bytes: Buffer) => staging.set(bytes, at),
}
const digest = await openRuntimeDigest(pause)
const recipient = {
    vendorId: VENDOR_ID,
    classId: CLASS_ID,
    board: Buffer.from("valve_pico"),
    runtime: 0x02100004,
    programFloor: 6,
}
const alice = { algorithm: EDDSA.algorithm, keyId: Buffer.from("alice"), publicKey: EDDSA_KEY }
const carol = { algorithm: ES256.algorithm, keyId: Buffer.from("carol"), publicKey: ES256_KEY }
const dave = { algorithm: SLH_DSA_SHA2_128S.algorithm, keyId: Buffer.from("dave"), publicKey: SLH_DSA_KEY }

/** Takes the only signature there is for good: what the readers do is to be seen, without the seconds that mathematics takes. */
const KNOWN: Verifier = {
    algorithm: EDDSA.algorithm,
    publicKeyBytes: 32,
    signatureBytes: 64,
    verify: async (_key, _message, signature) =>
        (await signature.read(64)).toString("hex") === SIGNATURE.toString("hex"),
}

async function receive(bytes: Buffer, payload?: Payload): Promise<Envelope> {
    const envelope = new Envelope(memory, bytes.length, pause, payload)
    const assembler = new Assembler(envelope)
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES)
        await assembler.accept(at, bytes.slice(at, Math.min(at + CHUNK_BYTES, bytes.length)))
    return envelope
}

async function judge(envelope: Envelope, threshold: number, verifiers: Verifier[]): Promise<Offer> {
    const policy = { version: 3, threshold: threshold, keys: [alice, carol, dave] }
    return await judgeHead(envelope, recipient, policy, verifiers, digest)
}

async function measure(
    name: string,
    bytes: Buffer,
    threshold: number,
    verifiers: Verifier[],
    payload?: Payload,
): Promise<void> {
    let envelope: Envelope
    let offer: Offer
    await section(`${name}.receive`, async () => {
        envelope = await receive(bytes, payload)
        return envelope.refusal === 0
    })
    await section(`${name}.judge`, async () => {
        offer = await judge(envelope, threshold, verifiers)
        return envelope.refusal === 0
    })
    if (payload)
        await section(`${name}.payload`, async () => {
            await payload.check(envelope, offer.manifest)
            return envelope.refusal === 0
        })
}

await measure("readers", WHOLE_PACKAGE, 1, [KNOWN], new Payload())
await measure("eddsa", EDDSA_PACKAGE, 1, [EDDSA])
await measure("es256", ES256_PACKAGE, 1, [ES256])
await measure("slhdsa", HYBRID_PACKAGE, 1, [SLH_DSA_SHA2_128S, KNOWN])
await measure("hybrid", HYBRID_PACKAGE, 2, [EDDSA, SLH_DSA_SHA2_128S])

const changed = Buffer.alloc(WHOLE_PACKAGE.length)
for (let i = 0; i < WHOLE_PACKAGE.length; i++) {
    changed.set(WHOLE_PACKAGE, 0)
    changed[i] ^= 1 << (i & 7)
    const payload = new Payload()
    const envelope = await receive(changed, payload)
    const offer = await judge(envelope, 1, [KNOWN])
    if (offer) await payload.check(envelope, offer.manifest)
    console.log(`${i}: ${envelope.refusal} at ${envelope.refusedAt}`)
}
await finish()
