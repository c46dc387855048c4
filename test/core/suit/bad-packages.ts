/** Packages that a device refuses, and why: each is a good one with one thing changed. */
import assert from "node:assert"
import { Tag } from "cbor-x"
import { EDDSA } from "../../../src/core/cose/eddsa"
import { PROGRAM_BYTES } from "../../../src/core/suit/labels"
import { encodePolicy, type TrustPolicy } from "../../../src/core/suit/policy"
import { craft, type Draft, encode, encodeRaw, Raw, sha256, sign, sign1 } from "./craft"
import { POLICY, RECIPIENT, type receive, STAGING_BYTES } from "./device"
import { PROGRAM, testProgram } from "./packages"
import { ALICE, BOB, CAROL, MALLORY } from "./signers"

/** What is done to a good package, and what the device is like if that matters. */
export type Case = [what: string, reason: string, change: (draft: Draft) => void, setup?: Parameters<typeof receive>[1]]

const NOTHING: Buffer = Buffer.alloc(0)
const SIZE = (await craft(() => {})).length
const HEAD_SIZE = (await craft(draft => void (draft.payload = undefined))).length
/** The start of an envelope whose first member has 2^32 - 1 bytes. */
const LONG_WRAPPER = Buffer.from("d86ba3025affffffff", "hex")
const flipped = (bytes: Buffer) => Buffer.from(bytes.map((byte, i) => (i === 5 ? byte ^ 1 : byte)))
const replacing = (from: string, to: string) => (bytes: Buffer) => {
    const digits = bytes.toString("hex")
    assert.equal(digits.split(from).length, 2)
    return Buffer.from(digits.replace(from, to), "hex")
}
/** Signs as Alice, but for some changes. */
const byAlice =
    (changes: Parameters<typeof sign1>[2]) =>
    (draft: Draft): void => {
        draft.blocks = [digest => sign1(ALICE, digest, changes)]
    }
const header = (...pairs: [unknown, unknown][]) => encode(new Map(pairs))
const command = (label: unknown, argument: unknown) => (draft: Draft) => void draft.install.push(label, argument)
const parameter = (label: number, value: unknown) => (draft: Draft) => void draft.installParameters.set(label, value)
const shared = (label: number, value: unknown) => (draft: Draft) => void draft.sharedParameters.set(label, value)
const member = (label: number | string, value: unknown) => (draft: Draft) =>
    void draft.manifestMembers.set(label, value)
const outside = (label: number | string, value: unknown) => (draft: Draft) =>
    void draft.envelopeMembers.set(label, value)
/** The start of a stranger's block whose signature is what follows: the next block, with its head. */
function swallowing(next: Buffer): Buffer {
    const start = Buffer.concat([Buffer.from("d28443a10127a1044178f658", "hex"), Buffer.from([1 + next.length])])
    return Buffer.concat([Buffer.from([0x58, start.length + 1 + next.length]), start])
}
/** Two members behind the manifest, in that order, and no payload. */
const severed = (first: number, second: number) => (draft: Draft) => {
    draft.payload = undefined
    draft.changePackage = bytes => {
        const members = [first, second].flatMap(key => [encode(key), encode(NOTHING)])
        return Buffer.concat([replacing("d86ba202", "d86ba402")(bytes), ...members])
    }
}
const without = (sequence: "shared" | "install" | "validate", label: number) => (draft: Draft) => {
    draft[sequence].splice(draft[sequence].indexOf(label), 2)
}

