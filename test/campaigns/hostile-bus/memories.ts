/** What a unit's memories hold, read by somebody else than its firmware: by docs/loader.md, and off the parts themselves. */
import type { Board } from "../../../simulators/board/board"
import { Atecc608 } from "../../../simulators/parts/atecc608"
import type { Fram } from "../../../simulators/parts/fram"
import { CELL_BYTES, readEntry } from "../../../src/core/eventlog/entry"
import {
    CERTIFICATES_AT,
    CERTIFICATES_BYTES,
    LOG_AT,
    LOG_BYTES,
    POLICIES_AT,
    POLICIES_BYTES,
    RECORD_SLOTS,
    SLOT_BYTES,
} from "../../../src/core/store/memory-layout"
import { allRecordsByPage, Unreadable } from "../../loader/reading"

/** Records by name in hex, seals and all, or `damaged`; and what else nobody may change, as text. */
export interface Memories {
    records: ReadonlyMap<string, string>
    areas: ReadonlyMap<string, string>
    /** The element's counters, if there is one. */
    counters: readonly number[]
}

/** Name of a record that may change whatever happens: it counts starts and entries, and decides nothing. */
const COUNTS = ["boots", "log"]
/** Which causes hold an output until somebody releases it. More may come; see `liftedLatches`. */
export const LATCHES = "latches"
/** Stands for all records of a memory that is refused as a whole: then none of them is there, and this one is. */
const HEAD = "the head"
const RECORDS_BYTES = RECORD_SLOTS * SLOT_BYTES
/** The configuration of the element as hexadecimal digits, with its two counters left out. */
const COUNTERS_AT = [104, 136]
/** The slot that agrees, by docs/secure-element.md: its key is made anew for each pairing. */
const AGREEMENT_SLOT = 2

export function memoriesOf(board: Board): Memories {
    const { bytes } = board.parts.get("fram") as Fram
    const area = (at: number, length: number) => Buffer.from(bytes.subarray(at, at + length)).toString("base64")
    const areas = new Map([
        ["certificates", area(CERTIFICATES_AT, CERTIFICATES_BYTES)],
        ["policies", area(POLICIES_AT, POLICIES_BYTES)],
    ])
    const element = [...board.parts.values()].find(part => part instanceof Atecc608)
    if (element) {
        const { configuration, slots } = element.save()
        const [from, to] = COUNTERS_AT
        // A key for the next pairing is good for nothing else.
        const keys = slots.filter((_, slot) => slot !== AGREEMENT_SLOT)
        areas.set("element", configuration.slice(0, from) + configuration.slice(to) + keys.join())
    }
    const seen = element?.observe()
    return {
        records: recordsOf(board),
        areas,
        counters: seen ? [Number(seen.counter0), Number(seen.counter1)] : [],
    }
}

export function recordsOf(board: Board): Map<string, string> {
    return recordsIn((board.parts.get("fram") as Fram).bytes.subarray(0, RECORDS_BYTES))
}

function recordsIn(bytes: Uint8Array): Map<string, string> {
    const records = readable(Buffer.from(bytes))
    if (!records) return new Map([[HEAD, "damaged"]])
    return new Map([...records].map(([name, value]) => [name, Buffer.isBuffer(value) ? value.toString("hex") : value]))
}

/** @returns undefined if the memory as a whole is refused */
function readable(memory: Buffer): Map<string, Buffer | "damaged"> | undefined {
    try {
        return allRecordsByPage(memory)
    } catch (error) {
        if (error instanceof Unreadable) return undefined
        throw error
    }
}

/** What a legitimate actor of the story may bring about: record → values that it may have, undefined for none. */
export type Permitted = ReadonlyMap<string, readonly (string | undefined)[]>
/** Any value: the record counts what people do. */
export const ANY = "any"

/** @returns names of what is not as it was, and may not be as it is: a closed list of what may change, and all else is a change */
export function changes(before: Memories, now: Memories, permitted: Permitted): string[] {
    const names = new Set([...before.records.keys(), ...now.records.keys()])
    const changed: string[] = []
    for (const name of names) {
        if (COUNTS.includes(name) || name === LATCHES) continue
        const value = now.records.get(name)
        const may = permitted.get(name)
        if (value !== before.records.get(name) && !may?.includes(value) && !may?.includes(ANY))
            changed.push(`record ${name}`)
    }
    for (const [name, value] of before.areas) if (now.areas.get(name) !== value) changed.push(name)
    if (liftedLatches(before, now)) changed.push("latches")
    return changed
}

/** Whether a cause that held an output does so no longer. */
function liftedLatches(before: Memories, now: Memories): boolean {
    const held = Buffer.from(before.records.get(LATCHES) ?? "", "hex")
    const holds = Buffer.from(now.records.get(LATCHES) ?? "", "hex")
    return held.some((bits, i) => (bits & ~(holds[i] ?? 0)) !== 0)
}

/** @returns the entries of the event log, whole ones only */
export function logOf(board: Board): Set<string> {
    const { bytes } = board.parts.get("fram") as Fram
    const entries = new Set<string>()
    for (let at = LOG_AT; at + CELL_BYTES <= LOG_AT + LOG_BYTES; at += CELL_BYTES) {
        const entry = readEntry(Buffer.from(bytes.subarray(at, at + CELL_BYTES)))
        if (entry) entries.add(entry.seal.toString("hex"))
    }
    return entries
}
