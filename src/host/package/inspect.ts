/** What a package is, whoever made it, and what a device would say to it. */
import { Tag } from "cbor-x"
import { openDigest } from "../../core/crypto/digest"
import type { ByteMemory } from "../../core/ports"
import { authenticate } from "../../core/suit/authentication"
import { Envelope } from "../../core/suit/envelope"
import { MANIFEST, PAYLOAD_NAME } from "../../core/suit/labels"
import { readManifest } from "../../core/suit/manifest"
import { readNewPolicy } from "../../core/suit/new-policy"
import { Payload } from "../../core/suit/payload"
import type { TrustedKey } from "../../core/suit/policy"
import { SuitRefusal } from "../../core/suit/refusal"
import { decoded } from "../cbor"
import { nodeDigest } from "../node-digest"
import { algorithmOf, VERIFIERS } from "./algorithms"
import { imageSequenceNumber } from "./image-sequence-number"
import { memberDigest } from "./manifest"
import { type OutlineItem, outlineOf, written } from "./outline"
import { readEnvelope } from "./read-envelope"
import { refusalName } from "./refusals"

export interface Inspection {
    bytes: number
    manifestBytes: number
    /** Whether the digest that is signed is the manifest's. */
    digestMatches: boolean
    signatures: SignatureReport[]
    members: { key: number | string; bytes: number }[]
    manifest: OutlineItem[]
    /** What the program in it calls itself; left out if there is none, or nobody can tell. */
    programNumber?: number
    /** What a device says that trusts the keys given, or of which it is not known whom it trusts. */
    verdict: Verdict
}

export interface SignatureReport {
    kind: string
    algorithm: string
    /** In hex; undefined if the message does not say whose it is. */
    keyId?: string
    bytes: number
}

export interface Verdict {
    /**
     * "none" if a device of the right vendor, class and board takes it. "imageNumber" if it would, but never confirm the program, which calls
     * itself by another number.
     */
    refusal: string
    /** Offset in the package. */
    at: number
    /** The signatures were checked: keys were given. */
    authentic: boolean
}

/**
 * @param path for messages
 * @param keys whose signatures all have to be there; if none, signatures are not checked
 * @throws InputError if the bytes are no SUIT envelope
 */
export async function inspectPackage(path: string, bytes: Buffer, keys: readonly TrustedKey[]): Promise<Inspection> {
    const parts = readEnvelope(path, bytes)
    const manifest = parts.members.find(([key]) => key === MANIFEST)![1]
    const program = parts.members.find(([key]) => key === PAYLOAD_NAME)?.[1]
    const programNumber = program && imageSequenceNumber(program)
    const digestMatches = parts.digest.equals(memberDigest(manifest))
    return {
        bytes: bytes.length,
        manifestBytes: manifest.length,
        digestMatches,
        signatures: parts.blocks.flatMap(signaturesOf),
        members: parts.members.map(([key, value]) => ({ key, bytes: value.length })),
        manifest: outlineOf(manifest),
        programNumber,
        verdict: await verdictOn(bytes, digestMatches, keys, programNumber),
    }
}

const KINDS: ReadonlyMap<number, string> = new Map([
    [17, "COSE_Mac0"],
    [18, "COSE_Sign1"],
    [97, "COSE_Mac"],
    [98, "COSE_Sign"],
])
const HEADER_ALGORITHM = 1
const HEADER_KEY_ID = 4

function signaturesOf(block: Buffer): SignatureReport[] {
    const message = decoded(block)
    if (!(message instanceof Tag) || !Array.isArray(message.value))
        return [{ kind: "unknown", algorithm: "unknown", bytes: block.length }]
    const kind = KINDS.get(message.tag) ?? `tag ${message.tag}`
    const [header, unprotected, , last] = message.value
    const signers: unknown[] = kind === "COSE_Sign" && Array.isArray(last) ? last : [[header, unprotected, last]]
    return signers.map(signer => {
        const [own, open, signature] = Array.isArray(signer) ? signer : []
        const headers = [own instanceof Buffer ? decoded(own) : undefined, open]
        const find = (label: number) =>
            headers.map(map => (map instanceof Map ? map.get(label) : undefined)).find(value => value !== undefined)
        const number = find(HEADER_ALGORITHM)
        const keyId = find(HEADER_KEY_ID)
        return {
            kind,
            algorithm: algorithmOf(number) ?? (number === undefined ? "none" : written(number)),
            keyId: keyId instanceof Buffer ? keyId.toString("hex") : undefined,
            bytes: signature instanceof Buffer ? signature.length : 0,
        }
    })
}

/** Lets the device's own code read it, but for the question whether it is for that device. */
async function verdictOn(
    bytes: Buffer,
    digestMatches: boolean,
    keys: readonly TrustedKey[],
    programNumber: number | undefined,
): Promise<Verdict> {
    const pause = async () => {}
    const digest = await openDigest(nodeDigest, pause)
    const memory = memoryOf(bytes.length)
    const payload = new Payload()
    const envelope = new Envelope(memory, bytes.length, pause, payload)
    await envelope.take(bytes)
    if (envelope.refusal === 0 && keys.length > 0)
        await authenticate(envelope, { version: 0, threshold: keys.length, keys: [...keys] }, VERIFIERS, digest)
    else if (envelope.refusal === 0 && !digestMatches) envelope.refuseManifest(SuitRefusal.ManifestDigest)
    const authentic = envelope.refusal === 0 && keys.length > 0
    if (envelope.refusal === 0) {
        const { head, end } = envelope.members[1]
        const read = await readManifest(envelope, bytes.subarray(head, end), digest)
        if (envelope.refusal === 0 && read.isPolicy) await readNewPolicy(envelope, read, VERIFIERS, digest)
        if (envelope.refusal === 0) await payload.check(envelope, read)
        if (envelope.refusal === 0 && programNumber !== undefined && programNumber !== read.sequenceNumber)
            return { refusal: "imageNumber", at: payload.start, authentic }
    }
    return { refusal: refusalName(envelope.refusal), at: envelope.refusedAt, authentic }
}

function memoryOf(size: number): ByteMemory {
    const bytes = Buffer.alloc(size)
    return {
        size,
        read: async (at, length) => bytes.subarray(at, at + length),
        write: async (at, written) => void bytes.set(written, at),
    }
}
