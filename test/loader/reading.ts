/**
 * A second verifier, written from docs/loader.md alone: it shares no code with the first. Each rule of the page can be left out, to see whether
 * the vectors would notice.
 */
import { createHash, createHmac } from "node:crypto"

/** What a verifier is given, as docs/loader-vectors.json has it. */
export interface Given {
    chip: string
    image: string
    fram: "silent" | { blank: string; slots: Readonly<Record<string, string>> }
    element: number | "silent" | null
}

export const RULES = [
    "silent FRAM",
    "silent element",
    "element's count",
    "a quarter of the count",
    "record floor",
    "damaged floor",
    "size of floor",
    "unsigned numbers",
    "factory in a blank memory",
    "a write cut short in a blank memory",
    "only one of them",
    "record factory in a blank memory",
    "no other record in a blank memory",
    "factory by its record",
    "factory only by its record",
    "factory only without an identity",
    "factory only at floor 0",
    "damaged factory is none",
    "damaged identity is there",
    "all of the digest",
    "program at the floor",
    "pending at the floor",
    "pending",
    "size of program",
    "last byte of program",
    "size of pending",
    "stage of pending",
    "trailer's CRC",
    "bit flipped in a trailer",
    "bit flipped in a CRC",
    "kind",
    "highest generation",
    "all six bytes of a generation",
    "marks",
    "value's CRC",
    "bit flipped in a value",
    "length of a value",
    "next older copy",
    "only one older copy",
    "seal",
    "chip in the key",
    "name under the seal",
    "damaged without a root",
    "shorter than a seal",
] as const
export type Rule = (typeof RULES)[number]

class Unreadable extends Error {}

/** @returns the verdict on the image, by the rules of docs/loader.md but the one left out */
export function judgeByPage({ chip, image, fram, element }: Given, leftOut?: Rule): string {
    const keeps = (rule: Rule) => rule !== leftOut
    try {
        const memory = memoryOf(fram, keeps)
        const records = readRecords(memory, Buffer.from(chip, "hex"), keeps)
        const floor = Math.max(recordedFloor(records("floor"), keeps), countedFloor(element, keeps))
        const isFactory = isBlank(memory, keeps) || isOpen(records("factory"), records("identity"), keeps)
        if (isFactory && (floor === 0 || !keeps("factory only at floor 0"))) return "factory"
        const digest = createHash("sha256").update(Buffer.from(image, "hex")).digest()
        const program = named(records("program"), digest, value => isProgram(value, keeps), keeps)
        const pending = keeps("pending") && named(records("pending"), digest, value => isPending(value, keeps), keeps)
        if (program && (program.number >= floor || !keeps("program at the floor"))) return "confirmed"
        if (pending && (pending.number >= floor || !keeps("pending at the floor"))) return "trial"
        return program || pending ? "belowFloor" : "unauthorised"
    } catch (error) {
        if (error instanceof Unreadable) return "unreadable"
        throw error
    }
}

/** What finds a record by its name, by docs/loader.md alone: its value without the seal, `root` as it is. */
export function recordsByPage(memory: Buffer, chip: string): (name: string) => Value {
    return readRecords(memory, Buffer.from(chip, "hex"), () => true)
}

/** Whether the memory was never begun with. */
export function isBlankByPage(memory: Buffer): boolean {
    return isBlank(memory, () => true)
}

type Keeps = (rule: Rule) => boolean
/** Of a record; undefined if there is none. */
export type Value = Buffer | "damaged" | undefined

function memoryOf(fram: Given["fram"], keeps: Keeps): Buffer {
    if (fram === "silent") {
        if (keeps("silent FRAM")) throw new Unreadable()
        return Buffer.alloc(8192)
    }
    const memory = Buffer.alloc(8192, Number.parseInt(fram.blank, 16))
    for (const [slot, bytes] of Object.entries(fram.slots))
        Buffer.from(bytes, "base64").copy(memory, Number(slot) * 128)
    return memory
}

/** Whether the memory holds no record but perhaps `factory`. */
function isBlank(memory: Buffer, keeps: Keeps): boolean {
    if (!keeps("factory in a blank memory")) return false
    const { copies, torn } = copiesIn(memory, keeps)
    if (torn > (keeps("a write cut short in a blank memory") ? 1 : 0) && keeps("only one of them")) return false
    const names = [...copies.keys()].filter(name => name !== "factory" || !keeps("record factory in a blank memory"))
    return names.length === 0 || !keeps("no other record in a blank memory")
}

function isOpen(factory: Value, identity: Value, keeps: Keeps): boolean {
    if (!keeps("factory by its record")) return false
    if (factory === undefined && keeps("factory only by its record")) return false
    if (factory === "damaged" && keeps("damaged factory is none")) return false
    const isProvisioned = identity === "damaged" ? keeps("damaged identity is there") : identity !== undefined
    return !isProvisioned || !keeps("factory only without an identity")
}

function recordedFloor(record: Value, keeps: Keeps): number {
    if (record === undefined || !keeps("record floor")) return 0
    if (record === "damaged") {
        if (keeps("damaged floor")) throw new Unreadable()
        return 0
    }
    if (record.length !== 4) {
        if (keeps("size of floor")) throw new Unreadable()
        return 0
    }
    return number(record, 0, keeps)
}

function countedFloor(element: Given["element"], keeps: Keeps): number {
    if (element === null || !keeps("element's count")) return 0
    if (element === "silent") {
        if (keeps("silent element")) throw new Unreadable()
        return 0
    }
    return keeps("a quarter of the count") ? Math.floor(element / 4) : element
}

