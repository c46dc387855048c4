/** Byte strings that are short on the wire (RFC 9528 §3.3.2): one that reads as a CBOR integer from -24 to 23 is sent as that integer. */
import { BYTES, NEGATIVE, UNSIGNED } from "../../cbor/major"
import type { CborReader } from "../../cbor/reader"
import { CborWriter } from "../../cbor/writer"
import { EdhocRefusal } from "./refusal"

/** Connection identifiers and `kid` parameters, as they are in messages. */
export function encodeIdentifier(identifier: Buffer): Buffer {
    const writer = new CborWriter(5 + identifier.length)
    return (isInteger(identifier) ? writer.raw(identifier) : writer.bytes(identifier)).finish()
}

/** @param most bytes that it may have */
export function readIdentifier(cbor: CborReader, most: number): Buffer {
    if (cbor.major() === BYTES) {
        const identifier = cbor.bytes(most)
        if (isInteger(identifier)) cbor.refuse(EdhocRefusal.IdentifierForm)
        return identifier
    }
    const number = cbor.int()
    if (number < -24 || number > 23) cbor.refuse(EdhocRefusal.IdentifierForm)
    return Buffer.from([number < 0 ? (NEGATIVE << 5) | (-1 - number) : (UNSIGNED << 5) | number])
}

/** Whether it is the encoding of an integer from -24 to 23. */
function isInteger(identifier: Buffer): boolean {
    return identifier.length === 1 && identifier[0] >> 5 <= NEGATIVE && (identifier[0] & 31) < 24
}
