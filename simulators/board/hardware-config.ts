/**
 * The runtime's binary hardware configuration ("DCFG", `dcfg_header_t` in jacdac-c): a hash table of short keys. One describes the board and
 * is flashed with the runtime; a program's image carries another, with what `configureHardware` and the `start…` functions asked for.
 *
 * Header, 88 bytes: magic (8), total bytes u32, entries u16, 10 reserved, 32 jump offsets u16.
 * Entry, 24 bytes: key (15 + NUL), hash u16, size << 2 | type u16, value u32. An all-ones entry ends the table; strings and blobs follow.
 */

export type ConfigValue = number | string | Uint8Array
export type HardwareConfig = ReadonlyMap<string, ConfigValue>

const MAGIC = [0x47464344, 0xcab49b0a] as const
const HEADER_BYTES = 24 + 2 * 32
const ENTRY_BYTES = 24
export const MAX_KEY_BYTES = 15
const JUMPS = 32
const TYPE = { u32: 0, i32: 1, text: 2, blob: 3 } as const

/** FNV-1a, folded to 16 bits, over the key's bytes (one a character). */
function hashOf(key: string): number {
    let hash = 0x811c9dc5
    for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
    return ((hash >>> 16) ^ hash) & 0xffff
}

/** @throws RangeError for a key of more than 15 bytes */
export function encodeHardwareConfig(config: HardwareConfig): Uint8Array {
    const entries = [...config]
        .map(([key, value]) => ({ key, value, hash: hashOf(key) }))
        .sort((a, b) => a.hash - b.hash)
    const tableEnd = HEADER_BYTES + (entries.length + 1) * ENTRY_BYTES
    const data: Uint8Array[] = []
    let total = tableEnd

    const table = Buffer.alloc(tableEnd)
    entries.forEach(({ key, value, hash }, index) => {
        if (key.length > MAX_KEY_BYTES)
            throw new RangeError(`hardware configuration key ${key}: over ${MAX_KEY_BYTES} bytes`)
        const at = HEADER_BYTES + index * ENTRY_BYTES
        table.write(key, at, "latin1")
        table.writeUInt16LE(hash, at + 16)
        if (typeof value === "number") {
            table.writeUInt16LE(value === (value | 0) ? TYPE.i32 : TYPE.u32, at + 18)
            table.writeUInt32LE(value >>> 0, at + 20)
            return
        }
        const bytes = typeof value === "string" ? Buffer.from(value) : value
        table.writeUInt16LE((bytes.length << 2) | (typeof value === "string" ? TYPE.text : TYPE.blob), at + 18)
        table.writeUInt32LE(total, at + 20)
        data.push(bytes, Buffer.alloc(1))
        total += bytes.length + 1
    })
    table.fill(0xff, tableEnd - ENTRY_BYTES + 1)

    table.writeUInt32LE(MAGIC[0], 0)
    table.writeUInt32LE(MAGIC[1], 4)
    table.writeUInt32LE(total, 8)
    table.writeUInt16LE(entries.length, 12)
    for (let jump = 0; jump < JUMPS; jump++) {
        const first = entries.findIndex(entry => entry.hash >> 11 >= jump)
        table.writeUInt16LE(first < 0 ? entries.length : first, 24 + 2 * jump)
    }
    return new Uint8Array(Buffer.concat([table, ...data]))
}

/** Whether it says that it is one. Half a program can point to anything. */
export function isHardwareConfig(binary: Uint8Array): boolean {
    if (binary.length < HEADER_BYTES) return false
    const bytes = Buffer.from(binary.buffer, binary.byteOffset, binary.length)
    return bytes.readUInt32LE(0) === MAGIC[0] && bytes.readUInt32LE(4) === MAGIC[1]
}

/** Reads what the runtime takes for valid. @throws RangeError if it is no hardware configuration after all */
export function decodeHardwareConfig(binary: Uint8Array): HardwareConfig {
    const bytes = Buffer.from(binary.buffer, binary.byteOffset, binary.length)
    if (bytes.readUInt32LE(0) !== MAGIC[0] || bytes.readUInt32LE(4) !== MAGIC[1])
        throw new RangeError("not a hardware configuration: wrong magic number")
    const config = new Map<string, ConfigValue>()
    const entries = bytes.readUInt16LE(12)
    for (let index = 0; index < entries; index++) {
        const at = HEADER_BYTES + index * ENTRY_BYTES
        const key = bytes.toString("latin1", at, bytes.indexOf(0, at))
        const typeAndSize = bytes.readUInt16LE(at + 18)
        const value = bytes.readUInt32LE(at + 20)
        const content = () => bytes.subarray(value, value + (typeAndSize >> 2))
        config.set(
            key,
            {
                [TYPE.u32]: () => value,
                [TYPE.i32]: () => value | 0,
                [TYPE.text]: () => content().toString(),
                [TYPE.blob]: () => new Uint8Array(content()),
            }[typeAndSize & 3]!(),
        )
    }
    return config
}

/** A server of the chip itself (`startRelay({ pin })` …), as the configuration asks for it. */
export interface ChipServerConfig {
    /** `relay`, `button`, `buzzer` … with a variant behind a colon for some. */
    service: string
    /** Everything else, by key: pins are GPIO numbers. */
    settings: Record<string, ConfigValue>
}

/** First character of the keys of service k is 0x80 + k; a program's own services start at 0x40. */
const FIRST_SERVICE = 0x80

/** @param board resolves pin labels */
export function chipServersOf(config: HardwareConfig, board: HardwareConfig): ChipServerConfig[] {
    const byIndex = new Map<number, Record<string, ConfigValue>>()
    for (const [key, value] of config) {
        const index = key.charCodeAt(0) - FIRST_SERVICE
        if (index < 0) continue
        const name = key.slice(1)
        const settings = byIndex.get(index) ?? {}
        settings[name] = name.startsWith("pin") ? (pinNumber(value, board) ?? value) : value
        byIndex.set(index, settings)
    }
    return [...byIndex]
        .sort(([a], [b]) => a - b)
        .map(([, { service, ...settings }]) => ({ service: String(service), settings }))
}

/** GPIO number of a pin given by number or label. */
function pinNumber(value: ConfigValue, board: HardwareConfig): number | undefined {
    const number = typeof value === "string" ? board.get(`pins.${value}`) : value
    return typeof number === "number" ? number : undefined
}

/** GPIO numbers taken by buses and servers: keys such as `i2c.pinSDA`, `jacdac.pin`, and `pin` of a service. Programs cannot have them. */
export function takenPins(config: HardwareConfig, board: HardwareConfig): Set<number> {
    const taken = new Set<number>()
    for (const [key, value] of config) {
        const gpio = /[.\x80-\xff]pin/.test(key) ? pinNumber(value, board) : undefined
        if (gpio !== undefined) taken.add(gpio)
    }
    return taken
}

/** Levels that pins are driven to at start (`sPin.LABEL`), by GPIO number. */
export function startLevels(config: HardwareConfig, board: HardwareConfig): Map<number, 0 | 1> {
    const levels = new Map<number, 0 | 1>()
    for (const [key, value] of config) {
        if (!key.startsWith("sPin.")) continue
        const gpio = pinNumber(key.slice("sPin.".length), board)
        if (gpio !== undefined) levels.set(gpio, value === 0 ? 0 : 1)
    }
    return levels
}
