/** A log in a file: a CBOR sequence (RFC 8742) of the unit's certificates, in a byte string, and of the export as the unit handed it out. */
import { CborReader } from "../../core/cbor/reader"
import { CborRefusal } from "../../core/cbor/refusal"
import { CborWriter } from "../../core/cbor/writer"
import { MAX_CHAIN_BYTES } from "../identity/chain"
import { InputError } from "../input-error"

export interface LogFile {
    /** The unit's, DER. */
    certificates: Uint8Array
    /** See `LogExport`. */
    exported: Uint8Array
}

const HEAD_BYTES = 3

export function encodeLogFile({ certificates, exported }: LogFile): Uint8Array {
    const capacity = HEAD_BYTES + certificates.length + exported.length
    return new CborWriter(capacity).bytes(Buffer.from(certificates)).raw(Buffer.from(exported)).finish()
}

/** @throws InputError if it does not begin as such a file does */
export function decodeLogFile(path: string, bytes: Buffer): LogFile {
    const reader = new CborReader(bytes, bytes.length)
    const certificates = reader.bytes(MAX_CHAIN_BYTES)
    if (reader.refusal !== CborRefusal.None)
        throw new InputError(`${path}: this is no log of a unit; make one with "domovoi log pull"`)
    return { certificates, exported: bytes.subarray(reader.at) }
}