const ENVELOPE: Case[] = [
    ["another tag", "notAnEnvelope", draft => void (draft.tag = 108)],
    ["no tag", "notAnEnvelope", draft => void (draft.changePackage = bytes => bytes.subarray(2))],
    ["an array", "type", draft => void (draft.changePackage = replacing("d86ba302", "d86b8302"))],
    ["no end announced", "indefinite", draft => void (draft.changePackage = replacing("d86ba302", "d86bbf02"))],
    ["a long count", "notShortest", draft => void (draft.changePackage = replacing("d86ba302", "d86bb80302"))],
    ["a reserved byte", "reserved", draft => void (draft.changePackage = replacing("d86ba302", "d86bbc02"))],
    ["delegation", "noAuthentication", outside(1, encode([]))],
    ["no authentication", "noAuthentication", outside(2, undefined)],
    ["no manifest", "noManifest", outside(3, undefined)],
    [
        "a manifest under another key",
        "noManifest",
        draft => {
            draft.changeManifest = bytes => {
                draft.envelopeMembers.set(3, undefined).set(20, bytes)
                return bytes
            }
        },
    ],
    ["members that fall", "keyOrder", severed(23, 20)],
    ["a member twice", "keyRepeated", severed(23, 23)],
    [
        "only authentication",
        "noManifest",
        draft => {
            draft.payload = undefined
            draft.envelopeMembers.set(3, undefined)
        },
    ],
    ["nothing at all", "noAuthentication", draft => void (draft.changePackage = () => Buffer.from("d86ba0", "hex"))],
    ["a sequence that fetches", "envelopeMember", outside(16, encode([]))],
    ["an unknown member", "envelopeMember", outside(99, NOTHING)],
    ["a private member", "envelopeMember", outside(-300, NOTHING)],
    [
        "a key that is no number",
        "type",
        draft => {
            draft.payload = undefined
            draft.changePackage = bytes =>
                Buffer.concat([replacing("d86ba202", "d86ba302")(bytes), Buffer.from("f540", "hex")])
        },
    ],
    ["a member that is no byte string", "type", outside(20, [1])],
    [
        "a payload of another name",
        "payloadName",
        draft => {
            draft.payload = undefined
            draft.envelopeMembers.set("#other", PROGRAM)
        },
    ],
    ["a payload where none is taken", "payloadUnexpected", () => {}, { takesPayload: false }],
    ["two payloads", "secondPayload", outside("#firmware2", PROGRAM)],
    [
        "the same payload twice",
        "secondPayload",
        draft => {
            const payload = encodeRaw(new Map([["#firmware", PROGRAM]])).subarray(1)
            draft.changePackage = bytes => Buffer.concat([replacing("d86ba302", "d86ba402")(bytes), payload])
        },
    ],
    [
        "bytes behind the end",
        "trailing",
        draft => void (draft.changePackage = bytes => Buffer.concat([bytes, Buffer.alloc(1)])),
    ],
    [
        "bytes behind the end, without a payload",
        "trailing",
        draft => {
            draft.payload = undefined
            draft.changePackage = bytes => Buffer.concat([bytes, Buffer.alloc(1)])
        },
    ],
    [
        "a payload that is said to be longer",
        "ended",
        draft => void (draft.changePackage = replacing("655905dc", "655905dd")),
    ],
    [
        "a payload that is said to be shorter",
        "trailing",
        draft => void (draft.changePackage = replacing("655905dc", "655905db")),
    ],
    [
        "a member longer than everything",
        "ended",
        draft => void (draft.changePackage = bytes => Buffer.concat([LONG_WRAPPER, bytes.subarray(6)])),
    ],
    [
        "more bytes than announced",
        "length",
        draft => void (draft.changePackage = bytes => Buffer.concat([bytes, Buffer.alloc(1)])),
        { length: SIZE },
    ],
    ["a payload beyond what is announced", "ended", () => {}, { length: SIZE - 1 }],
    [
        "fewer bytes than announced",
        "incomplete",
        draft => void (draft.changePackage = bytes => bytes.subarray(0, -1)),
        { length: SIZE },
    ],
    [
        "a head that is not all there",
        "incomplete",
        draft => void (draft.changePackage = bytes => bytes.subarray(0, 100)),
        { length: SIZE },
    ],
    [
        "a head one byte longer than the memory for it",
        "headTooLong",
        draft => void (draft.payload = undefined),
        { stagingBytes: HEAD_SIZE - 1 },
    ],
    ["more announced than any package has", "length", () => {}, { length: STAGING_BYTES + PROGRAM_BYTES + 1 }],
    ["a head that does not fit", "headTooLong", () => {}, { stagingBytes: 300 }],
    ["text that nobody signed", "memberUnexpected", outside(23, encode(new Map()))],
    [
        "text that was changed",
        "memberDigest",
        draft => {
            draft.manifestMembers.set(23, [-16, sha256(encode(Buffer.from("one")))])
            draft.envelopeMembers.set(23, Buffer.from("two"))
        },
    ],
    [
        "text that is very long",
        "tooLong",
        draft => {
            const text = Buffer.alloc(1200)
            draft.manifestMembers.set(23, [-16, sha256(encode(text))])
            draft.envelopeMembers.set(23, text)
        },
    ],
    [
        "severed text with another digest than SHA-256",
        "digestAlgorithm",
        draft => {
            draft.manifestMembers.set(23, [-44, Buffer.alloc(64)])
            draft.envelopeMembers.set(23, Buffer.from("text"))
        },
    ],
    [
        "a severed sequence that is not there",
        "memberMissing",
        draft => {
            draft.manifestMembers.set(20, [-16, sha256(encode(encodeRaw(draft.install)))])
        },
    ],
    [
        "a severed sequence that was changed",
        "memberDigest",
        draft => {
            draft.manifestMembers.set(20, [-16, sha256(encode(encodeRaw(draft.install)))])
            draft.envelopeMembers.set(20, encodeRaw([...draft.install, 3, 15]))
        },
    ],
]

