/**
 * One row for each kind of event, which is event and cause together: when it happened first, when last, and how often in all. Nothing displaces a
 * row, whatever the rings have lost.
 *
 * The last cell is a journal: a row is written there and then in its own cell, so a power cut leaves the old row or the new one. Each row says how
 * often anything at all had happened when it was written. The newest row's word must be the sum of all rows: so one that is gone, or older than
 * it should be, is missed.
 */
import { hex } from "../crypto/hex"
import type { ByteMemory, Pause } from "../ports"
import type { Entry, EntrySealer } from "./entry"
import { type Event, outlivesOwner } from "./event"

/** Room for one row, in bytes. */
export const ROW_BYTES = 78
/** Counting ends here. */
export const MAX_TOTAL = 0xffff_ffff

/** The numbers of a row, in the order of the body. */
export enum RowField {
    /** Its cell. */
    Place = 0,
    /** 256 times the `Event`, and the cause. */
    Kind = 1,
    /** How often it happened. */
    Count = 2,
    /** The first time, as an `Occurrence`. */
    First = 3,
    /** The last time. */
    Last = 7,
    /** How often anything had happened. */
    Total = 11,
}
export const ROW_FIELDS = 12

/** The numbers that are kept of the first and of the last time. */
export enum Occurrence {
    /** Of the log's newest entry then, which may be about this. */
    Sequence = 0,
    Boot = 1,
    Uptime = 2,
    Detail = 3,
}

/** The kind of whatever finds no free row. */
export const OTHERS = 0
const FREE = -1
/** Nothing in a row links it to another. */
const NO_LINK = hex``

export class Ledger {
    /** How often anything happened, as the rows have it. */
    total!: number
    /** Number of the newest entry that a row knows of. */
    sequence!: number
    /** Without the journal, which is behind them. */
    readonly cells: number
    /** Of the last cell, so that it is shown as rings are. */
    readonly position: number
    private readonly memory: ByteMemory
    private readonly pause: Pause
    private sealer!: EntrySealer
    /** The kind in each cell. */
    private kinds: number[] = []

    constructor(memory: ByteMemory, pause: Pause) {
        this.memory = memory
        this.pause = pause
        this.cells = Math.floor(memory.size / ROW_BYTES) - 1
        this.position = this.cells - 1
    }

    /**
     * Completes what a power cut has cut off, reads every row, and adds up.
     * @returns how many occurrences no row tells of any more; they have to be counted again, before anything else
     */
    async scan(sealer: EntrySealer): Promise<number> {
        this.sealer = sealer
        let total = 0
        let sequence = 0
        let sum = 0
        const newest = await this.row(this.cells)
        if (newest) await this.memory.write(newest.fields[RowField.Place] * ROW_BYTES, newest.bytes)
        for (let at = 0; at < this.cells; at++) {
            this.kinds[at] = FREE
            // Most cells are blank, and reading them takes time in which nothing is recorded.
            if ((await this.memory.read(at * ROW_BYTES, 1))[0] === 0) continue
            const row = await this.row(at)
            if (row) {
                const { fields } = row
                this.kinds[at] = fields[RowField.Kind]
                total = Math.max(total, fields[RowField.Total])
                sequence = Math.max(sequence, fields[RowField.Last])
                sum += fields[RowField.Count]
            }
            await this.pause()
        }
        // No kind takes the row that is for all the others.
        this.kinds[this.position] = OTHERS
        this.total = sum
        this.sequence = sequence
        return total - sum
    }

    /** @returns the numbers of the row for a kind of event; all 0 but for place and kind if it never happened before */
    async of(event: Event, cause: number): Promise<number[]> {
        const { kinds } = this
        let kind = (event << 8) | cause
        let place = kinds.indexOf(kind)
        if (place < 0) place = kinds.indexOf(FREE)
        if (place < 0) {
            place = this.position
            kind = OTHERS
        }
        const row = await this.row(place)
        if (row) return row.fields
        const fields = [place, kind]
        while (fields.length < ROW_FIELDS) fields.push(0)
        return fields
    }

    /**
     * Counts in a row.
     * @param row from `of`
     * @param times how often it happened; 0 if only its entry has come
     * @param last as an `Occurrence`: the number is the newest entry's, the one about this included if there is one
     */
    async count(row: number[], times: number, last: number[]): Promise<void> {
        const isNew = row[RowField.Count] === 0
        for (let i = times > 0 ? Occurrence.Detail : Occurrence.Sequence; i >= 0; i--) {
            row[RowField.Last + i] = last[i]
            if (isNew) row[RowField.First + i] = last[i]
        }
        const added = Math.min(times, MAX_TOTAL - this.total)
        row[RowField.Count] += added
        this.total += added
        await this.keep(row, 0)
        this.kinds[row[RowField.Place]] = row[RowField.Kind]
        this.sequence = last[Occurrence.Sequence]
    }

    /**
     * Forgets when anything happened first and last that does not outlive an owner, and whatever cannot be told. Numbers of entries and of occurrences
     * stay; of rows that are gone, only what was counted again.
     */
    async forget(): Promise<void> {
        for (let at = 0; at < this.cells; at++) {
            const row = await this.row(at)
            if (!row) await this.memory.write(at * ROW_BYTES, Buffer.alloc(ROW_BYTES))
            else {
                if (!outlivesOwner(row.fields[RowField.Kind] >> 8))
                    for (let i = Occurrence.Boot; i <= Occurrence.Detail; i++) {
                        row.fields[RowField.First + i] = 0
                        row.fields[RowField.Last + i] = 0
                    }
                await this.keep(row.fields, ROW_BYTES)
            }
            await this.pause()
        }
    }

    /**
     * Writes a row, so that a power cut leaves the old one or the new one.
     * @param atLeast so many bytes are written; fewer than `ROW_BYTES` leave behind the row what a longer one has said
     */
    private async keep(row: number[], atLeast: number): Promise<void> {
        row[RowField.Total] = this.total
        const { bytes } = await this.sealer.make(NO_LINK, row)
        const cell = Buffer.alloc(Math.max(bytes.length, atLeast))
        cell.set(bytes, 0)
        await this.memory.write(this.cells * ROW_BYTES, cell)
        await this.memory.write(row[RowField.Place] * ROW_BYTES, cell)
    }

    /** What a cell holds, to show it to others. @returns the row, at most 78 bytes, or undefined for nothing */
    async show(cell: number): Promise<Buffer | undefined> {
        return (await this.row(cell))?.bytes
    }

    /** @returns undefined if there is no row of this device that belongs into that cell; into the journal belongs any */
    private async row(at: number): Promise<Entry | undefined> {
        const row = await this.sealer.open(await this.memory.read(at * ROW_BYTES, ROW_BYTES), ROW_FIELDS)
        return row && (at === this.cells || row.fields[RowField.Place] === at) ? row : undefined
    }
}
