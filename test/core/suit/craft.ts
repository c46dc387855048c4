/** Packages of any content, encoded by `cbor-x`: sound ones to compare with ours, and all kinds of others. */
import { createHash } from "node:crypto"
import { Encoder, Tag } from "cbor-x"
import type { Signer } from "../../../src/host/package/signer"
import { PROGRAM, TARGET } from "./packages"
import { ALICE } from "./signers"

const encoder = new Encoder({ mapsAsObjects: false, useRecords: false, tagUint8Array: false })

export function encode(value: unknown): Buffer {
    return Buffer.from(encoder.encode(value))
}

/** An encoded item, to be used where one is wanted that the encoder would not make. */
export class Raw {
    constructor(readonly bytes: Buffer) {}

    static hex(digits: string): Raw {
        return new Raw(Buffer.from(digits.replaceAll(" ", ""), "hex"))
    }
}

type Label = number | string
export type Parameters = Map<Label, unknown>

/** A package before it is encoded. The byte strings in which parts are wrapped are put around them at last. */
export interface Draft {
    version: unknown
    sequenceNumber: unknown
    components: unknown
    shared: unknown[]
    validate: unknown[]
    install: unknown[]
    /** Of the shared sequence, and of the one that installs. */
    sharedParameters: Parameters
    installParameters: Parameters
    common: Map<Label, unknown>
    /** Beyond what is made of the parts above; undefined takes a member away. */
    manifestMembers: Map<Label, unknown>
    /** SUIT_Digest. */
    digest?: unknown
    /** COSE messages over the digest, in the place of one by each signer. */
    blocks?: ((digest: Buffer) => unknown)[]
    signers: Signer[]
    /** Makes the authentication wrapper of the encoded digest and blocks. */
    wrap(digest: Buffer, blocks: Buffer[]): unknown
    payload: Buffer | undefined
    /** Last changes to what was encoded: of the manifest before it is signed, and of the whole package. */
    changeManifest(bytes: Buffer): Buffer
    changePackage(bytes: Buffer): Buffer
    /** Beyond authentication, manifest and payload, or in their place; undefined takes a member away. */
    envelopeMembers: Map<Label, unknown>
    tag: number
}

/** The draft of a package like `GOOD`, without text. */
export function draft(): Draft {
    const sharedParameters: Parameters = new Map<Label, unknown>([
        [1, TARGET.vendorId],
        [2, TARGET.classId],
        [3, encode([-16, sha256(PROGRAM)])],
        [14, PROGRAM.length],
    ])
    const installParameters: Parameters = new Map<Label, unknown>([
        [21, "#firmware"],
        [-257, "valve_pico"],
        [-258, 0x02100004],
    ])
    return {
        version: 1,
        sequenceNumber: 7,
        components: [[Buffer.from("program")]],
        sharedParameters,
        installParameters,
        shared: [20, sharedParameters, 1, 15, 2, 15],
        validate: [3, 15],
        install: [20, installParameters, -257, 15, -258, 15, 21, 2, 3, 15],
        common: new Map(),
        manifestMembers: new Map(),
        signers: [ALICE],
        payload: PROGRAM,
        wrap: (digest, blocks) => [digest, ...blocks],
        changeManifest: bytes => bytes,
        changePackage: bytes => bytes,
        envelopeMembers: new Map(),
        tag: 107,
    }
}

/** The package made of a draft, signed as it is. */
export async function craft(change: (draft: Draft) => void): Promise<Buffer> {
    const made = draft()
    change(made)
    const manifest = made.changeManifest(encodeManifest(made))
    const digest = encodeRaw(made.digest ?? [-16, sha256(encode(manifest))])
    const makers = made.blocks ?? made.signers.map(signer => (payload: Buffer) => sign1(signer, payload))
    const blocks = await Promise.all(makers.map(make => make(digest)))
    const wrapper = made.wrap(
        digest,
        blocks.map(block => encodeRaw(block)),
    )
    const members = new Map<Label, unknown>([
        [2, encodeRaw(wrapper)],
        [3, manifest],
    ])
    if (made.payload) members.set("#firmware", made.payload)
    replace(members, made.envelopeMembers)
    return made.changePackage(encodeRaw(new Tag(members, made.tag)))
}

/** COSE_Sign1 of a detached payload. */
export async function sign1(signer: Signer, payload: Buffer, changes: Partial<Sign1> = {}): Promise<unknown> {
    const header = changes.header ?? encode(new Map([[1, signer.algorithm]]))
    const unprotected = changes.unprotected ?? new Map([[4, signer.keyId]])
    const signature =
        changes.signature ??
        (await signer.sign(encode(["Signature1", header, Buffer.alloc(0), changes.signed ?? payload])))
    return new Tag([header, unprotected, changes.attached ?? null, signature], changes.tag ?? 18)
}

export interface Sign1 {
    header: Buffer
    unprotected: Map<Label, unknown>
    attached: unknown
    signature: Buffer
    signed: Buffer
    tag: number
}

/** COSE_Sign of a detached payload. */
export async function sign(signers: Signer[], payload: Buffer): Promise<unknown> {
    const nothing = Buffer.alloc(0)
    const signatures = signers.map(async signer => {
        const header = encode(new Map([[1, signer.algorithm]]))
        const signature = await signer.sign(encode(["Signature", nothing, header, nothing, payload]))
        return [header, new Map([[4, signer.keyId]]), signature]
    })
    return new Tag([nothing, new Map(), null, await Promise.all(signatures)], 98)
}

export function sha256(bytes: Uint8Array): Buffer {
    return createHash("sha256").update(bytes).digest()
}

function encodeManifest(made: Draft): Buffer {
    const common = new Map<Label, unknown>([[2, made.components], [4, encodeRaw(made.shared)], ...made.common])
    const members = new Map<Label, unknown>([
        [1, made.version],
        [2, made.sequenceNumber],
        [3, encodeRaw(common)],
        [7, encodeRaw(made.validate)],
        [20, encodeRaw(made.install)],
    ])
    replace(members, made.manifestMembers)
    return encodeRaw(members)
}

function replace(members: Map<Label, unknown>, replacements: Map<Label, unknown>): void {
    for (const [key, value] of replacements) {
        if (value === undefined) members.delete(key)
        else members.set(key, value)
    }
}

/** Encodes arrays, maps, tags and raw items within them; keys of maps in the order of their encodings. */
export function encodeRaw(value: unknown): Buffer {
    if (value instanceof Raw) return value.bytes
    if (value instanceof Tag) {
        const head = encode(new Tag(0, value.tag)).subarray(0, -1)
        return Buffer.concat([head, encodeRaw(value.value)])
    }
    if (Array.isArray(value)) return Buffer.concat([head(0x80, value.length), ...value.map(item => encodeRaw(item))])
    if (value instanceof Map) {
        const pairs = [...value].map(([key, item]) => [encode(key), encodeRaw(item)])
        pairs.sort(([a], [b]) => Buffer.compare(a, b))
        return Buffer.concat([head(0xa0, pairs.length), ...pairs.flat()])
    }
    return encode(value)
}

function head(major: number, count: number): Buffer {
    if (count > 255) throw new RangeError(`${count} items`)
    return Buffer.from(count < 24 ? [major | count] : [major | 24, count])
}
