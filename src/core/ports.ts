/**
 * What the rules of a device need from where they run. `devs/` implements these ports on the runtime and its peripherals,
 * tests implement them in memory.
 */
import type { Event } from "./eventlog/event"

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

/** Memory that is written in slots of one size. A new one has the same bytes in all slots. */
export interface SlotMemory {
    /** An even number, at least 6. */
    readonly slots: number
    /** Size of a slot in bytes: 33 to 287, since the length of a value is stored in one byte. */
    readonly slotBytes: number
    /** @returns the first `length` bytes of a slot */
    read(slot: number, length: number): Promise<Buffer>
    /**
     * Writes a whole slot, byte after byte, and sees that it was kept; throws if not. If power goes away, a prefix of `bytes` has been written.
     */
    write(slot: number, bytes: Buffer): Promise<void>
}

/**
 * How long a fiber may compute before it pauses, in milliseconds as predicted on an RP2040 at 125 MHz. Nothing interrupts a fiber, and a frame that
 * arrives is handled only when a pass over all due fibers has ended: at the worst moment it waits for three stretches and what else is due, under
 * 50 ms. A shorter stretch would add more pauses of a millisecond each to a signature of 5 s. Tests refuse more than 10 ms of a
 * primitive, and of a device at work what `test/firmware/longest-stretch.test.ts` says.
 */
export const STRETCH_MS = 8

/**
 * Lets other fibers run: at the latest `STRETCH_MS` after the last time. What works for longer than a millisecond pauses before it begins and when it
 * has ended, so that two such works in a row are two stretches. (The runtime itself kills a fiber after 131,072 opcodes.) On Node it may do nothing.
 */
export type Pause = () => Promise<void>

/** Something that acts on the world and has a state that harms nobody. */
export interface Output {
    /** Goes to that state at once. */
    makeSafe(): void
}

/** Bytes that survive power loss, read and written in place. If power goes away inside a write, a prefix of it has been written. */
export interface ByteMemory {
    /** Size in bytes. */
    readonly size: number
    read(at: number, length: number): Promise<Buffer>
    write(at: number, bytes: Buffer): Promise<void>
}

/** A number from 0 to 2^32 - 1 that only rises and survives power loss at any moment. */
export interface Counter {
    read(): Promise<number>
    /** No effect if it stands as high already. */
    raise(to: number): Promise<void>
}

/** The counter of the lowest sequence number that may run. What it cannot be raised to cannot be confirmed. */
export interface FloorCounter extends Counter {
    /** Highest number that it can ever stand at. */
    readonly limit: number
    /** `raise` takes a number that is at most so far above where it stands. */
    readonly stride: number
}

/** Takes down what has happened. */
export interface Log {
    /**
     * Returns at once: the entry is written soon, or counted if the same has just been written.
     * @param cause 0 to 255
     * @param detail 0 to 2^32 - 1; nothing that tells of a person
     */
    record(event: Event, cause: number, detail: number): void
    /** Waits until what was recorded before is written, for 5 s at most: what comes next may end the program. */
    settle(): Promise<void>
}

/** The device's own private key: used, never shown. */
export interface KeyStore {
    /** Names of RFC 9053. */
    readonly algorithm: "EdDSA" | "ES256"
    /** @returns 32 bytes of Ed25519 (RFC 8032) or 64 of P-256 (x and y); undefined if no key was made yet */
    publicKey(): Promise<Buffer | undefined>
    /** Makes the key, unless there is one. @returns its public key */
    createKey(): Promise<Buffer>
    /** @returns 64 bytes: an Ed25519 signature, or r and s of ECDSA over the message's SHA-256 */
    sign(message: Buffer): Promise<Buffer>
}
