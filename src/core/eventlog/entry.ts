/**
 * An entry as it lies in its cell: the CBOR array `[seal, body]`, where the body is a byte string of CBOR, `[previous, sequence, …]`. The
 * seal is an HMAC-SHA-256 of the body, cut to 16 bytes (RFC 2104 §5), and `previous` is the seal of the entry before it in the same ring:
 * one hash is both seal and link of the chain. Without the key nobody can make either, so a chain of plain hashes beside it would add
 * nothing.
 */
import { ARRAY } from "../cbor/major"
import { CborReader } from "../cbor/reader"
import { CborRefusal } from "../cbor/refusal"
import { CborWriter } from "../cbor/writer"
import { constantTimeEqual } from "../crypto/constant-time"
import type { Digest } from "../crypto/digest"
import type { Pause } from "../ports"

export const LOG_SEAL_BYTES = 16
/** The longest body, which is a row's (see `Ledger`). */
const BODY_BYTES = 1 + 1 + 2 + 3 + 10 * 5
/** The longest entry: array, seal and body. */
const SEALED_BYTES = 1 + 17 + 2 + BODY_BYTES
/** Room for one entry, in bytes. */
export const CELL_BYTES = 72
/** Most repeats that one entry tells of. */
export const MAX_COUNT = 0xffff

/** The numbers of an entry, in the order of the body. */
export enum Field {
    /** Rises by one with every entry, whichever ring it is in. */
    Sequence = 0,
    /** Of the last entry in the other ring; 0 if there is none. It betrays a ring that was emptied or set back. */
    OtherSequence = 1,
    /** Start of the program since manufacture. */
    Boot = 2,
    /** Seconds since that start. */
    Uptime = 3,
    /** An `Event`. */
    Event = 4,
    /** 0 to 255; what it says depends on the event. */
    Cause = 5,
    /** 0 to 2^32 - 1; what it says depends on the event. */
    Detail = 6,
    /** How often it happened since the last entry that tells the same: 1 to 65,535. */
    Count = 7,
}
export const FIELDS = 8

export interface Entry {
    seal: Buffer
    previous: Buffer
    fields: number[]
    /** The whole entry as it is stored and exported, at most 69 bytes. */
    bytes: Buffer
}

/** Makes and checks entries under the device's key. */
export class EntrySealer {
    private readonly digest: Digest
    private readonly key: Buffer
    private readonly pause: Pause

    constructor(digest: Digest, key: Buffer, pause: Pause) {
        this.digest = digest
        this.key = key
        this.pause = pause
    }

    async make(previous: Buffer, fields: number[]): Promise<Entry> {
        await this.pause()
        const writer = new CborWriter(BODY_BYTES).head(ARRAY, 1 + fields.length).bytes(previous)
        for (const field of fields) writer.int(field)
        const body = writer.finish()
        const seal = await this.seal(body)
        const bytes = new CborWriter(SEALED_BYTES).head(ARRAY, 2).bytes(seal).bytes(body).finish()
        return { seal: seal, previous: previous, fields: fields, bytes: bytes }
    }

    /**
     * @param count of the numbers that it has
     * @returns the entry at the start of a cell, or undefined if there is none with this device's seal
     */
    async open(cell: Buffer, count: number): Promise<Entry | undefined> {
        // Nothing was ever written there, which is seen sooner without a reader.
        if (cell[0] === 0) return undefined
        const entry = readEntry(cell, count)
        return entry && constantTimeEqual(entry.seal, await this.seal(entry.body)) ? entry : undefined
    }

    private async seal(body: Buffer): Promise<Buffer> {
        await this.pause()
        return (await this.digest.hmacSha256(this.key, [body], this.pause)).slice(0, LOG_SEAL_BYTES)
    }
}

/** An entry whose seal nobody has checked yet. */
export interface UncheckedEntry extends Entry {
    /** What the seal is over. */
    body: Buffer
}

/** @returns the entry of `count` numbers that `bytes` begin with, whoever sealed it; undefined if they begin with none */
export function readEntry(bytes: Buffer, count: number = FIELDS): UncheckedEntry | undefined {
    const outer = new CborReader(bytes, bytes.length)
    outer.arrayOf(2)
    const seal = outer.bytes(LOG_SEAL_BYTES)
    const body = outer.bytes(BODY_BYTES)
    const inner = new CborReader(body, body.length)
    inner.arrayOf(1 + count)
    const previous = inner.bytes(LOG_SEAL_BYTES)
    const fields: number[] = []
    for (let i = 0; i < count; i++) fields.push(inner.uint())
    inner.finish()
    if (outer.refusal !== CborRefusal.None || inner.refusal !== CborRefusal.None) return undefined
    return { seal: seal, previous: previous, fields: fields, bytes: bytes.slice(0, outer.at), body: body }
}
