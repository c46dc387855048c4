/** The value of the OSCORE option: the headers of the COSE object, compressed (RFC 8613 §6.1). */
import { SessionRefusal } from "./refusal"

/** Bits of the first byte; the three below them are the length of the Partial IV, those above are reserved. */
const KID_FLAG = 0x08
const KID_CONTEXT_FLAG = 0x10
/** Longest Partial IV in bytes. */
const PARTIAL_IV_BYTES = 5

export interface OscoreFields {
    /** 1 to 5 bytes, the first of several not zero; undefined if there is none, as the others are. */
    partialIv?: Buffer
    /** Sender ID of who sends a request. */
    kid?: Buffer
    kidContext?: Buffer
}

export interface ReadFields extends OscoreFields {
    readonly refusal: SessionRefusal
}

/** Reads the value of an option that somebody else has written. */
export function readOscoreOption(value: Buffer): ReadFields {
    // Nothing announced is nothing written, §2.
    if (value.length === 0) return { refusal: SessionRefusal.None }
    const flags = value[0]
    const numberEnd = 1 + (flags & 7)
    if (flags === 0 || flags > 0x1f || numberEnd > 1 + PARTIAL_IV_BYTES) return { refusal: SessionRefusal.Flags }
    let kidAt = numberEnd
    if ((flags & KID_CONTEXT_FLAG) !== 0) {
        if (kidAt >= value.length) return { refusal: SessionRefusal.OptionLength }
        kidAt += 1 + value[kidAt]
    }
    const hasKid = (flags & KID_FLAG) !== 0
    if (kidAt > value.length || (!hasKid && kidAt < value.length)) return { refusal: SessionRefusal.OptionLength }
    if (numberEnd > 2 && value[1] === 0) return { refusal: SessionRefusal.PartialIv }
    return {
        refusal: SessionRefusal.None,
        partialIv: numberEnd > 1 ? value.slice(1, numberEnd) : undefined,
        kidContext: (flags & KID_CONTEXT_FLAG) !== 0 ? value.slice(numberEnd + 1, kidAt) : undefined,
        kid: hasKid ? value.slice(kidAt, value.length) : undefined,
    }
}

export function writeOscoreOption({ partialIv, kid, kidContext }: OscoreFields): Buffer {
    let flags = 0
    let length = 1
    if (partialIv) {
        flags |= partialIv.length
        length += partialIv.length
    }
    if (kidContext) {
        flags |= KID_CONTEXT_FLAG
        length += 1 + kidContext.length
    }
    if (kid) {
        flags |= KID_FLAG
        length += kid.length
    }
    if (flags === 0) return Buffer.alloc(0)
    const value = Buffer.alloc(length)
    value[0] = flags
    let at = 1
    if (partialIv) {
        value.set(partialIv, at)
        at += partialIv.length
    }
    if (kidContext) {
        value[at] = kidContext.length
        value.set(kidContext, at + 1)
        at += 1 + kidContext.length
    }
    if (kid) value.set(kid, at)
    return value
}

/** @param sequenceNumber 0 to 2^40 - 1 @returns its Partial IV: as few bytes as hold it, and one at least (§5) */
export function partialIvOf(sequenceNumber: number): Buffer {
    // Not `%` and not `>>`: on the device both take 32-bit integers, and a number may have 40 bits.
    const high = Math.floor(sequenceNumber / 0x1_0000_0000)
    const low = sequenceNumber - high * 0x1_0000_0000
    let length = 1
    for (let limit = 256; limit <= sequenceNumber; limit *= 256) length++
    const partialIv = Buffer.alloc(length)
    for (let i = 0; i < length && i < 4; i++) partialIv[length - 1 - i] = (low >>> (8 * i)) & 255
    if (length > 4) partialIv[0] = high
    return partialIv
}

export function sequenceNumberOf(partialIv: Buffer): number {
    let number = 0
    for (let i = 0; i < partialIv.length; i++) number = number * 256 + partialIv[i]
    return number
}
