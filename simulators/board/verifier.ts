/**
 * The verified board profile: what runs in front of a program. It is asked by the runtime each time that it is about to take up an image, and
 * lets none run that the device's own records do not name. docs/simulator.md has its rule and its limits.
 */
import { createHash } from "node:crypto"
import { littleEndian32 } from "../../src/core/crypto/words"
import { COUNTS_PER_STEP, FLOOR_COUNTER } from "../../src/core/identity/element-counters"
import { FACTORY_RECORD, IDENTITY_RECORD } from "../../src/core/identity/factory"
import { judgeProgram, type ProgramVerdict } from "../../src/core/update/program-start"
import {
    decodePending,
    decodeProgram,
    FLOOR_RECORD,
    PENDING_RECORD,
    PROGRAM_RECORD,
} from "../../src/core/update/records"
import type { NorFlash } from "../flash"
import { Atecc608 } from "../parts/atecc608"
import { Fram } from "../parts/fram"
import type { Part } from "../parts/part"
import { DAMAGED, NoAnswer, SealedRecords } from "./sealed-records"
import { eraseTornStore } from "./torn-store"

/** `stock`: the runtime runs whatever it is given. `verified`: it asks a verifier first. */
export const BOARD_PROFILES = ["stock", "verified"] as const
export type BoardProfile = (typeof BOARD_PROFILES)[number]

/** What verifies on the verified profile: the `model` of the stage, or the `c` code that a board can run. */
export const VERIFIERS = ["model", "c"] as const

export type StartVerdict =
    | ProgramVerdict
    /** The unit's memory is blank, or says that it is in the factory, and its floor was never raised: its programs are the factory's business. */
    | "factory"
    /** The FRAM or the secure element does not answer, or the head of the records or the record of the floor is damaged. */
    | "unreadable"

const MAY_RUN: readonly StartVerdict[] = ["confirmed", "trial", "factory"]

export const mayRun = (verdict: StartVerdict) => MAY_RUN.includes(verdict)

/** What the stage has of its chip. */
export interface StageBus {
    /**
     * One I2C transaction; `read` is filled.
     * @param limitUs time after which it is given up, if a line of the bus is held low
     * @returns false if nobody acknowledged, or a line is held low
     */
    transact(address: number, write: Uint8Array, read: Uint8Array, limitUs: number): boolean
    /** The time now, in microseconds: it goes on with each transaction. */
    readonly nowUs: number
}

/** The stage in front of the runtime. */
export interface ProgramVerifier {
    /** @param image as the runtime measures it: `program_sha256` */
    judge(image: Uint8Array, bus: StageBus): StartVerdict
    /**
     * Erases the settings store, before it is mounted, if a power cut has left in it what the runtime would trip over.
     * @returns the time it took, in microseconds; 0 if the store is sound
     * @throws PowerLost if the power is cut at one of the erasures
     */
    repairStore(flash: NorFlash): number
}

/** The stage as docs/loader.md describes it. boards/loader is the one that a board can run. */
export class ModelVerifier implements ProgramVerifier {
    readonly #deviceId: string
    /** Where the board has it: not where somebody moved it to. */
    readonly #framAddress: number | undefined
    readonly #element: Atecc608 | undefined

    /**
     * @param deviceId of the chip, 16 hex digits
     * @param parts of the board
     */
    constructor(deviceId: string, parts: readonly Part[]) {
        this.#deviceId = deviceId
        this.#framAddress = parts.find(part => part instanceof Fram)?.address
        this.#element = parts.find(part => part instanceof Atecc608)
    }

    judge(image: Uint8Array, bus: StageBus): StartVerdict {
        try {
            const records = new SealedRecords((at, bytes) => this.#readFram(at, bytes, bus), this.#deviceId)
            const floor = Math.max(floorOf(records), this.#elementFloor())
            if (floor === 0 && isInFactory(records)) return "factory"
            return judgeProgram({
                digest: createHash("sha256").update(image).digest(),
                program: decoded(records, PROGRAM_RECORD, decodeProgram),
                pending: decoded(records, PENDING_RECORD, decodePending),
                floor,
            })
        } catch (error) {
            if (error instanceof NoAnswer) return "unreadable"
            throw error
        }
    }

    repairStore(flash: NorFlash): number {
        return eraseTornStore(flash)
    }

    #readFram(at: number, bytes: number, bus: StageBus): Buffer {
        const read = Buffer.alloc(bytes)
        const address = Uint8Array.of(at >> 8, at & 0xff)
        if (this.#framAddress === undefined || !bus.transact(this.#framAddress, address, read, 0))
            throw new NoAnswer("no FRAM answers")
        return read
    }

    /** The element counts for the units whose root of trust it is; on others it stands at 0. */
    #elementFloor(): number {
        if (!this.#element) return 0
        const count = this.#element.count(FLOOR_COUNTER)
        if (count === undefined) throw new NoAnswer("the secure element does not answer")
        return Math.floor(count / COUNTS_PER_STEP)
    }
}

/** As `inFactory` of the core, and of a memory that the device has not begun with. */
function isInFactory(records: SealedRecords): boolean {
    if (records.holdsOnly(FACTORY_RECORD)) return true
    return Buffer.isBuffer(records.get(FACTORY_RECORD)) && records.get(IDENTITY_RECORD) === undefined
}

/** A record that is damaged authorises nothing. */
function decoded<T>(records: SealedRecords, name: string, decode: (record: Buffer) => T): T | undefined {
    const record = records.get(name)
    return Buffer.isBuffer(record) ? decode(record) : undefined
}

/** Size of the record of the floor. */
const FLOOR_BYTES = 4

/** A floor that is damaged could be any. */
function floorOf(records: SealedRecords): number {
    const record = records.get(FLOOR_RECORD)
    if (record === undefined) return 0
    if (record === DAMAGED || record.length !== FLOOR_BYTES) throw new NoAnswer("the record of the floor is damaged")
    return littleEndian32(record, 0) >>> 0
}
