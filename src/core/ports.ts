/**
 * What the rules of a device need from where they run. `devs/` implements these ports on the runtime and its peripherals,
 * tests implement them in memory.
 */

/** Small named records that survive power loss. */
export interface Store {
    /**
     * @returns the record's value, or undefined if there is none of that name
     * @throws StoreError
     */
    get(name: string): Promise<Buffer | undefined>
    /**
     * Writes a record. If power goes away before the promise resolves, the record later reads as its old or its new value.
     * @throws StoreError
     */
    set(name: string, value: Buffer): Promise<void>
    /**
     * Removes a record and overwrites every byte the store ever kept of it. If power goes away before the promise resolves, the record
     * is later whole or gone.
     * @throws StoreError
     */
    erase(name: string): Promise<void>
}

/** Memory that is written in slots of one size. What lies in a slot that was never written is undefined. */
export interface SlotMemory {
    readonly slots: number
    /** Size of a slot in bytes, 33 to 287: the length of a value is stored in one byte. */
    readonly slotBytes: number
    /** @returns the slot's bytes from offset `from` to its end */
    read(slot: number, from: number): Promise<Buffer>
    /** Writes a whole slot, byte after byte. If power goes away, a prefix of `bytes` has been written. */
    write(slot: number, bytes: Buffer): Promise<void>
}

/**
 * Lets other fibers run. A long computation or a loop over a memory awaits it at bounded intervals, at most 60,000 VM opcodes apart: the
 * runtime kills a fiber that runs 131,072 without, and buttons, bus and USB wait meanwhile. On Node it may do nothing.
 */
export type Pause = () => Promise<void>

/** Something that acts on the world and has a state that harms nobody. */
export interface Output {
    /** Goes to that state at once. */
    makeSafe(): void
}
