/**
 * The messages of EDHOC-PSK as CBOR sequences (RFC 9528 §5, draft-ietf-lake-edhoc-psk appendix A). What is read was written by anybody: its length is
 * bounded before, counts and strings within it here; whether it counts, says the reader's `refusal`, a `CborRefusal` or an `EdhocRefusal`. External
 * authorization data is read over unless it has to be understood; none is sent.
 */
import { ARRAY, BYTES } from "../../cbor/major"
import { CborReader } from "../../cbor/reader"
import { CborRefusal } from "../../cbor/refusal"
import { CborWriter } from "../../cbor/writer"
import { METHOD_PSK } from "./draft"
import { encodeIdentifier } from "./identifier"
import { EdhocRefusal } from "./refusal"
import type { CipherSuite } from "./suites"

/** Longest message in bytes: it fits into a frame of the bus, and leaves room for external authorization data. */
export const MOST_MESSAGE_BYTES = 160
/** Cipher suites that are read of a list. */
export const MOST_SUITES = 8
/** Items of external authorization data that are read over in one message. */
export const MOST_EAD_ITEMS = 4

export function readerOf(bytes: Buffer): CborReader {
    return new CborReader(bytes, bytes.length)
}

/** @param suites the selected one last, and before it all that are preferred to it: one integer, or an array of at least two (RFC 9528 §5.2.1) */
export function message1(suites: readonly CipherSuite[], gX: Buffer, cI: Buffer): Buffer {
    const cbor = new CborWriter(MOST_MESSAGE_BYTES).int(METHOD_PSK)
    if (suites.length > 1) cbor.head(ARRAY, suites.length)
    for (const suite of suites) cbor.int(suite.number)
    return cbor.bytes(gX).raw(encodeIdentifier(cI)).finish()
}

/** The byte string that a message ends with: all of message_2, message_3 and message_4, and of PLAINTEXT_3A what is behind the name of the key. */
export function readCiphertext(cbor: CborReader): Buffer {
    const ciphertext = cbor.bytes(MOST_MESSAGE_BYTES)
    cbor.finish()
    return ciphertext
}

/** PLAINTEXT_3B and PLAINTEXT_4: nothing but external authorization data. @returns why it is refused, 0 if it is not */
export function eadRefusal(bytes: Buffer): number {
    const cbor = readerOf(bytes)
    readEad(cbor, bytes.length)
    return cbor.refusal
}

/** As `message1` writes them. */
export function readSuites(cbor: CborReader): number[] {
    let count = 1
    if (cbor.major() === ARRAY) {
        count = cbor.head(ARRAY)
        if (count < 2) cbor.refuse(CborRefusal.Count)
        if (count > MOST_SUITES) cbor.refuse(EdhocRefusal.TooManySuites)
    }
    const suites: number[] = []
    while (suites.length < count && cbor.refusal === EdhocRefusal.None) suites.push(cbor.int())
    return suites
}

/** What is left of `length` bytes (RFC 9528 §3.8): labels, each with a value or without. A negative label has to be understood; none is here. */
export function readEad(cbor: CborReader, length: number): void {
    for (let items = 0; cbor.at < length && cbor.refusal === EdhocRefusal.None; items++) {
        if (cbor.int() < 0) cbor.refuse(EdhocRefusal.CriticalEad)
        if (items === MOST_EAD_ITEMS) cbor.refuse(EdhocRefusal.TooMuchEad)
        if (cbor.at < length && cbor.major() === BYTES) cbor.bytesAhead()
    }
}