const AUTHENTICATION: Case[] = [
    ["no signature", "blocks", draft => void (draft.signers = [])],
    ["five signatures", "blocks", draft => void (draft.signers = [ALICE, BOB, CAROL, MALLORY, MALLORY])],
    [
        "more blocks than there are bytes",
        "ended",
        draft => void (draft.wrap = () => new Raw(Buffer.concat([Buffer.from([0x98, 100]), Buffer.alloc(99)]))),
    ],
    ["no array", "type", draft => void (draft.wrap = () => new Map())],
    ["an empty array", "blocks", draft => void (draft.wrap = () => [])],
    ["SHA-512", "digestAlgorithm", draft => void (draft.digest = [-44, Buffer.alloc(64)])],
    ["a digest of 31 bytes", "digestLength", draft => void (draft.digest = [-16, Buffer.alloc(31)])],
    ["a digest of 33 bytes", "digestLength", draft => void (draft.digest = [-16, Buffer.alloc(33)])],
    ["a digest with more to it", "count", draft => void (draft.digest = [-16, Buffer.alloc(32), 0])],
    ["a digest that is none", "type", draft => void (draft.digest = Buffer.alloc(32))],
    ["the digest of another manifest", "manifestDigest", draft => void (draft.digest = [-16, sha256(NOTHING)])],
    ["a manifest put in the place of the signed one", "manifestDigest", outside(3, encode(new Map([[1, 1]])))],
    [
        "the digest without the head",
        "manifestDigest",
        draft => {
            draft.changeManifest = bytes => {
                draft.digest = [-16, sha256(bytes)]
                return bytes
            }
        },
    ],
    [
        "a manifest of more than 1,024 bytes",
        "tooLong",
        draft => {
            draft.manifestMembers.set(23, Buffer.alloc(1000))
        },
    ],
    ["a stranger's signature", "threshold", draft => void (draft.signers = [MALLORY])],
    [
        "one of two signatures",
        "threshold",
        () => {},
        { policy: { ...POLICY, threshold: 2, keys: [ALICE.key, BOB.key] } },
    ],
    [
        "one trusted signature and a stranger's, of two",
        "threshold",
        draft => void (draft.signers = [ALICE, MALLORY]),
        { policy: { ...POLICY, threshold: 2, keys: [ALICE.key, BOB.key] } },
    ],
    [
        "the same signature twice",
        "signerRepeated",
        draft => void (draft.signers = [ALICE, ALICE]),
        { policy: { ...POLICY, threshold: 2, keys: [ALICE.key, BOB.key] } },
    ],
    [
        "a stranger's signature under a trusted name",
        "signature",
        draft => void (draft.signers = [{ ...MALLORY, keyId: ALICE.keyId }]),
    ],
    ["a signature of something else", "signature", byAlice({ signed: encode([-16, sha256(NOTHING)]) })],
    ["a signature of nothing", "signature", byAlice({ signature: Buffer.alloc(64) })],
    ["a signature of 63 bytes", "signatureLength", byAlice({ signature: Buffer.alloc(63) })],
    ["a signature of 65 bytes", "signatureLength", byAlice({ signature: Buffer.alloc(65) })],
    ["no bytes of signature", "signatureLength", byAlice({ signature: NOTHING })],
    ["a signature that is no byte string", "type", byAlice({ signature: "signature" as unknown as Buffer })],
    ["the algorithm of another key", "algorithm", byAlice({ header: header([1, CAROL.algorithm]) })],
    ["an algorithm that is not known", "algorithm", byAlice({ header: header([1, -37]) })],
    ["an algorithm that is a text", "type", byAlice({ header: header([1, "EdDSA"]) })],
    ["no algorithm", "algorithmMissing", byAlice({ header: header() })],
    ["no protected header", "ended", byAlice({ header: NOTHING })],
    ["an algorithm that is not protected", "header", byAlice({ header: header(), unprotected: new Map([[1, -8]]) })],
    ["no name of a key", "keyIdMissing", byAlice({ unprotected: new Map() })],
    ["an empty name of a key", "keyIdMissing", byAlice({ unprotected: new Map([[4, NOTHING]]) })],
    ["two names of a key", "header", byAlice({ header: header([1, -8], [4, BOB.keyId]) })],
    ["a name of 33 bytes", "tooLong", byAlice({ unprotected: new Map([[4, Buffer.alloc(33)]]) })],
    ["critical headers", "header", byAlice({ header: header([1, -8], [2, [99]]) })],
    ["a content type", "header", byAlice({ header: header([1, -8], [3, 0]) })],
    [
        "an unknown header",
        "header",
        byAlice({
            unprotected: new Map<number, unknown>([
                [4, ALICE.keyId],
                [99, 0],
            ]),
        }),
    ],
    ["the algorithm twice", "keyRepeated", byAlice({ header: Buffer.from("a201270127", "hex") })],
    [
        "headers out of order",
        "keyOrder",
        byAlice({ header: Buffer.from("a20441610127", "hex"), unprotected: new Map() }),
    ],
    ["bytes behind the protected header", "trailing", byAlice({ header: Buffer.from("a1012700", "hex") })],
    ["a payload in the message", "type", byAlice({ attached: NOTHING })],
    ["true in place of the payload", "type", byAlice({ attached: true })],
    ["COSE_Mac0", "message", byAlice({ tag: 17 })],
    ["COSE_Mac", "message", byAlice({ tag: 97 })],
    [
        "bytes behind the digest",
        "trailing",
        draft => void (draft.digest = new Raw(Buffer.concat([encode([-16, Buffer.alloc(32)]), Buffer.alloc(1)]))),
    ],
    [
        "bytes behind the last block",
        "trailing",
        draft => {
            draft.wrap = (...parts) => new Raw(Buffer.concat([encodeRaw(parts.flat()), Buffer.alloc(1)]))
        },
    ],
    [
        "a last block that goes on beyond the wrapper",
        "ended",
        draft => {
            draft.blocks = [digest => sign1(ALICE, digest), () => new Raw(Buffer.alloc(20))]
            draft.wrap = (digest, [block, next]) =>
                new Raw(Buffer.concat([Buffer.from([0x83]), ...[digest, block].map(encode), swallowing(next)]))
        },
    ],
    [
        "a block that goes on into the next",
        "trailing",
        draft => {
            draft.blocks = [digest => sign1(ALICE, digest), () => new Raw(Buffer.alloc(20))]
            draft.wrap = (digest, [block, next]) => [digest, Buffer.concat([block, swallowing(next)]), next]
        },
    ],
    ["no tag", "type", draft => void (draft.blocks = [async digest => ((await sign1(ALICE, digest)) as Tag).value])],
    [
        "bytes behind the message",
        "trailing",
        draft => {
            draft.blocks = [
                async digest => new Raw(Buffer.concat([encodeRaw(await sign1(ALICE, digest)), Buffer.alloc(1)])),
            ]
        },
    ],
    [
        "a message that ends early",
        "ended",
        draft => {
            draft.blocks = [async digest => new Raw(encodeRaw(await sign1(ALICE, digest)).subarray(0, -1))]
        },
    ],
    ["COSE_Sign", "message", draft => void (draft.blocks = [digest => sign([ALICE], digest)])],
]