function number(record: Buffer, at: number, keeps: Keeps): number {
    return keeps("unsigned numbers") ? record.readUInt32LE(at) : record.readInt32LE(at)
}

function isProgram(value: Buffer, keeps: Keeps): boolean {
    if (keeps("size of program") && value.length !== 37) return false
    return value.length >= 37 && (value[36] === 0 || !keeps("last byte of program"))
}

function isPending(value: Buffer, keeps: Keeps): boolean {
    if (keeps("size of pending") && value.length !== 38) return false
    return value.length >= 37 && (value[36] === 1 || value[36] === 2 || !keeps("stage of pending"))
}

/** @returns the sequence number that the record gives the image, if it names it */
function named(record: Value, digest: Buffer, hasForm: (value: Buffer) => boolean, keeps: Keeps) {
    if (!Buffer.isBuffer(record) || !hasForm(record)) return undefined
    const compared = keeps("all of the digest") ? 32 : 31
    if (!record.subarray(0, compared).equals(digest.subarray(0, compared))) return undefined
    return { number: number(record, 32, keeps) }
}

interface Copy {
    slot: Buffer
    generation: number
    isMark: boolean
}

/** @returns every record by its name, with its seal if it has one */
export function allRecordsByPage(memory: Buffer): Map<string, Buffer | "damaged"> {
    const { copies } = copiesIn(memory, () => true)
    const records = new Map<string, Buffer | "damaged">()
    for (const name of copies.keys()) {
        const value = recordValue(copies.get(name), () => true)
        if (value !== undefined) records.set(name, value)
    }
    return records
}

/** @returns what finds a record by its name, without its seal */
function readRecords(memory: Buffer, chip: Buffer, keeps: Keeps): (name: string) => Value {
    const { copies } = copiesIn(memory, keeps)
    const sealed = (name: string) => recordValue(copies.get(name), keeps)
    const root = sealed("root")
    const key = Buffer.isBuffer(root)
        ? hmac(root, Buffer.from("seal"), chip.subarray(0, keeps("chip in the key") ? 8 : 0))
        : undefined
    return name => {
        const record = sealed(name)
        if (!Buffer.isBuffer(record) || name === "root") return record
        if (record.length < 16) return keeps("shorter than a seal") ? "damaged" : record
        const value = record.subarray(0, -16)
        if (!key) return keeps("damaged without a root") ? "damaged" : value
        const sealedName = keeps("name under the seal") ? name : ""
        const seal = hmac(key, Buffer.from(`${sealedName}\0`), value).subarray(0, 16)
        return seal.equals(record.subarray(-16)) || !keeps("seal") ? value : "damaged"
    }
}

function recordValue(ofName: Copy[] | undefined, keeps: Keeps): Value {
    if (!ofName || ofName[0].isMark) return undefined
    const counting = !keeps("next older copy") ? 1 : keeps("only one older copy") ? 2 : ofName.length
    for (const { slot } of ofName.slice(0, counting)) {
        const length = slot[103]
        if (length > 96 && keeps("length of a value")) continue
        const value = slot.subarray(0, length)
        const isWhole = isMended(value, slot.readUInt32LE(104), keeps("bit flipped in a value"), keeps)
        if (isWhole || !keeps("value's CRC")) return value
    }
    return "damaged"
}

/** @returns the copies of each record by its name, newest first, and how many slots hold none and are not blank */
function copiesIn(memory: Buffer, keeps: Keeps) {
    const copies = new Map<string, Copy[]>()
    let torn = 0
    for (let at = 0; at < 8192; at += 128) {
        const slot = Buffer.from(memory.subarray(at, at + 128))
        if (slot.subarray(96).every((byte, _, trailer) => byte === trailer[0])) continue
        const isWhole = isMended(
            slot.subarray(96, 124),
            slot.readUInt32LE(124),
            keeps("bit flipped in a trailer"),
            keeps,
        )
        const isKnown = slot[102] === 0x45 || slot[102] === 0x56 || !keeps("kind")
        if ((keeps("trailer's CRC") && !isWhole) || !isKnown) {
            torn++
            continue
        }
        const isMark = slot[102] === 0x45
        if (isMark && !keeps("marks")) continue
        const name = slot.toString("latin1", 108, 124).replace(/\0.*$/, "")
        const generation = slot.readUIntLE(96, keeps("all six bytes of a generation") ? 6 : 4)
        copies.set(name, [...(copies.get(name) ?? []), { slot, generation, isMark }])
    }
    if (keeps("highest generation"))
        for (const ofName of copies.values()) ofName.sort((a, b) => b.generation - a.generation)
    return { copies, torn }
}

/** Puts one flipped bit right, in the bytes themselves. @returns whether they are whole then */
function isMended(bytes: Buffer, stored: number, mends: boolean, keeps: Keeps): boolean {
    const computed = crc32(bytes)
    if (computed === stored) return true
    if (bitsOf(computed ^ stored) === 1) return keeps("bit flipped in a CRC")
    if (!mends) return false
    for (let bit = 0; bit < bytes.length * 8; bit++) {
        bytes[bit >> 3] ^= 1 << (bit & 7)
        if (crc32(bytes) === stored) return true
        bytes[bit >> 3] ^= 1 << (bit & 7)
    }
    return false
}

function bitsOf(word: number): number {
    return (word >>> 0).toString(2).replaceAll("0", "").length
}

function crc32(bytes: Buffer): number {
    let crc = 0xffffffff
    for (const byte of bytes) {
        crc ^= byte
        for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
    }
    return ~crc >>> 0
}

function hmac(key: Buffer, ...parts: Buffer[]): Buffer {
    const mac = createHmac("sha256", key)
    for (const part of parts) mac.update(part)
    return mac.digest()
}
