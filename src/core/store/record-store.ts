/**
 * The record store: small named records over a memory of slots. What counts is listed, and never inferred from what lies there.
 *
 * Two neighbouring slots are a place: they hold the same copy of a record twice. The first place holds the head, which lists the others that
 * count, each with the tag of its record's name and its generation. A write goes to a place that is not listed, one after the other round the memory,
 * so wear is spread, and counts when the head lists it. To erase a record, the head lists it no longer; then every copy of it is overwritten.
 * A mount finishes what a power cut interrupted.
 *
 * A copy that is damaged, or older than it should be, is replaced by its twin. If both are, the record is lost, and is known to be: it reads as
 * "corrupt" until it is written or erased. So undefined means that there never was such a record, or that it was erased.
 */
import { hex } from "../crypto/hex"
import type { Pause, SlotMemory, Store } from "../ports"
import { consistsOf } from "./characters"
import {
    HEAD_KIND,
    HeadKind,
    isHead,
    isListedAs,
    listingAt,
    mostPlaces,
    putListing,
    sealHead,
    TAG_MASK,
    tagOf,
} from "./head"
import {
    decodeHeader,
    decodeValue,
    encodeSlot,
    generationOf,
    HEADER_BYTES,
    isBlankHeader,
    MAX_GENERATION,
    NAME_BYTES,
} from "./slot"
import { StoreError } from "./store-error"
import { Turns } from "./turns"

/** 0x21 to 0x7e, as `consistsOf` takes them. */
const NAME_CHARACTERS = hex`00000000 feffffff ffffffff ffffff7f`
/** What is in the name's place of a place that holds what is lost. */
const NAMELESS = ""

export class RecordStore implements Store {
    /** Places of which a copy that was damaged, or older, was replaced by its twin, so far. */
    healed = 0
    /** Longest value in bytes. */
    readonly valueBytes: number
    /** Most records at a time: a place each, one to write to, and one for the head. */
    readonly maxRecords: number
    /** Whether what the memory holds is known. */
    mounted = false
    /**
     * Name of the record at each place: empty if it is lost, and of the head's own, undefined of one that is not listed. So the head, which is slower,
     * is asked for what is lost alone.
     */
    named: (string | undefined)[] = []
    private readonly memory: SlotMemory
    private readonly pause: Pause
    private readonly places: number
    private head!: Buffer
    /** Of the last write that counts. */
    private generation!: number
    /** Place of the last write. */
    private cursor = 0
    private readonly turns: Turns
    /** One erasure at a time; others read and write meanwhile. */
    private readonly erasures: Turns

    constructor(memory: SlotMemory, pause: Pause) {
        this.memory = memory
        this.pause = pause
        this.turns = new Turns(pause)
        this.erasures = new Turns(pause)
        this.places = Math.min(memory.slots >> 1, mostPlaces(memory.slotBytes))
        this.valueBytes = memory.slotBytes - HEADER_BYTES
        this.maxRecords = this.places - 2
    }

    /**
     * Reads what the memory holds: the head, and the header of every place. To be called before anything else, and again after a "memory" fault.
     * @throws StoreError; "corrupt" if there is no head in a memory that is not blank, or an older one than there was
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
            const place = this.find(name)
            if (place === 0) return undefined
            const value = await this.readPlace(place)
            if (!value) throw new StoreError("corrupt", `no copy of record ${name} is sound`)
            return value
        } catch (error) {
            throw this.faultOf(error)
        } finally {
            this.turns.end()
        }
    }

    async set(name: string, value: Buffer): Promise<void> {
        await this.turns.take()
        try {
            const old = this.find(name)
            this.admit(name, value, old)
            const generation = this.nextGeneration()
            const last = this.places - 1
            let place = (this.cursor % last) + 1
            while (this.named[place] !== undefined) place = (place % last) + 1
            await this.writePlace(place, encodeSlot(this.memory.slotBytes, name, generation, value))
            this.cursor = place
            this.list(name, place, generation)
            await this.commit(old, generation)
        } catch (error) {
            throw this.faultOf(error)
        } finally {
            this.turns.end()
        }
    }

    async erase(name: string): Promise<void> {
        await this.erasures.take()
        await this.turns.take()
        try {
            const place = this.find(name)
            if (place === 0) return
            const generation = this.nextGeneration()
            this.head[HEAD_KIND] = HeadKind.Cleaning
            await this.commit(place, generation)
            for (let other = 1; other < this.places; other++) {
                await this.clean(other, name)
                // A write must not wait until all is overwritten.
                this.turns.end()
                await this.pause()
                await this.turns.take()
                this.find(name)
            }
            this.head[HEAD_KIND] = HeadKind.Settled
            await this.commit(0, this.nextGeneration())
        } catch (error) {
            throw this.faultOf(error)
        } finally {
            this.turns.end()
            this.erasures.end()
        }
    }

    /** Whether no other record than that one was ever written, but for those that were erased. */
    holdsOnly(name: string): boolean {
        for (let place = 1; place < this.places; place++)
            if (this.named[place] !== undefined && this.named[place] !== name) return false
        return true
    }