const MANIFEST: Case[] = [
    ["version 2", "version", draft => void (draft.version = 2)],
    ["no version", "manifestMemberMissing", member(1, undefined)],
    ["no sequence number", "manifestMemberMissing", member(2, undefined)],
    ["no common part", "manifestMemberMissing", member(3, undefined)],
    ["a sequence number of 64 bits", "tooLarge", draft => void (draft.sequenceNumber = 2n ** 40n)],
    ["a negative sequence number", "type", draft => void (draft.sequenceNumber = -1)],
    ["a long sequence number", "notShortest", draft => void (draft.sequenceNumber = Raw.hex("1807"))],
    ["a sequence that loads", "manifestMember", member(8, encode([]))],
    ["a sequence that invokes", "manifestMember", member(9, encode([23, 2]))],
    ["a sequence that fetches before", "manifestMember", member(16, encode([21, 2]))],
    ["an unknown member", "manifestMember", member(24, 0)],
    ["a private member", "manifestMember", member(-257, 0)],
    ["the version twice", "keyRepeated", draft => void (draft.changeManifest = replacing("a501010207", "a501010101"))],
    [
        "a member twice",
        "keyRepeated",
        draft => {
            draft.changeManifest = bytes =>
                Buffer.concat([replacing("a501010207", "a601010207")(bytes), Buffer.from("144180", "hex")])
        },
    ],
    [
        "members out of order",
        "keyOrder",
        draft => {
            draft.changeManifest = bytes =>
                Buffer.concat([replacing("a501010207", "a601010207")(bytes), Buffer.from("0460", "hex")])
        },
    ],
    [
        "bytes behind its end",
        "trailing",
        draft => void (draft.changeManifest = bytes => Buffer.concat([bytes, Buffer.alloc(1)])),
    ],
    ["an early end", "ended", draft => void (draft.changeManifest = bytes => bytes.subarray(0, -1))],
    [
        "one member more than there are",
        "ended",
        draft => void (draft.changeManifest = replacing("a501010207", "a601010207")),
    ],
    [
        "as many members as there is room for",
        "ended",
        draft => void (draft.changeManifest = replacing("a501010207", "baffffffff01010207")),
    ],
    ["a reference of 129 characters", "tooLong", member(4, "x".repeat(129))],
    ["an unknown common member", "commonMember", draft => void draft.common.set(1, [])],
    ["dependencies", "commonMember", draft => void draft.common.set(3, new Map())],
    ["no component", "components", draft => void (draft.components = [])],
    [
        "two components",
        "components",
        draft => void (draft.components = [[Buffer.from("program")], [Buffer.from("policy")]]),
    ],
    [
        "a component that the device does not have",
        "component",
        draft => void (draft.components = [[Buffer.from("modem")]]),
    ],
    [
        "a component of another depth",
        "component",
        draft => void (draft.components = [[Buffer.from("program"), NOTHING]]),
    ],
    ["a component without a name", "component", draft => void (draft.components = Raw.hex("8180"))],
    ["a command without its argument", "commandArgument", draft => void draft.install.push(3)],
    ["a condition on the component slot", "command", command(5, 15)],
    ["a condition on the content", "command", command(6, 15)],
    ["abort", "command", command(14, 15)],
    ["try each", "command", command(15, [encode([]), encode([])])],
    ["copy", "command", command(22, 2)],
    ["invoke", "command", command(23, 2)],
    ["a condition on the device", "command", command(24, 15)],
    ["swap", "command", command(31, 2)],
    ["run sequence", "command", command(32, encode([]))],
    ["an unknown command", "command", command(99, 15)],
    ["a private command", "command", command(-259, 15)],
    ["a command that is a text", "type", command("fetch", 15)],
    ["a fetch in the shared sequence", "commandPlace", draft => void draft.shared.push(21, 2)],
    ["a fetch while validating", "commandPlace", draft => void draft.validate.push(21, 2)],
    ["a condition on the vendor while installing", "commandPlace", command(1, 15)],
    ["a private condition in the shared sequence", "commandPlace", draft => void draft.shared.push(-257, 15)],
    ["an unknown reporting policy", "reportingPolicy", command(3, 16)],
    ["a reporting policy that is null", "type", command(3, null)],
    ["component index 1", "componentIndex", command(12, 1)],
    ["every component", "componentIndex", command(12, true)],
    ["a list of components", "componentIndex", command(12, [0])],
    ["a component slot", "parameter", parameter(5, 0)],
    ["not strictly in order", "parameter", parameter(12, false)],
    ["soft failure", "parameter", parameter(13, true)],
    ["a source component", "parameter", parameter(22, 0)],
    ["arguments to invoke", "parameter", parameter(23, NOTHING)],
    ["a device identifier", "parameter", parameter(24, Buffer.alloc(16))],
    ["arguments to fetch", "parameter", parameter(25, NOTHING)],
    ["an unknown critical parameter", "parameter", parameter(99, 0)],
    ["an unknown private parameter", "parameter", parameter(-300, 0)],
    ["a private parameter in the shared sequence", "parameterPlace", shared(-257, "valve_pico")],
    ["a vendor that is set again", "parameterRepeated", parameter(1, RECIPIENT.vendorId)],
    ["a digest that is set again", "parameterRepeated", parameter(3, encode([-16, sha256(PROGRAM)]))],
    [
        "a condition before its parameter",
        "parameterMissing",
        draft => void (draft.shared = [1, 15, 2, 15, 20, draft.sharedParameters]),
    ],
    ["a condition without its parameter", "parameterMissing", draft => void draft.installParameters.delete(-257)],
    ["no image digest", "parameterMissing", draft => void draft.sharedParameters.delete(3)],
    ["no image size", "parameterMissing", draft => void draft.sharedParameters.delete(14)],
    ["a vendor by number", "vendorNumber", shared(1, new Tag(Buffer.from("d9fc", "hex"), 112))],
    ["a vendor identifier of 15 bytes", "identifierLength", shared(1, Buffer.alloc(15))],
    ["a class identifier of 17 bytes", "identifierLength", shared(2, Buffer.alloc(17))],
    ["a class identifier that is a text", "type", shared(2, "gas-valve")],
    ["an image digest that is SHA-384", "digestAlgorithm", shared(3, encode([-43, Buffer.alloc(48)]))],
    ["an image digest that is not wrapped", "type", shared(3, [-16, sha256(PROGRAM)])],
    [
        "bytes behind the image digest",
        "trailing",
        shared(3, Buffer.concat([encode([-16, sha256(PROGRAM)]), Buffer.alloc(1)])),
    ],
    ["an image of no bytes", "imageSize", shared(14, 0)],
    ["an image of one byte too many", "imageSize", shared(14, PROGRAM_BYTES + 1)],
    ["an image somewhere else", "uri", parameter(21, "https://example.com/gas-valve.devs")],
    ["a board with a line break", "characters", parameter(-257, "valve\npico")],
    ["a board of 33 characters", "tooLong", parameter(-257, "x".repeat(33))],
    ["no condition on the vendor", "commandMissing", without("shared", 1)],
    ["no condition on the class", "commandMissing", without("shared", 2)],
    ["no condition on the image", "commandMissing", without("validate", 3)],
    ["no condition on the board", "commandMissing", without("install", -257)],
    ["no condition on the runtime", "commandMissing", without("install", -258)],
    ["no fetch", "commandMissing", without("install", 21)],
    [
        "a program with content that no command uses",
        "source",
        draft => void draft.installParameters.set(18, Buffer.from("program")),
    ],
    [
        "a program that is written",
        "source",
        draft => {
            draft.installParameters.set(18, Buffer.from("program"))
            draft.install.push(18, 2)
        },
    ],
]

