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
    "record factory in a blank memory",
    "no other record in a blank memory",
    "no lost record in a blank memory",
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
    "head's CRC",
    "kind of a head",
    "second head",
    "higher generation of two heads",
    "all six bytes of a generation",
    "all slots equal without a head",
    "only what is listed",
    "header's CRC",
    "kind of a copy",
    "generation of a copy",
    "second copy",
    "lost is damaged",
    "tag of what is lost",
    "value's CRC",
    "length of a value",
    "a write under way",
    "a complete write",
    "the next generation",
    "at one place",
    "not where something is listed",
    "seal",
    "size of root",
    "all of the seal",
    "chip in the key",
    "name under the seal",
    "damaged without a root",
    "shorter than a seal",
] as const
export type Rule = (typeof RULES)[number]

/** The memory as a whole is refused. */
export class Unreadable extends Error {}

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
        return Buffer.alloc(7680)
    }
    const memory = Buffer.alloc(7680, Number.parseInt(fram.blank, 16))
    for (const [slot, bytes] of Object.entries(fram.slots))
        Buffer.from(bytes, "base64").copy(memory, Number(slot) * 128)
    return memory
}

/** Whether the memory holds no record but perhaps `factory`. */
function isBlank(memory: Buffer, keeps: Keeps): boolean {
    if (!keeps("factory in a blank memory")) return false
    const { records, lost } = recordsIn(memory, keeps)
    if (lost.length > 0 && keeps("no lost record in a blank memory")) return false
    const names = [...records.keys()].filter(name => name !== "factory" || !keeps("record factory in a blank memory"))
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

/** @returns every record by its name, with its seal if it has one */
export function allRecordsByPage(memory: Buffer): Map<string, Buffer | "damaged"> {
    return recordsIn(memory, () => true).records
}

/** @returns what finds a record by its name, without its seal */
function readRecords(memory: Buffer, chip: Buffer, keeps: Keeps): (name: string) => Value {
    const { records, lost } = recordsIn(memory, keeps)
    const isLost = (name: string) => lost.includes(tagOf(name)) || (lost.length > 0 && !keeps("tag of what is lost"))
    const sealed = (name: string): Value =>
        records.get(name) ?? (keeps("lost is damaged") && isLost(name) ? "damaged" : undefined)
    const root = sealed("root")
    const isRoot = Buffer.isBuffer(root) && (root.length === 32 || !keeps("size of root"))
    const key = isRoot ? hmac(root, Buffer.from("seal"), chip.subarray(0, keeps("chip in the key") ? 8 : 0)) : undefined
    return name => {
        const record = sealed(name)
        if (!Buffer.isBuffer(record) || name === "root") return record
        if (record.length < 16) return keeps("shorter than a seal") ? "damaged" : record
        const value = record.subarray(0, -16)
        if (!key) return keeps("damaged without a root") ? "damaged" : value
        const sealedName = keeps("name under the seal") ? name : ""
        const seal = hmac(key, Buffer.from(`${sealedName}\0`), value).subarray(0, 16)
        const compared = keeps("all of the seal") ? 16 : 15
        return seal.subarray(0, compared).equals(record.subarray(-16, record.length - 16 + compared)) || !keeps("seal")
            ? value
            : "damaged"
    }
}

interface Copy {
    name: string
    generation: number
    value: Buffer | "damaged"
}

/** @returns the records by name, and the tags of those that are lost */
function recordsIn(memory: Buffer, keeps: Keeps) {
    const records = new Map<string, Buffer | "damaged">()
    const lost: number[] = []
    const head = headIn(memory, keeps)
    if (!head) return { records, lost }
    const newest = generationAt(head, keeps)
    const written: { copy: Copy; place: number; isListed: boolean }[] = []
    for (let place = 1; place < 30; place++) {
        const tag = head.readUInt16LE(3 + 4 * place)
        const half = head.readUInt16LE(5 + 4 * place)
        const isListed = tag !== 0 || half !== 0
        const copies = [0, 1].map(copy => copyIn(memory.subarray(256 * place + 128 * copy), keeps))
        for (const copy of copies) if (copy && copy.generation > newest) written.push({ copy, place, isListed })
        if (!isListed && keeps("only what is listed")) continue
        const counting = copies
            .slice(0, keeps("second copy") ? 2 : 1)
            .filter(copy => copy !== undefined)
            .filter(({ generation }) => generation % 65_536 === half || !keeps("generation of a copy") || !isListed)
        const whole = counting.find(({ value }) => value !== "damaged")
        if (counting.length > 0) records.set(counting[0].name, whole?.value ?? "damaged")
        else if (isListed) lost.push(tag)
    }
    let hasWritten = false
    if (keeps("a write under way"))
        for (const { copy, place, isListed } of written) {
            if (place !== written[0].place && keeps("at one place")) throw new Unreadable()
            if (copy.generation !== newest + 1 && keeps("the next generation")) throw new Unreadable()
            if (isListed && keeps("not where something is listed")) throw new Unreadable()
            if (copy.value === "damaged" && keeps("a complete write")) continue
            if (hasWritten || copy.name !== written[0].copy.name) continue
            hasWritten = true
            const at = records.has(copy.name) ? -1 : lost.indexOf(tagOf(copy.name))
            if (at >= 0) lost.splice(at, 1)
            records.set(copy.name, copy.value)
        }
    return { records, lost }
}

function headIn(memory: Buffer, keeps: Keeps): Buffer | undefined {
    const heads = [memory.subarray(0, 128), memory.subarray(128, 256)].filter((head, copy) => {
        if (copy === 1 && !keeps("second head")) return false
        if (head[6] !== 0x48 && head[6] !== 0x43 && keeps("kind of a head")) return false
        return crc32(head.subarray(0, 123)) === head.readUInt32LE(123) || !keeps("head's CRC")
    })
    if (keeps("higher generation of two heads")) heads.sort((a, b) => generationAt(b, keeps) - generationAt(a, keeps))
    if (heads.length > 0) return heads[0]
    const third = memory.subarray(256, 384)
    for (let at = 384; at < 7680; at += 128)
        if (!memory.subarray(at, at + 128).equals(third) && keeps("all slots equal without a head"))
            throw new Unreadable()
    return undefined
}

function copyIn(slot: Buffer, keeps: Keeps): Copy | undefined {
    if (slot[6] !== 0x56 && keeps("kind of a copy")) return undefined
    if (crc32(slot.subarray(0, 28)) !== slot.readUInt32LE(28) && keeps("header's CRC")) return undefined
    const value = slot.subarray(32, 32 + slot[7])
    const fits = slot[7] <= 96 || !keeps("length of a value")
    const isWhole = crc32(value) === slot.readUInt32LE(8) || !keeps("value's CRC")
    return {
        name: slot.toString("latin1", 12, 28).replace(/\0.*$/, ""),
        generation: generationAt(slot, keeps),
        value: fits && isWhole ? value : "damaged",
    }
}

function generationAt(slot: Buffer, keeps: Keeps): number {
    return slot.readUIntLE(0, keeps("all six bytes of a generation") ? 6 : 4)
}

function tagOf(name: string): number {
    return crc32(Buffer.from(name)) % 65_536 || 1
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