    /** What the memory throws is a "memory" fault. What it holds is not known after that, so the store has to be mounted again. */
    private faultOf(error: unknown): StoreError {
        const fault = error instanceof StoreError ? error : new StoreError("memory", (error as Error).message)
        if (fault.fault === "memory") this.mounted = false
        return fault
    }

    private async index(): Promise<void> {
        this.mounted = false
        const { memory } = this
        const known = await this.readPlace(0)
        const head = known || Buffer.alloc(memory.slotBytes)
        if (!known) {
            if (!(await this.isUnused())) throw new StoreError("corrupt", "no head in a memory that is not blank")
            head[HEAD_KIND] = HeadKind.Settled
        }
        this.head = head
        this.generation = generationOf(head)
        this.named = [NAMELESS]
        let newest = NAMELESS
        let generation = 0
        for (let place = 1; place < this.places; place++) {
            const listing = listingAt(head, place)
            this.named[place] = listing !== 0 ? NAMELESS : undefined
            for (let copy = 0; copy < 2; copy++) {
                const header = decodeHeader(await memory.read(2 * place + copy, HEADER_BYTES))
                if (!header) continue
                if (header.generation > generation) {
                    generation = header.generation
                    newest = header.name
                    this.cursor = place
                }
                if (!isListedAs(listing, header.generation)) continue
                this.named[place] = header.name
                break
            }
            await this.pause()
        }
        if (generation > this.generation) await this.finishWrite(newest, generation)
        else if (!known) await this.commit(0, this.generation)
        // Both copies of the head know by now what is gone, so it may be overwritten.
        if (head[HEAD_KIND] === HeadKind.Cleaning) {
            for (let place = 1; place < this.places; place++) await this.clean(place, NAMELESS)
            head[HEAD_KIND] = HeadKind.Settled
            await this.commit(0, this.generation + 1)
        }
        this.mounted = true
    }

    /** Whether all slots but those of the head are equal: then no record was ever written, and the first head may have been cut short. */
    private async isUnused(): Promise<boolean> {
        const { slotBytes } = this.memory
        const blank = (await this.memory.read(2, slotBytes)).toString("hex")
        for (let slot = 3; slot < 2 * this.places; slot++) {
            if ((await this.memory.read(slot, slotBytes)).toString("hex") !== blank) return false
            await this.pause()
        }
        return true
    }

    /** Lets the write at `cursor`, which the head does not know of, count if it was complete, and makes it nothing if not. */
    private async finishWrite(name: string, generation: number): Promise<void> {
        const { cursor } = this
        // One write more may have been under way when the power went. Two were not: that head is an old one.
        if (this.named[cursor] !== undefined || generation !== this.generation + 1)
            throw new StoreError("corrupt", "the memory returns an older head than was written")
        const old = this.placeOf(name)
        this.list(name, cursor, generation)
        if (await this.readPlace(cursor)) await this.commit(old, generation)
        else {
            // It is overwritten as what is erased is, for the power may go meanwhile again.
            this.head[HEAD_KIND] = HeadKind.Cleaning
            await this.commit(cursor, this.generation)
        }
    }

    /** @returns the place of a record, also of one that is lost; 0 if there is none */
    private find(name: string): number {
        if (!this.mounted) throw new StoreError("memory", "the store is not mounted")
        if (!consistsOf(name, NAME_BYTES, NAME_CHARACTERS))
            throw new StoreError("name", `record name "${name}": give 1 to ${NAME_BYTES} printable ASCII characters`)
        return this.placeOf(name)
    }