const RECIPIENTS: Case[] = [
    ["another vendor", "vendor", shared(1, Buffer.alloc(16))],
    ["another class", "class", shared(2, Buffer.alloc(16))],
    ["another board", "board", parameter(-257, "doorbell_c3")],
    ["another board with a name as long", "board", parameter(-257, "valve_esp3")],
    ["a newer runtime", "runtime", parameter(-258, 0x02100005)],
    ["a runtime of the next major version", "runtime", parameter(-258, 0x03000000)],
    ["a runtime of the major version before", "runtime", parameter(-258, 0x01100004)],
    ["an older program", "sequenceOlder", draft => void (draft.sequenceNumber = 5)],
    ["the program that is there", "sequenceEqual", draft => void (draft.sequenceNumber = 6)],
    ["a payload of another size", "payloadSize", draft => void (draft.payload = testProgram(1501))],
    ["a payload of no bytes", "payloadSize", draft => void (draft.payload = NOTHING)],
    ["a payload with a bit flipped", "payloadDigest", draft => void (draft.payload = flipped(PROGRAM))],
]

const TRUSTED = [ALICE.key, BOB.key]
/** A package that brings a policy. */
const policy =
    (changes: Partial<TrustPolicy>, more: (draft: Draft) => void = () => {}) =>
    (draft: Draft): void =>
        writing(encodePolicy({ version: 4, threshold: 1, keys: TRUSTED, ...changes }), more)(draft)
