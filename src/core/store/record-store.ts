/**
 * The record store: small named records over a memory of slots.
 *
 * Each write goes to a slot that holds nothing needed, one after the other round the memory, so wear is spread, and the copy that was
 * current stays as the previous one. A write is complete when its trailer is, the last bytes of the slot; until then the old copy
 * counts. To erase a record, a mark is written like a value; from then on the record is gone, and every slot that holds no other
 * record's copies is overwritten, the one with the mark last. A mount that finds a mark finishes that work.
 *
 * A flipped bit is put right, and a value in which more have flipped is read from its previous copy; both are counted, see `damage`.
 * A trailer in which more have flipped cannot be told from a write that was cut short: then, too, the previous copy counts.
 */
import type { Pause, SlotMemory, Store } from "../ports"
import {
    checkValue,
    decodeTrailer,
    encodeSlot,
    isBlankTrailer,
    MAX_GENERATION,
    NAME_BYTES,
    TRAILER_BYTES,
    type Trailer,
} from "./slot"
import { StoreError } from "./store-error"
import { Turns } from "./turns"

/** What the store has met so far. */
export interface Damage {
    /** Flipped bits that were put right when read. */
    repairedBits: number
    /** Reads that had to take the previous copy. */
    previousCopies: number
}

/** A record in the index. */
interface Entry {
    name: string
    /** The newest copy is the mark that the record is gone. */
    erased: boolean
    slot: number
    generation: number
    /** Slot of the previous copy, or -1. */
    previousSlot: number
    previousGeneration: number
}

export class RecordStore implements Store {
    readonly damage: Damage = { repairedBits: 0, previousCopies: 0 }
    /** Longest value in bytes. */
    readonly valueBytes: number
    /** Most records at a time: two slots each, and one to write to. */
    readonly maxRecords: number
    private readonly memory: SlotMemory
    private readonly pause: Pause
    private entries: Entry[] = []
    /** Whether what the memory holds is known. */
    mounted = false
    private readonly turns: Turns
    /** Generation of the last write. */
    private generation = 0
    /** Slots that held neither a copy nor equal bytes when it was mounted. */
    private unreadable = 0
    /** Slot of the last write. */
    private cursor = 0

    constructor(memory: SlotMemory, pause: Pause) {
        this.memory = memory
        this.pause = pause
        this.turns = new Turns(pause)
        this.valueBytes = memory.slotBytes - TRAILER_BYTES
        this.maxRecords = (memory.slots - 1) >> 1
    }

    /**
     * Reads what the memory holds: the trailer of every slot. To be called before anything else, and again after a "memory" fault.
     * @throws StoreError
     */
    async mount(): Promise<void> {
        await this.turns.take()
        try {
            await this.index()
        } catch (error) {
            throw this.faultOf(error)
        } finally {
            this.turns.end()
        }
    }

    async get(name: string): Promise<Buffer | undefined> {
        await this.turns.take()
        try {
            const entry = this.entryNamed(name)
            return entry ? await this.read(entry) : undefined
        } catch (error) {
            throw this.faultOf(error)
        } finally {
            this.turns.end()
        }
    }

    async set(name: string, value: Buffer): Promise<void> {
        await this.turns.take()
        try {
            const entry = this.entryNamed(name)
            this.admit(name, value, entry)
            const slot = await this.append(name, value)
            const written = newEntry(name, slot, this.generation, false)
            if (entry) supersede(entry, written)
            else this.entries.push(written)
        } catch (error) {
            throw this.faultOf(error)
        } finally {
            this.turns.end()
        }
    }

    async erase(name: string): Promise<void> {
        await this.turns.take()
        try {
            const entry = this.entryNamed(name)
            if (!entry) return
            const mark = await this.append(name, undefined)
            this.entries = this.entries.filter(other => other !== entry)
            await this.overwriteAround(mark)
        } catch (error) {
            throw this.faultOf(error)
        } finally {
            this.turns.end()
        }
    }

    /** Names of the records there are. */
    names(): string[] {
        return this.entries.map(entry => entry.name)
    }

    /**
     * Whether nothing was ever kept in this memory but perhaps one record. Mounts it anew, to be sure.
     * @param name of that record
     * @returns false if there is another one, or if more slots hold what is no copy than the one in which a power cut ends a write: they may have been
     * copies before they were damaged
     * @throws StoreError
     */
    async isBlank(name: string): Promise<boolean> {
        await this.mount()
        return this.unreadable <= 1 && this.names().filter(other => other !== name).length === 0
    }

    /** What the memory throws is a "memory" fault. What it holds is not known after that, so the store has to be mounted again. */
    private faultOf(error: unknown): StoreError {
        const fault = error instanceof StoreError ? error : new StoreError("memory", (error as Error).message)
        if (fault.fault === "memory") this.mounted = false
        return fault
    }

