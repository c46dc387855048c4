/** Which CBOR (RFC 8949) the host reads, looked at before any of it is decoded: items can be made that are small and never end. */
import { isUtf8 } from "node:buffer"

export const CBOR_LIMITS = {
    /** Arrays, maps and tags within each other. */
    depth: 32,
    /** Items of all arrays and maps. */
    items: 100_000,
}

/** Tags that say what a thing is: COSE messages (RFC 9052), CWT, SUIT envelopes. Others make decoders share, refer and construct. */
const PLAIN_TAGS: ReadonlySet<number> = new Set([16, 17, 18, 61, 96, 97, 98, 107])

const [TEXT, ARRAY, MAP, TAG, SIMPLE] = [3, 4, 5, 6, 7]
const INDEFINITE = 31
const BYTES_OF_ARGUMENT: Readonly<Record<number, number>> = { 24: 1, 25: 2, 26: 4, 27: 8 }

/** An array, map or tag of which items are still to come. */
interface Open {
    items: number
    /** Of a map: the keys so far, each in one form. The next item is a key if the number of items to come is even. */
    keys?: Set<string>
}

/**
 * Whether the bytes are one item of CBOR that a decoder can take without harm: complete, of definite lengths, within `CBOR_LIMITS`, with no
 * tags but those that say what a thing is, and no key twice in a map.
 */
export function isPlainCbor(bytes: Uint8Array): boolean {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    const open: Open[] = [{ items: 1 }]
    let [at, budget] = [0, CBOR_LIMITS.items]
    while (open.length > 0) {
        const inner = open[open.length - 1]
        if (inner.items === 0) {
            open.pop()
            continue
        }
        const isKey = inner.keys !== undefined && inner.items % 2 === 0
        inner.items--
        const head = readHead(view, at)
        if (!head || budget-- === 0) return false
        const { major, argument } = head
        let end = head.end
        if (major === ARRAY || major === MAP || major === TAG) {
            if (open.length > CBOR_LIMITS.depth) return false
            if (major === TAG ? !PLAIN_TAGS.has(argument) : argument > view.length) return false
            const items = major === TAG ? 1 : major === MAP ? 2 * argument : argument
            // A component's identifier, an array, is a key of its texts; whether it stands there twice does not matter to a decoder.
            open.push({ items, keys: major === MAP ? new Set() : undefined })
        } else if (major !== SIMPLE && major >= 2) {
            end += argument
            if (end > view.length) return false
            if (major === TEXT && !isUtf8(view.subarray(head.end, end))) return false
        }
        if (isKey && major <= TEXT) {
            const key = `${major} ${argument} ${view.toString("latin1", head.end, end)}`
            if (inner.keys!.has(key)) return false
            inner.keys!.add(key)
        } else if (isKey && major !== ARRAY) return false
        at = end
    }
    return at === view.length
}

/** @returns undefined if none is complete there, or its length is indefinite */
function readHead(bytes: Buffer, at: number): { major: number; argument: number; end: number } | undefined {
    const major = bytes[at] >> 5
    const information = bytes[at] & 0x1f
    if (at >= bytes.length || information === INDEFINITE) return undefined
    if (information < 24) return { major, argument: information, end: at + 1 }
    const size = BYTES_OF_ARGUMENT[information]
    const end = at + 1 + size
    if (size === undefined || end > bytes.length) return undefined
    const argument = size === 8 ? Number(bytes.readBigUInt64BE(at + 1)) : bytes.readUIntBE(at + 1, size)
    return { major, argument, end }
}
