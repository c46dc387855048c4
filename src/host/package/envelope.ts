import { ARRAY, MAP, TAG } from "../../core/cbor/major"
import { CborWriter } from "../../core/cbor/writer"
import { algorithmHeader, detachedSign1Message, toBeSigned } from "../../core/cose/sign1"
import * as suit from "../../core/suit/labels"
import { type ManifestParts, memberDigest } from "./manifest"
import type { Signer } from "./signer"

/** An update package in its parts. All byte strings are without their heads. */
export interface EnvelopeParts {
    /** Encoded SUIT_Digest of the manifest: what is signed. */
    digest: Buffer
    /** Encoded COSE messages. */
    blocks: Buffer[]
    /** What follows the authentication wrapper, in order: the manifest, severed members, payloads. */
    members: [key: number | string, value: Buffer][]
}

/** Room for tag, map and array heads. */
const FRAME_BYTES = 64

/** A package that nobody has signed yet. @param program its payload; none if the package is to be accompanied by it */
export function newEnvelope({ manifest, severed }: ManifestParts, program?: Uint8Array): EnvelopeParts {
    const members: EnvelopeParts["members"] = [[suit.MANIFEST, manifest], ...severed]
    if (program) members.push([suit.PAYLOAD_NAME, Buffer.from(program)])
    return { digest: memberDigest(manifest), blocks: [], members }
}

/** The package with one more signature. */
export async function signEnvelope(parts: EnvelopeParts, signer: Signer): Promise<EnvelopeParts> {
    const header = algorithmHeader(signer.algorithm)
    const signature = await signer.sign(toBeSigned(header, parts.digest))
    const block = detachedSign1Message(header, signer.keyId, signature)
    return { ...parts, blocks: [...parts.blocks, block] }
}

export function encodeEnvelope({ digest, blocks, members }: EnvelopeParts): Buffer {
    const wrapperBytes = [digest, ...blocks].reduce((sum, part) => sum + part.length + 8, FRAME_BYTES)
    const wrapper = new CborWriter(wrapperBytes).head(ARRAY, 1 + blocks.length).bytes(digest)
    for (const block of blocks) wrapper.bytes(block)
    const bytes = members.reduce((sum, [key, value]) => sum + `${key}`.length + value.length + 16, FRAME_BYTES)
    const writer = new CborWriter(bytes + wrapperBytes)
        .head(TAG, suit.ENVELOPE_TAG)
        .head(MAP, 1 + members.length)
        .int(suit.AUTHENTICATION)
        .bytes(wrapper.finish())
    for (const [key, value] of members) (typeof key === "number" ? writer.int(key) : writer.text(key)).bytes(value)
    return writer.finish()
}
