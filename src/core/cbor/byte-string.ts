import { CborWriter } from "./writer"

/** Longest head of a byte string. */
const HEAD_BYTES = 5

/** A byte string as CBOR. */
export function byteString(bytes: Buffer): Buffer {
    return new CborWriter(HEAD_BYTES + bytes.length).bytes(bytes).finish()
}
