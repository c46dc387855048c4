/**
 * The messages of EDHOC-PSK as CBOR sequences (RFC 9528 §5, draft-ietf-lake-edhoc-psk appendix A). What is read was written by anybody: its length is
 * bounded before, counts and strings within it here. External authorization data is read over unless it has to be understood; none is sent.
 */
import { ARRAY, BYTES, NEGATIVE, UNSIGNED } from "../../cbor/major"
import { CborReader } from "../../cbor/reader"
import { CborRefusal } from "../../cbor/refusal"
import { CborWriter } from "../../cbor/writer"
import { joinBytes } from "../../crypto/join-bytes"
import { KEY_NAME_BYTES } from "./credential"
import { METHOD_PSK } from "./draft"
import { encodeIdentifier, readIdentifier } from "./identifier"
import { EdhocRefusal } from "./refusal"
import { type CipherSuite, mostIdentifierBytes } from "./suites"

/** Longest message in bytes: it fits into a frame of the bus, and leaves room for external authorization data. */
export const MOST_MESSAGE_BYTES = 160
/** Cipher suites that are read of a list. */
export const MOST_SUITES = 8
/** Items of external authorization data that are read over in one message. */
export const MOST_EAD_ITEMS = 4
/** Longest of any kind of identifier. */
const IDENTIFIER_BYTES = 8

/** As far as it was read: `refusal` says whether anything of it counts. */
export interface Message1 {
    /** A `CborRefusal` or an `EdhocRefusal`. */
    refusal: number
    method: number
    /** In the initiator's order of preference; the last one is selected. */
    suites: number[]
    gX: Buffer
    cI: Buffer
}

/** @param suites the selected one last, and before it all that are preferred to it */
export function message1(suites: readonly CipherSuite[], gX: Buffer, cI: Buffer): Buffer {
    const cbor = new CborWriter(MOST_MESSAGE_BYTES).int(METHOD_PSK)
    return writeSuites(cbor, suites).bytes(gX).raw(encodeIdentifier(cI)).finish()
}

export function readMessage1(bytes: Buffer): Message1 {
    const cbor = new CborReader(bytes, bytes.length)
    const method = cbor.int()
    // A suite has its own meaning of the rest, a method too.
    if (method !== METHOD_PSK) cbor.refuse(EdhocRefusal.Method)
    const suites = readSuites(cbor)
    const gX = cbor.bytes(MOST_MESSAGE_BYTES)
    const cI = readIdentifier(cbor, IDENTIFIER_BYTES)
    readEad(cbor, bytes.length)
    return { refusal: cbor.refusal, method, suites, gX, cI }
}

/** message_2: G_Y and CIPHERTEXT_2A in one byte string; message_3 and message_4: their ciphertext in one. */
export function ciphertextMessage(ciphertext: Buffer): Buffer {
    return new CborWriter(MOST_MESSAGE_BYTES).bytes(ciphertext).finish()
}

export interface CiphertextMessage {
    refusal: number
    ciphertext: Buffer
}

export function readCiphertextMessage(bytes: Buffer): CiphertextMessage {
    const cbor = new CborReader(bytes, bytes.length)
    const ciphertext = cbor.bytes(MOST_MESSAGE_BYTES)
    cbor.finish()
    return { refusal: cbor.refusal, ciphertext }
}

export interface Plaintext2 {
    refusal: number
    cR: Buffer
}

/** PLAINTEXT_2A. @param suite bounds the identifier */
export function readPlaintext2(bytes: Buffer, suite: CipherSuite): Plaintext2 {
    const cbor = new CborReader(bytes, bytes.length)
    const cR = readIdentifier(cbor, mostIdentifierBytes(suite))
    readEad(cbor, bytes.length)
    return { refusal: cbor.refusal, cR }
}

export interface Plaintext3 {
    refusal: number
    /** The name of the pre-shared key. */
    kid: Buffer
    /** CIPHERTEXT_3B */
    ciphertext: Buffer
}

/** PLAINTEXT_3A. */
export function plaintext3(kid: Buffer, ciphertext: Buffer): Buffer {
    return joinBytes([encodeIdentifier(kid), ciphertextMessage(ciphertext)])
}

export function readPlaintext3(bytes: Buffer): Plaintext3 {
    const cbor = new CborReader(bytes, bytes.length)
    const kid = readIdentifier(cbor, KEY_NAME_BYTES)
    const ciphertext = cbor.bytes(MOST_MESSAGE_BYTES)
    cbor.finish()
    return { refusal: cbor.refusal, kid, ciphertext }
}

/** PLAINTEXT_3B and PLAINTEXT_4: nothing but external authorization data. @returns why it is refused, 0 if it is not */
export function eadRefusal(bytes: Buffer): number {
    const cbor = new CborReader(bytes, bytes.length)
    readEad(cbor, bytes.length)
    return cbor.refusal
}

/** One integer, or an array of at least two (RFC 9528 §5.2.1). */
export function writeSuites(cbor: CborWriter, suites: readonly CipherSuite[]): CborWriter {
    if (suites.length > 1) cbor.head(ARRAY, suites.length)
    for (const suite of suites) cbor.int(suite.number)
    return cbor
}

export function readSuites(cbor: CborReader): number[] {
    const suites: number[] = []
    if (cbor.major() !== ARRAY) {
        suites.push(cbor.int())
        return suites
    }
    const count = cbor.head(ARRAY)
    if (count < 2) cbor.refuse(CborRefusal.Count)
    if (count > MOST_SUITES) cbor.refuse(EdhocRefusal.TooManySuites)
    for (let i = 0; i < count && cbor.refusal === EdhocRefusal.None; i++) suites.push(cbor.int())
    return suites
}

/** What is left of `length` bytes (RFC 9528 §3.8): labels, each with a value or without. A negative label has to be understood; none is here. */
function readEad(cbor: CborReader, length: number): void {
    for (let items = 0; cbor.at < length && cbor.refusal === EdhocRefusal.None; items++) {
        const label = cbor.int()
        if (label < 0) cbor.refuse(EdhocRefusal.CriticalEad)
        if (items === MOST_EAD_ITEMS) cbor.refuse(EdhocRefusal.TooMuchEad)
        if (cbor.at < length && cbor.major() === BYTES) cbor.bytesAhead()
    }
}

/** Whether a message is none of the three that begin with a byte string: an error message, or a message_1. */
export function beginsWithInteger(bytes: Buffer): boolean {
    return bytes.length > 0 && (bytes[0] >> 5 === UNSIGNED || bytes[0] >> 5 === NEGATIVE)
}
