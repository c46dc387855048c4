/** The value of the OSCORE option: the headers of the COSE object, compressed (RFC 8613 §6.1). */
import { hex } from "../crypto/hex"
import { joinBytes } from "../crypto/join-bytes"
import { SessionRefusal } from "./refusal"

/** Bits of the first byte; the three below them are the length of the Partial IV, those between are reserved. */
const KID_FLAG = 0x08
const KID_CONTEXT_FLAG = 0x10
const RESERVED_FLAGS = 0x60
/** "Extension-1": there is a second byte of flags (draft-ietf-core-oscore-key-update §4.1), which has but one. */
const SECOND_FLAG = 0x80
const NONCE_FLAG = 0x01
/** Longest Partial IV in bytes. */
const PARTIAL_IV_BYTES = 5

const NONE = hex``

/** What makes a message one of KUDOS, same section. */
export interface NonceField {
    /** One byte. */
    readonly x: number
    /** 1 to 16 bytes: as many as the lower four bits of `x` say, and one. */
    readonly nonce: Buffer
}

export interface OscoreFields {
    /** 1 to 5 bytes, the first of several not zero; undefined if there is none, as the others are. */
    partialIv?: Buffer
    /** Sender ID of who sends a request. */
    kid?: Buffer
    kidContext?: Buffer
    kudos?: NonceField
}

export interface ReadFields extends OscoreFields {
    readonly refusal: SessionRefusal
}

/** Reads the value of an option that somebody else has written. */
export function readOscoreOption(value: Buffer): ReadFields {
    // Nothing announced is nothing written, §2.
    if (value.length === 0) return { refusal: SessionRefusal.None }
    const flags = value[0]
    const isKudos = (flags & SECOND_FLAG) !== 0
    const numberAt = isKudos ? 2 : 1
    const numberEnd = numberAt + (flags & 7)
    if (flags === 0 || (flags & RESERVED_FLAGS) !== 0 || numberEnd > numberAt + PARTIAL_IV_BYTES)
        return { refusal: SessionRefusal.Flags }
    if (isKudos && value[1] !== NONCE_FLAG) return { refusal: SessionRefusal.Flags }
    let contextEnd = numberEnd
    if ((flags & KID_CONTEXT_FLAG) !== 0) {
        if (contextEnd >= value.length) return { refusal: SessionRefusal.OptionLength }
        contextEnd += 1 + value[contextEnd]
    }
    let kidAt = contextEnd
    if (isKudos) {
        if (contextEnd >= value.length) return { refusal: SessionRefusal.OptionLength }
        kidAt += 2 + (value[contextEnd] & 15)
    }
    const hasKid = (flags & KID_FLAG) !== 0
    if (kidAt > value.length || (!hasKid && kidAt < value.length)) return { refusal: SessionRefusal.OptionLength }
    if (numberEnd > numberAt + 1 && value[numberAt] === 0) return { refusal: SessionRefusal.PartialIv }
    return {
        refusal: SessionRefusal.None,
        partialIv: numberEnd > numberAt ? value.slice(numberAt, numberEnd) : undefined,
        kidContext: (flags & KID_CONTEXT_FLAG) !== 0 ? value.slice(numberEnd + 1, contextEnd) : undefined,
        kudos: isKudos ? { x: value[contextEnd], nonce: value.slice(contextEnd + 1, kidAt) } : undefined,
        kid: hasKid ? value.slice(kidAt, value.length) : undefined,
    }
}

export function writeOscoreOption({ partialIv, kid, kidContext, kudos }: OscoreFields): Buffer {
    const number = partialIv || NONE
    const flags = number.length | (kid ? KID_FLAG : 0) | (kidContext ? KID_CONTEXT_FLAG : 0) | (kudos ? SECOND_FLAG : 0)
    if (flags === 0) return NONE
    const parts = [Buffer.from(kudos ? [flags, NONCE_FLAG] : [flags]), number]
    if (kidContext) parts.push(Buffer.from([kidContext.length]), kidContext)
    if (kudos) parts.push(Buffer.from([kudos.x]), kudos.nonce)
    if (kid) parts.push(kid)
    return joinBytes(parts)
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
