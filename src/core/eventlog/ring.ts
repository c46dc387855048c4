import { constantTimeEqual } from "../crypto/constant-time"
import { hex } from "../crypto/hex"
import type { ByteMemory, Pause } from "../ports"
import { CELL_BYTES, type Entry, type EntrySealer, FIELDS, Field } from "./entry"
import { Event, LogFault, newsOf } from "./event"

/** What a cell holds. */
enum Cell {
    /** Nothing was ever written there. */
    Blank,
    /** Something that is no entry of this device. */
    Broken,
    /** An entry that does not follow the one in the cell before. */
    Loose,
    /** The first entry of all. */
    First,
    /** An entry that follows the one in the cell before. */
    Linked,
}

/**
 * Entries in cells of equal size, written one after the other round and round. An entry is one write, so a power cut leaves at most the
 * cell after the newest entry half written: the oldest entry is given up before the new one is whole. It says nothing before the first `scan`.
 */
export class Ring {
    /** Sequence number of the newest entry; 0 if there is none. */
    newest!: number
    /** What the newest entry says of the other ring. */
    otherNewest!: number
    /** As the last `scan` found it: an entry was begun and not finished. */
    torn!: boolean
    /**
     * As the last `scan` found it: how many cells are not as this device left them, times 65,536, and a checksum of where they are. 0 if there
     * are none, or if the ring tells of just these already.
     */
    damage!: number
    /** Cell of the newest entry. */
    position!: number
    readonly cells: number
    private readonly memory: ByteMemory
    private readonly start: number
    private readonly pause: Pause
    private sealer!: EntrySealer
    private seal!: Buffer

    /** @param start offset of the first cell in the memory, in bytes */
    constructor(memory: ByteMemory, start: number, cells: number, pause: Pause) {
        this.memory = memory
        this.start = start
        this.cells = cells
        this.pause = pause
    }

    /**
     * Reads every cell, finds the newest entry, and judges whether all is as this device left it.
     * @param news gets what each entry is news of
     */
    async scan(sealer: EntrySealer, news: number[]): Promise<void> {
        this.sealer = sealer
        this.stand(this.cells - 1, NO_FIELDS, NO_SEAL)
        const found: Cell[] = []
        /** The newest entry that tells of damage, and what it tells. */
        let told = 0
        let toldDamage = 0
        let before = await sealer.open(await this.readCell(this.position), FIELDS)
        for (let at = 0; at < this.cells; at++) {
            const bytes = await this.readCell(at)
            const entry = await sealer.open(bytes, FIELDS)
            found.push(entry ? placeOf(entry, before) : bytes[0] === 0 ? Cell.Blank : Cell.Broken)
            if (entry) {
                const { fields } = entry
                news.push(newsOf(fields[Field.Event], fields[Field.Cause], fields[Field.Detail]))
                if (fields[Field.Sequence] > this.newest) this.stand(at, fields, entry.seal)
                if (fields[Field.Event] === Event.Log && fields[Field.Cause] === LogFault.Damaged)
                    if (fields[Field.Sequence] > told) {
                        told = fields[Field.Sequence]
                        toldDamage = fields[Field.Detail]
                    }
            }
            before = entry
            await this.pause()
        }
        const damage = this.judge(found)
        this.damage = toldDamage === damage ? 0 : damage
    }

    /** Makes every cell blank that is not. */
    async clear(): Promise<void> {
        const blank = Buffer.alloc(CELL_BYTES)
        for (let at = 0; at < this.cells; at++) {
            if (!constantTimeEqual(await this.readCell(at), blank)) await this.memory.write(this.offset(at), blank)
            await this.pause()
        }
        this.stand(this.cells - 1, NO_FIELDS, NO_SEAL)
    }

    /** @param fields of the entry, in the order of `Field` */
    async append(fields: number[]): Promise<void> {
        const entry = await this.sealer.make(this.seal, fields)
        const at = (this.position + 1) % this.cells
        await this.memory.write(this.offset(at), entry.bytes)
        this.stand(at, fields, entry.seal)
    }

    /**
     * What a cell holds, to show it to others.
     * @param last sequence number above which an entry is as if it were not there
     * @returns the entry, CBOR null for something that is no entry of this device, or undefined for nothing
     */
    async show(cell: number, last: number): Promise<Buffer | undefined> {
        const bytes = await this.readCell(cell)
        const entry = await this.sealer.open(bytes, FIELDS)
        if (entry) return entry.fields[Field.Sequence] <= last ? entry.bytes : undefined
        return bytes[0] === 0 ? undefined : NO_ENTRY
    }

    /** Goes round the ring from the oldest cell, which is the one after the newest entry. @returns what is out of order, as `damage` has it */
    private judge(found: Cell[]): number {
        let count = 0
        let places = 0
        let begun = false
        this.torn = false
        for (let step = 1; step <= this.cells; step++) {
            const at = (this.position + step) % this.cells
            const cell = found[at]
            let wrong = false
            if (begun) wrong = cell !== Cell.Linked
            else if (cell === Cell.Broken) {
                if (step === 1) this.torn = true
                else wrong = true
            } else if (cell !== Cell.Blank) {
                begun = true
                // The oldest entry follows nothing. Unless it is the first of all, only a torn one may be missing before it.
                wrong = step > 2 && cell !== Cell.First
            }
            if (wrong) {
                count++
                places = (31 * places + at) & 0xffff
            }
        }
        return count * 0x1_0000 + places
    }

    /** Takes for the newest entry the one in that cell, of which these are the numbers and the seal. */
    private stand(position: number, fields: number[] | Buffer, seal: Buffer): void {
        this.position = position
        this.newest = fields[Field.Sequence]
        this.otherNewest = fields[Field.OtherSequence]
        this.seal = seal
    }

    private async readCell(at: number): Promise<Buffer> {
        return await this.memory.read(this.offset(at), CELL_BYTES)
    }

    private offset(at: number): number {
        return this.start + at * CELL_BYTES
    }
}

/** What numbers and seal are as long as there is no entry. The first one of all follows that seal. */
const NO_FIELDS = hex`0000`
const NO_SEAL = hex`00000000 00000000 00000000 00000000`

/** CBOR null. */
const NO_ENTRY = hex`f6`

function placeOf(entry: Entry, before: Entry | undefined): Cell {
    if (before && constantTimeEqual(entry.previous, before.seal)) return Cell.Linked
    return constantTimeEqual(entry.previous, NO_SEAL) ? Cell.First : Cell.Loose
}
