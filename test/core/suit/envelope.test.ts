/** What an envelope does while it arrives, and how much work it makes. */
import { expect, test } from "vitest"
import { EDDSA } from "../../../src/core/cose/eddsa"
import { CoseRefusal } from "../../../src/core/cose/refusal"
import type { Verifier } from "../../../src/core/cose/verifier"
import { Envelope } from "../../../src/core/suit/envelope"
import { PROGRAM_BYTES } from "../../../src/core/suit/labels"
import { Payload } from "../../../src/core/suit/payload"
import { SuitRefusal } from "../../../src/core/suit/refusal"
import { programManifest } from "../../../src/host/package/manifest"
import { TestMemory } from "./byte-memory"
import { craft } from "./craft"
import { judge, pause, receive, STAGING_BYTES, STANDARDS, type Standards } from "./device"
import { DESCRIPTION, GOOD, GOOD_HEAD, PROGRAM, signed, TARGET } from "./packages"
import { ALICE, BOB, MALLORY } from "./signers"

const arriving = (length: number, payload?: Payload, stagingBytes = STAGING_BYTES) =>
    new Envelope(new TestMemory(stagingBytes), length, pause, payload)

test("one byte more than any package has is refused with the announcement", () => {
    expect(arriving(STAGING_BYTES + PROGRAM_BYTES).refusal).toBe(0)
    expect(arriving(STAGING_BYTES + PROGRAM_BYTES + 1).refusal).toBe(SuitRefusal.Length)
})

test("a head may fill the memory for it to the last byte", async () => {
    const { refusal } = await receive(GOOD_HEAD, { stagingBytes: GOOD_HEAD.length })
    expect(refusal).toBe(0)
})

test("a member is found with the sixteenth of its bytes", async () => {
    const envelope = arriving(GOOD_HEAD.length)
    // Tag 107 and the head of a map take three bytes.
    await envelope.take(GOOD_HEAD.subarray(0, 18))
    expect(envelope.members).toEqual([])
    await envelope.take(GOOD_HEAD.subarray(18, 19))
    expect(envelope.members).toMatchObject([{ key: 2, head: 4 }])
})

test("no bytes, when all are there, change nothing", async () => {
    const envelope = arriving(GOOD_HEAD.length)
    await envelope.take(GOOD_HEAD)
    await envelope.take(Buffer.alloc(0))
    expect(envelope).toMatchObject({ refusal: 0, headComplete: true, received: GOOD_HEAD.length })
})

test("what takes the payload is given nothing of an envelope that has none", async () => {
    const payload = new Payload()
    payload.take = async () => expect.unreachable()
    const envelope = arriving(GOOD_HEAD.length, payload)
    await envelope.take(GOOD_HEAD)
    expect(envelope).toMatchObject({ refusal: 0, headComplete: true })
    expect(payload.length).toBeUndefined()
})

test("a refusal says where in the package", async () => {
    const bytes = await craft(draft => void (draft.version = 2))
    // The version is the first value of the manifest, whose map has five members.
    const at = bytes.indexOf(Buffer.from("a501020207", "hex")) + 2
    expect(await receive(bytes)).toMatchObject({ refusal: SuitRefusal.Version, refusedAt: at })
    expect(await receive(GOOD)).toMatchObject({ refusal: 0, refusedAt: 0 })
})

/** Judges a package without its program, with standards that count what is asked of them. */
async function judged(bytes: Buffer, standards: Partial<Standards> = {}) {
    const envelope = arriving(bytes.length)
    await envelope.take(bytes)
    let verified = 0
    let hashed = 0
    const counting: Verifier = {
        ...EDDSA,
        verify: (...args) => {
            verified++
            return EDDSA.verify(...args)
        },
    }
    const digest = Object.create(STANDARDS.digest) as Standards["digest"]
    digest.sha256 = (...args) => {
        hashed++
        return STANDARDS.digest.sha256(...args)
    }
    const offer = await judge(envelope, { ...STANDARDS, verifiers: [counting], digest, ...standards })
    return { refusal: envelope.refusal, offer, verified, hashed }
}

test("after a bad signature no other is checked", async () => {
    const parts = programManifest(TARGET, PROGRAM)
    const policy = { version: 3, threshold: 1, keys: [ALICE.key, BOB.key] }
    const good = await signed(parts, undefined, ALICE, BOB)
    expect(await judged(good, { policy })).toMatchObject({ refusal: 0, verified: 2 })
    const bad = await signed(parts, undefined, { ...MALLORY, keyId: ALICE.keyId }, BOB)
    const { refusal, verified, offer } = await judged(bad, { policy })
    expect({ refusal, verified, offer }).toEqual({ refusal: CoseRefusal.Signature, verified: 1, offer: undefined })
})

test("nothing of a manifest is read before its signatures are good", async () => {
    const parts = programManifest(TARGET, PROGRAM, DESCRIPTION)
    expect(await judged(await signed(parts, undefined, ALICE))).toMatchObject({ refusal: 0, hashed: 2 })
    // The text that was severed from the manifest is not hashed.
    expect(await judged(await signed(parts, undefined, MALLORY))).toMatchObject({
        refusal: SuitRefusal.Threshold,
        hashed: 1,
        offer: undefined,
    })
})
