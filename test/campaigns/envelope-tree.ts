/** An encoded package as a tree, to be changed and encoded again: byte strings that hold CBOR are gone into. */
export interface Item {
    major: number
    /** Number, length, count or tag, as encoded; lengths and counts are made anew unless `isLie`. */
    argument: number
    /** Bytes of the argument: 0, 1, 2 or 4; what is needed unless said. */
    width?: number
    isLie?: boolean
    /** Of a string that holds no CBOR. */
    bytes?: Buffer
    /** What it was parsed from. */
    source?: Buffer
    /** Of an array, a map (keys and values in turn), a tag, or a byte string that holds CBOR. */
    items: Item[]
}

/** @returns the items that fill the bytes; undefined if they do not */
export function parseAll(bytes: Buffer): Item[] | undefined {
    const items: Item[] = []
    for (let at = 0; at < bytes.length; ) {
        const parsed = parse(bytes, at)
        if (!parsed) return undefined
        items.push(parsed.item)
        at = parsed.end
    }
    return items
}

export function encodeItem(item: Item): Buffer {
    const content = item.bytes ?? Buffer.concat(item.items.map(encodeItem))
    let { argument } = item
    if (!item.isLie && item.major >= 2 && item.major <= 5)
        argument = item.major < 4 ? content.length : item.items.length >> (item.major === 5 ? 1 : 0)
    const needed = argument < 24 ? 0 : argument < 0x100 ? 1 : argument < 0x1_0000 ? 2 : 4
    const width = item.width === undefined || item.width < needed ? needed : item.width
    const head = Buffer.alloc(1 + width)
    head[0] = (item.major << 5) | (width === 0 ? argument : 23 + [1, 2, 4].indexOf(width) + 1)
    if (width > 0) head.writeUIntBE(argument, 1, width)
    return Buffer.concat([head, content])
}

/** Whether an item was encoded in shortest forms with the keys of every map in order, in byte strings that hold CBOR as well. */
export function isDeterministic(parsed: Item): boolean {
    if (!encodeItem(parsed).equals(parsed.source!)) return false
    const maps = walk(parsed).filter(({ item }) => item.major === 5)
    return maps.every(({ item }) => {
        const keys = item.items.filter((_, i) => i % 2 === 0).map(encodeItem)
        return keys.every((key, i) => i === 0 || Buffer.compare(keys[i - 1], key) < 0)
    })
}

export function copyOf(item: Item): Item {
    return { ...item, items: item.items.map(copyOf) }
}

/** An item and what holds it. */
export interface Place {
    item: Item
    parent?: Item
}

/** All items of a tree. @param places to append them to */
export function walk(item: Item, parent?: Item, places: Place[] = []): Place[] {
    places.push({ item, parent })
    for (const child of item.items) walk(child, item, places)
    return places
}

/** Labels of what may be any bytes: the content of a component, text. */
const OPAQUE = [18, 23]

function parse(bytes: Buffer, start: number, isOpaque = false): { item: Item; end: number } | undefined {
    const major = bytes[start] >> 5
    const information = bytes[start] & 31
    const width = information < 24 ? 0 : [1, 2, 4][information - 24]
    if (width === undefined || start + 1 + width > bytes.length) return undefined
    const argument = width === 0 ? information : bytes.readUIntBE(start + 1, width)
    const item: Item = { major, argument, items: [] }
    let end = start + 1 + width
    if (major === 2 || major === 3) {
        if (end + argument > bytes.length) return undefined
        const content = bytes.subarray(end, end + argument)
        // Random bytes can look like CBOR too; keys and digests are not gone into.
        const mayHoldItems = major === 2 && !isOpaque && argument > 0 && argument !== 16 && argument !== 32
        const inner = mayHoldItems ? parseAll(content) : undefined
        if (inner) item.items = inner
        else item.bytes = content
        end += argument
        item.source = bytes.subarray(start, end)
        return { item, end }
    }
    const count = major === 4 ? argument : major === 5 ? 2 * argument : major === 6 ? 1 : 0
    for (let i = 0; i < count; i++) {
        const key = item.items.at(-1)
        const isOpaqueValue = major === 5 && i % 2 === 1 && key!.major === 0 && OPAQUE.includes(key!.argument)
        const child = end < bytes.length ? parse(bytes, end, isOpaqueValue) : undefined
        if (!child) return undefined
        item.items.push(child.item)
        end = child.end
    }
    item.source = bytes.subarray(start, end)
    return { item, end }
}
