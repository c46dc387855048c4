import { Encoder } from "cbor-x"

const encoder = new Encoder({ mapsAsObjects: false, useRecords: false, tagUint8Array: false })

/** Another encoder than the one that is tested. */
export function encode(value: unknown): Buffer {
    return Buffer.from(encoder.encode(value))
}