    private placeOf(name: string): number {
        let lost = 0
        for (let place = 1; place < this.places; place++) {
            if (this.named[place] === name) return place
            if (this.named[place] === NAMELESS && (listingAt(this.head, place) & TAG_MASK) === tagOf(name)) lost = place
        }
        return lost
    }

    /** @param old place of the record so far, 0 if there is none */
    private admit(name: string, value: Buffer, old: number): void {
        if (value.length > this.valueBytes)
            throw new StoreError("size", `record ${name}: ${value.length} bytes, at most ${this.valueBytes} fit`)
        const tag = tagOf(name)
        let room = this.maxRecords
        for (let place = 1; place < this.places && old === 0; place++) {
            if (this.named[place] === undefined) continue
            room--
            if ((listingAt(this.head, place) & TAG_MASK) === tag)
                throw new StoreError("name", `record ${name}: another one has the same tag`)
        }
        if (room <= 0) throw new StoreError("full", `record ${name}: the store holds ${this.maxRecords} already`)
    }

    /** An erasure takes two. */
    private nextGeneration(): number {
        if (this.generation >= MAX_GENERATION - 1)
            throw new StoreError("worn", "the store has counted all the writes it can")
        return this.generation + 1
    }

    private list(name: string, place: number, generation: number): void {
        this.named[place] = name
        putListing(this.head, place, (generation << 16) | tagOf(name))
    }

    /** Writes the head, without the record at `gone` if that is not 0: from the moment that its first copy is whole, all of it counts. */
    private async commit(gone: number, generation: number): Promise<void> {
        if (gone !== 0) {
            this.named[gone] = undefined
            putListing(this.head, gone, 0)
        }
        this.generation = generation
        const { head, memory } = this
        sealHead(head, generation)
        // A copy that is damaged goes first: the power may go before the other is written.
        const first = isHead(await memory.read(1, memory.slotBytes)) ? 0 : 1
        await memory.write(first, head)
        await memory.write(1 - first, head)
    }

    /**
     * Where the two copies at a place differ, both become the one that is sound, or the newer if both are.
     * @returns what that one holds: see `soundIn`; undefined if neither is sound
     */
    private async readPlace(place: number): Promise<Buffer | undefined> {
        const { memory } = this
        const first = await memory.read(2 * place, memory.slotBytes)
        const second = await memory.read(2 * place + 1, memory.slotBytes)
        let found = this.soundIn(first, place)
        if (first.toString("hex") === second.toString("hex")) return found
        let sound = first
        if (!found || generationOf(second) > generationOf(first)) {
            const newer = this.soundIn(second, place)
            if (newer) {
                found = newer
                sound = second
            }
        }
        if (found) {
            this.healed++
            await this.writePlace(place, sound)
        }
        return found
    }

    /** @returns what a copy holds if it is sound: at place 0 the head, all of it, elsewhere the value that is listed for that place */
    private soundIn(copy: Buffer, place: number): Buffer | undefined {
        if (place === 0) return isHead(copy) ? copy : undefined
        const header = decodeHeader(copy)
        if (!header || header.name !== this.named[place]) return undefined
        return isListedAs(listingAt(this.head, place), header.generation) ? decodeValue(copy) : undefined
    }

    private async writePlace(place: number, bytes: Buffer): Promise<void> {
        await this.memory.write(2 * place, bytes)
        await this.memory.write(2 * place + 1, bytes)
    }

    /** Overwrites what is left of a record at a place that is not listed, and what cannot be told; without a name, whatever lies there. */
    private async clean(place: number, name: string): Promise<void> {
        if (this.named[place] !== undefined) return
        const { memory } = this
        for (let copy = 0; copy < 2; copy++) {
            const slot = 2 * place + copy
            const bytes = await memory.read(slot, HEADER_BYTES)
            const header = name === NAMELESS ? undefined : decodeHeader(bytes)
            if (header ? header.name !== name : isBlankHeader(bytes)) continue
            // The header is blank when all behind it is: the power may go, and nobody looks behind a blank one.
            const blank = Buffer.alloc(memory.slotBytes)
            blank[0] = 1
            await memory.write(slot, blank)
            blank[0] = 0
            await memory.write(slot, blank)
        }
    }
}