    private async index(): Promise<void> {
        this.mounted = false
        this.entries = []
        this.generation = 0
        this.unreadable = 0
        for (let slot = 0; slot < this.memory.slots; slot++) {
            const bytes = await this.memory.read(slot, this.valueBytes)
            if (!isBlankTrailer(bytes, 0)) {
                const trailer = decodeTrailer(bytes, 0)
                if (trailer) this.enter(slot, trailer)
                else this.unreadable++
            }
            await this.pause()
        }
        const marks = this.entries.filter(entry => entry.erased)
        this.entries = this.entries.filter(entry => !entry.erased)
        for (const mark of marks) await this.overwriteAround(mark.slot)
        this.mounted = true
    }

    /** Takes a copy found in the memory into the index, among those of its name by age. */
    private enter(slot: number, trailer: Trailer): void {
        if (trailer.repaired) this.damage.repairedBits++
        const found = newEntry(trailer.name, slot, trailer.generation, trailer.erased)
        if (found.generation > this.generation) {
            this.generation = found.generation
            this.cursor = slot
        }
        const entry = this.entryOf(found.name)
        if (!entry) this.entries.push(found)
        else if (found.generation > entry.generation) supersede(entry, found)
        else if (found.generation > entry.previousGeneration) {
            entry.previousSlot = slot
            entry.previousGeneration = found.generation
        }
    }

    private entryNamed(name: string): Entry | undefined {
        if (!this.mounted) throw new StoreError("memory", "the store is not mounted")
        checkName(name)
        return this.entryOf(name)
    }

    private entryOf(name: string): Entry | undefined {
        for (const entry of this.entries) if (entry.name === name) return entry
        return undefined
    }

    private admit(name: string, value: Buffer, entry: Entry | undefined): void {
        if (value.length > this.valueBytes)
            throw new StoreError("size", `record ${name}: ${value.length} bytes, at most ${this.valueBytes} fit`)
        if (!entry && this.entries.length >= this.maxRecords)
            throw new StoreError("full", `record ${name}: the store holds ${this.maxRecords} already`)
    }

    private async read(entry: Entry): Promise<Buffer> {
        const current = await this.readCopy(entry.slot)
        if (current) return current
        const previous = entry.previousSlot >= 0 ? await this.readCopy(entry.previousSlot) : undefined
        if (!previous) throw new StoreError("corrupt", `no copy of record ${entry.name} is readable`)
        this.damage.previousCopies++
        return previous
    }

    /** @returns the value in a slot, or undefined if it is damaged beyond repair */
    private async readCopy(slot: number): Promise<Buffer | undefined> {
        const bytes = await this.memory.read(slot, 0)
        const trailer = decodeTrailer(bytes, this.valueBytes)
        if (!trailer) return undefined
        const soundness = checkValue(bytes, trailer)
        if (soundness === "repaired" || trailer.repaired) this.damage.repairedBits++
        return soundness === "damaged" ? undefined : bytes.slice(0, trailer.length)
    }

    /** @returns the slot that was written */
    private async append(name: string, value: Buffer | undefined): Promise<number> {
        if (this.generation >= MAX_GENERATION)
            throw new StoreError("worn", "the store has counted all the writes it can")
        this.cursor = (this.cursor + 1) % this.memory.slots
        while (this.holdsCopy(this.cursor)) this.cursor = (this.cursor + 1) % this.memory.slots
        // Even if the write fails, the slot may hold a whole copy: no later one may have the same generation.
        this.generation++
        await this.memory.write(this.cursor, encodeSlot(this.memory.slotBytes, name, this.generation, value))
        return this.cursor
    }

    /** Overwrites every slot that holds no copy of a record, the one with the mark of the erased record last. */
    private async overwriteAround(mark: number): Promise<void> {
        const zeros = Buffer.alloc(this.memory.slotBytes)
        for (let slot = 0; slot < this.memory.slots; slot++) {
            if (slot === mark || this.holdsCopy(slot)) continue
            await this.memory.write(slot, zeros)
            await this.pause()
        }
        await this.memory.write(mark, zeros)
    }

    private holdsCopy(slot: number): boolean {
        for (const entry of this.entries) if (entry.slot === slot || entry.previousSlot === slot) return true
        return false
    }
}

function newEntry(name: string, slot: number, generation: number, erased: boolean): Entry {
    return { name, erased, slot, generation, previousSlot: -1, previousGeneration: 0 }
}

/** The newer copy becomes the current one, and the current one the previous. */
function supersede(entry: Entry, newer: Entry): void {
    entry.previousSlot = entry.slot
    entry.previousGeneration = entry.generation
    entry.slot = newer.slot
    entry.generation = newer.generation
    entry.erased = newer.erased
}

function checkName(name: string): void {
    let fits = name.length > 0 && name.length <= NAME_BYTES
    for (let i = 0; i < name.length; i++) {
        const code = name.charCodeAt(i)
        if (code < 0x21 || code > 0x7e) fits = false
    }
    if (!fits) throw new StoreError("name", `record name "${name}": give 1 to ${NAME_BYTES} printable ASCII characters`)
}
