/** Certificates and lists taken apart, changed anywhere, and signed again: so that nothing but the change can be what is refused. */
import { p256 } from "@noble/curves/nist.js"
import type { CertificateAuthority } from "../../../src/host/identity/certificate-authority"
import { algorithmOf } from "../../../src/host/identity/certificate-authority"

/** A value of ASN.1 as DER has it. Only tags of one byte. */
export interface DerNode {
    tag: number
    /** Of a constructed value. */
    parts?: DerNode[]
    /** Of a primitive one. */
    content?: Buffer
}

const CONSTRUCTED = 0x20

/** Takes DER apart that is known to be good. */
export function parseDer(der: Uint8Array): DerNode {
    const bytes = Buffer.from(der)
    const { content } = headOf(bytes)
    const [tag] = bytes
    if (!(tag & CONSTRUCTED)) return { tag, content }
    const parts: DerNode[] = []
    for (let at = 0; at < content.length; ) {
        const { size } = headOf(content.subarray(at))
        parts.push(parseDer(content.subarray(at, at + size)))
        at += size
    }
    return { tag, parts }
}

export function encodeDer(node: DerNode): Buffer {
    return tlv(node.tag, contentOf(node))
}

export function contentOf({ parts, content }: DerNode): Buffer {
    return content ?? Buffer.concat(parts!.map(encodeDer))
}

export function tlv(tag: number, content: Uint8Array): Buffer {
    return Buffer.concat([Buffer.of(tag), lengthOf(content.length), content])
}

/** The part at a path of indices. */
export function at(node: DerNode, ...path: number[]): DerNode {
    return path.reduce((inner, index) => inner.parts![index], node)
}

/** All paths into a value, the value itself first. */
export function pathsIn(node: DerNode): number[][] {
    return [[], ...(node.parts ?? []).flatMap((part, i) => pathsIn(part).map(path => [i, ...path]))]
}

/** Encodes a value with the one at `path` as `encoded` has it. */
export function encodeWith(node: DerNode, path: number[], encoded: (inner: DerNode) => Buffer): Buffer {
    const [index, ...rest] = path
    if (index === undefined) return encoded(node)
    const parts = node.parts!.map((part, i) => (i === index ? encodeWith(part, rest, encoded) : encodeDer(part)))
    return tlv(node.tag, Buffer.concat(parts))
}

/** A certificate or list over what is to be signed, by an authority's key. */
export async function signed(
    toBeSigned: Buffer,
    ca: CertificateAuthority,
    algorithm: Buffer = SIGNATURE_ALGORITHMS[algorithmOf(ca.certificate)],
    hash = "SHA-256",
): Promise<Buffer> {
    const { name } = ca.privateKey.algorithm
    const raw = new Uint8Array(
        await crypto.subtle.sign({ name, hash } as Algorithm, ca.privateKey, Buffer.from(toBeSigned)),
    )
    const signature = name === "ECDSA" ? p256.Signature.fromBytes(raw).toBytes("der") : raw
    return tlv(0x30, Buffer.concat([toBeSigned, algorithm, tlv(0x03, Buffer.concat([Buffer.of(0), signature]))]))
}

/** RFC 8410 §3, RFC 5758 §3.2. */
export const SIGNATURE_ALGORITHMS = {
    ed25519: Buffer.from("300506032b6570", "hex"),
    p256: Buffer.from("300a06082a8648ce3d040302", "hex"),
}

/** Every other way that BER has to say what a value of DER says, by name, and some that not even BER has. */
export function otherEncodings(node: DerNode): Record<string, Buffer> {
    const content = contentOf(node)
    const { tag } = node
    const encodings: Record<string, Buffer> = {
        "a length in more bytes than it needs": Buffer.concat([
            Buffer.of(tag, 0x83, 0, content.length >> 8, content.length & 0xff),
            content,
        ]),
        "a tag in more bytes than it needs": Buffer.concat([
            Buffer.of(tag | 0x1f, tag & 0x1f),
            lengthOf(content.length),
            content,
        ]),
    }
    if (tag & CONSTRUCTED) {
        encodings["no length"] = Buffer.concat([Buffer.of(tag, 0x80), content, Buffer.of(0, 0)])
        encodings["a NULL at its end"] = tlv(tag, Buffer.concat([content, Buffer.of(5, 0)]))
        return encodings
    }
    if (STRINGS.includes(tag)) {
        encodings["a string of one piece"] = tlv(tag | CONSTRUCTED, tlv(tag, content))
        encodings["a string of pieces without a length"] = Buffer.concat([
            Buffer.of(tag | CONSTRUCTED, 0x80),
            tlv(tag, content),
            Buffer.of(0, 0),
        ])
    }
    if (tag === 0x01) encodings["a truth of 1"] = tlv(tag, Buffer.of(1))
    if (tag === 0x02) encodings["a zero before the number"] = tlv(tag, Buffer.concat([Buffer.of(0), content]))
    if (tag === 0x03)
        encodings["bits that are not there"] = tlv(tag, Buffer.concat([Buffer.of(1), content.subarray(1)]))
    if (tag === 0x06) {
        const padded = Buffer.concat([content.subarray(0, 1), Buffer.of(0x80), content.subarray(1)])
        encodings["an arc in more bytes than it needs"] = tlv(tag, padded)
    }
    if (tag === 0x17 || tag === 0x18) {
        const text = content.toString().slice(0, -1)
        encodings["a time zone"] = tlv(tag, Buffer.from(`${text}+0000`))
        encodings["no seconds"] = tlv(tag, Buffer.from(`${text.slice(0, -2)}Z`))
        encodings["a fraction of a second"] = tlv(tag, Buffer.from(`${text}.000Z`))
        encodings["no time zone"] = tlv(tag, Buffer.from(text))
        // Month, day, hour, minute and second are the last ten digits.
        encodings["a thirteenth month"] = tlv(tag, Buffer.from(`${text.slice(0, -10)}13${text.slice(-8)}Z`))
        encodings["a byte behind it"] = tlv(tag, Buffer.from(`${text}ZZ`))
    }
    return encodings
}

/** BIT STRING, OCTET STRING, UTF8String, PrintableString, UTCTime, GeneralizedTime. */
const STRINGS = [0x03, 0x04, 0x0c, 0x13, 0x17, 0x18]

function headOf(bytes: Buffer): { size: number; content: Buffer } {
    const first = bytes[1]
    const extra = first < 0x80 ? 0 : first & 0x7f
    let length = extra ? 0 : first
    for (let i = 0; i < extra; i++) length = length * 256 + bytes[2 + i]
    const start = 2 + extra
    return { size: start + length, content: bytes.subarray(start, start + length) }
}

function lengthOf(length: number): Buffer {
    if (length < 0x80) return Buffer.of(length)
    return length < 0x100 ? Buffer.of(0x81, length) : Buffer.of(0x82, length >> 8, length & 0xff)
}

/** @param value DER in hex */
export function extension(type: string, value: string, isCritical = false): DerNode {
    const critical = isCritical ? [{ tag: 0x01, content: Buffer.of(0xff) }] : []
    const parts = [{ tag: 0x06, content: arcs(type) }, ...critical, { tag: 0x04, content: Buffer.from(value, "hex") }]
    return { tag: 0x30, parts }
}

/** Of an object identifier whose arcs are below 128. */
function arcs(type: string): Buffer {
    const [first, second, ...others] = type.split(".").map(Number)
    return Buffer.of(40 * first + second, ...others)
}