const writing =
    (content: Buffer, more: (draft: Draft) => void = () => {}) =>
    (draft: Draft): void => {
        draft.sequenceNumber = 4
        draft.payload = undefined
        draft.components = [[Buffer.from("policy")]]
        draft.sharedParameters.set(3, encode([-16, sha256(content)])).set(14, content.length)
        draft.install = [20, new Map([[18, content]]), 18, 2, 3, 15]
        more(draft)
    }

const POLICIES: Case[] = [
    ["no keys", "policyKeys", policy({ keys: [] })],
    [
        "seven keys",
        "policyKeys",
        policy({ keys: Array.from({ length: 7 }, (_, i) => ({ ...ALICE.key, keyId: Buffer.from([i]) })) }),
    ],
    ["a threshold of none", "policyThreshold", policy({ threshold: 0 })],
    ["a threshold of more than all", "policyThreshold", policy({ threshold: 3 })],
    ["a key of an unknown algorithm", "policyAlgorithm", policy({ keys: [{ ...ALICE.key, algorithm: -37 }] })],
    ["a key that this device cannot check", "policyAlgorithm", policy({ keys: [CAROL.key] }), { verifiers: [EDDSA] }],
    ["a key of 31 bytes", "policyKey", policy({ keys: [{ ...ALICE.key, publicKey: Buffer.alloc(31) }] })],
    ["a key without a name", "policyKey", policy({ keys: [{ ...ALICE.key, keyId: NOTHING }] })],
    ["a key twice", "policyKeyRepeated", policy({ keys: [ALICE.key, { ...ALICE.key, keyId: BOB.keyId }] })],
    ["a name twice", "policyKeyRepeated", policy({ keys: [ALICE.key, { ...BOB.key, keyId: ALICE.keyId }] })],
    ["another version than the manifest's", "policyVersion", policy({ version: 5 })],
    ["the version in force", "sequenceEqual", policy({ version: 3 }, draft => void (draft.sequenceNumber = 3))],
    [
        "an older version: a downgrade",
        "sequenceOlder",
        policy({ version: 2 }, draft => void (draft.sequenceNumber = 2)),
    ],
    [
        "signed by the new keys alone",
        "threshold",
        policy({ keys: [MALLORY.key] }, draft => void (draft.signers = [MALLORY])),
    ],
    ["another size", "payloadSize", policy({}, draft => void draft.sharedParameters.set(14, 10))],
    [
        "another digest",
        "payloadDigest",
        policy({}, draft => void draft.sharedParameters.set(3, encode([-16, sha256(NOTHING)]))),
    ],
    ["a payload", "payloadUnexpected", policy({}, draft => void (draft.payload = PROGRAM))],
    ["nothing written", "commandMissing", policy({}, draft => void draft.install.splice(2, 2))],
    [
        "fetched",
        "source",
        policy({}, draft => {
            draft.installParameters = new Map([[21, "#firmware"]])
            draft.install.push(20, draft.installParameters, 21, 2)
        }),
    ],
    [
        "bytes behind it",
        "trailing",
        writing(Buffer.concat([encodePolicy({ version: 4, threshold: 1, keys: TRUSTED }), Buffer.alloc(1)])),
    ],
    ["no policy", "type", writing(Buffer.from("policy"))],
    ["401 bytes", "tooLong", writing(Buffer.alloc(401))],
    [
        "for another board",
        "board",
        policy({}, draft => {
            draft.install.push(20, new Map([[-257, "doorbell_c3"]]), -257, 15)
        }),
    ],
]

/** By what they are refused over. */
export const BAD_PACKAGES: [string, Case[]][] = [
    ["the envelope", ENVELOPE],
    ["authentication", AUTHENTICATION],
    ["the manifest", MANIFEST],
    ["the recipient and the payload", RECIPIENTS],
    ["a trust policy", POLICIES],
]
