import { expect, test } from "vitest"
import { MANIFEST_BYTES, PROGRAM_BYTES } from "../../../src/core/suit/labels"
import { programManifest } from "../../../src/host/package/manifest"
import { craft, encode, encodeRaw, sha256, sign1 } from "./craft"
import { DAVE } from "./dave"
import { receive } from "./device"
import { DESCRIPTION, GOOD, PROGRAM, policyPackage, signed, TARGET } from "./packages"
import { ALICE, BOB, CAROL, MALLORY, type TestSigner } from "./signers"

const PARTS = programManifest(TARGET, PROGRAM, DESCRIPTION)
/** Signing with SLH-DSA takes seconds. */
const HYBRID = await signed(PARTS, PROGRAM, DAVE, ALICE)

const trusting = (threshold: number, ...signers: TestSigner[]) => ({
    policy: { version: 3, threshold, keys: signers.map(({ key }) => key) },
})

test("a good package is accepted, and says what it is", async () => {
    const { refusal, offer } = await receive(GOOD)
    expect(refusal).toBe(0)
    expect(offer).toEqual({
        manifest: {
            sequenceNumber: 7,
            isPolicy: false,
            vendorId: TARGET.vendorId,
            classId: TARGET.classId,
            digest: sha256(PROGRAM),
            size: PROGRAM.length,
            board: Buffer.from("valve_pico"),
            runtime: 0x02100004,
            content: Buffer.alloc(0),
        },
    })
})

test("two encoders make the same package", async () => {
    const ours = await signed(programManifest(TARGET, PROGRAM), PROGRAM, ALICE)
    expect((await craft(() => {})).equals(ours)).toBe(true)
})

test.each([1, 7, 16, 17, 63, 64, 65, 128, 199])("it may arrive in chunks of %i bytes", async chunkBytes => {
    expect((await receive(GOOD, { chunkBytes })).refusal).toBe(0)
})

test("its program may come another way", async () => {
    const { refusal, offer } = await receive(await signed(programManifest(TARGET, PROGRAM), undefined, ALICE))
    expect(refusal).toBe(0)
    expect(offer!.manifest.digest).toEqual(sha256(PROGRAM))
})

test("text may be in the manifest, severed, or severed and lost", async () => {
    const lost = await signed({ ...PARTS, severed: new Map() }, PROGRAM, ALICE)
    expect((await receive(lost)).refusal).toBe(0)
    const inside = await craft(draft => {
        draft.manifestMembers.set(4, "https://example.com/full").set(23, encode(new Map([["en", new Map()]])))
    })
    expect((await receive(inside)).refusal).toBe(0)
})

test("the sequence that installs may be severed", async () => {
    const severed = await craft(draft => {
        const install = encodeRaw(draft.install)
        draft.manifestMembers.set(20, [-16, sha256(encode(install))])
        draft.envelopeMembers.set(20, install)
    })
    expect((await receive(severed)).refusal).toBe(0)
})

test("four signatures, of which one counts", async () => {
    const four = await signed(PARTS, PROGRAM, CAROL, BOB, ALICE, MALLORY)
    expect((await receive(four)).refusal).toBe(0)
})

test("the largest program is announced, and comes another way", async () => {
    const largest = await craft(draft => {
        draft.payload = undefined
        draft.sharedParameters.set(14, PROGRAM_BYTES)
    })
    expect((await receive(largest)).offer!.manifest.size).toBe(PROGRAM_BYTES)
})

test("severed text of 1,024 bytes with its head", async () => {
    const bytes = await craft(draft => {
        const text = Buffer.alloc(MANIFEST_BYTES - 3)
        draft.manifestMembers.set(23, [-16, sha256(encode(text))])
        draft.envelopeMembers.set(23, text)
    })
    expect((await receive(bytes)).refusal).toBe(0)
})

test("a policy of six keys", async () => {
    const keys = [1, 2, 3, 4, 5, 6].map(n => ({
        ...ALICE.key,
        keyId: Buffer.from([n]),
        publicKey: Buffer.alloc(32, n),
    }))
    const policy = { version: 4, threshold: 6, keys }
    expect((await receive(await policyPackage(policy, ALICE))).offer!.policy).toEqual(policy)
})

test("component index 0 may be set, as there is one component", async () => {
    const indexed = await craft(draft => {
        draft.shared.unshift(12, 0)
        draft.install.unshift(12, 0)
    })
    expect((await receive(indexed)).refusal).toBe(0)
})

test("a key's name may be protected", async () => {
    const bytes = await craft(draft => {
        const header = encode(
            new Map<number, unknown>([
                [1, ALICE.algorithm],
                [4, ALICE.keyId],
            ]),
        )
        draft.blocks = [digest => sign1(ALICE, digest, { header, unprotected: new Map() })]
    })
    expect((await receive(bytes)).refusal).toBe(0)
})

test("one signature of each algorithm", async () => {
    for (const signer of [BOB, CAROL]) {
        const bytes = await signed(PARTS, PROGRAM, signer)
        expect((await receive(bytes, trusting(1, signer))).refusal).toBe(0)
    }
    expect((await receive(HYBRID, trusting(1, DAVE))).refusal).toBe(0)
})

test("two of two, of different algorithms; two of three; strangers do not count", async () => {
    expect((await receive(HYBRID, trusting(2, ALICE, DAVE))).refusal).toBe(0)
    const two = await signed(PARTS, PROGRAM, MALLORY, BOB, ALICE)
    expect((await receive(two, trusting(2, ALICE, CAROL, BOB))).refusal).toBe(0)
})

test("a policy is read out of its package", async () => {
    const policy = { version: 4, threshold: 2, keys: [ALICE.key, DAVE.key, CAROL.key] }
    const { refusal, offer } = await receive(await policyPackage(policy, ALICE))
    expect(refusal).toBe(0)
    expect(offer!.policy).toEqual(policy)
    expect(offer!.manifest.isPolicy).toBe(true)
})

test("what is read at once stays small, however large the signature is", async () => {
    const { refusal, memory } = await receive(HYBRID, trusting(2, ALICE, DAVE))
    expect(refusal).toBe(0)
    expect(memory.longestRead).toBeLessThanOrEqual(MANIFEST_BYTES)
})
