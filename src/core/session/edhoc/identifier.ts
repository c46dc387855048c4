/** Byte strings that are short on the wire (RFC 9528 §3.3.2): one that reads as a CBOR integer from -24 to 23 is sent as that integer. */
import { byteString } from "../../cbor/byte-string"
import { BYTES, NEGATIVE } from "../../cbor/major"
import type { CborReader } from "../../cbor/reader"
import { EdhocRefusal } from "./refusal"

/** Connection identifiers and `kid` parameters, as they are in messages. */
export function encodeIdentifier(identifier: Buffer): Buffer {
    return isInteger(identifier) ? identifier : byteString(identifier)
}

/** @param bytes that are read, from the first on @param most bytes that it may have */
export function readIdentifier(cbor: CborReader, bytes: Buffer, most: number): Buffer {
    const from = cbor.at
    const isString = cbor.major() === BYTES
    if (!isString) cbor.int()
    const identifier = isString ? cbor.bytes(most) : bytes.slice(from, cbor.at)
    // An integer that stands for none is longer, and what could be one has to.
    if (isString === isInteger(identifier)) cbor.refuse(EdhocRefusal.IdentifierForm)
    return identifier
}

/** Whether it is the encoding of an integer from -24 to 23: 0x00 to 0x17, or 0x20 to 0x37. */
function isInteger(identifier: Buffer): boolean {
    return identifier.length === 1 && (identifier[0] & ~(NEGATIVE << 5)) < 24
}
