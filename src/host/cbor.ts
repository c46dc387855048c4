import { Decoder } from "cbor-x"

/** Maps stay maps, byte strings buffers. */
const decoder = new Decoder({ mapsAsObjects: false, useRecords: false, tagUint8Array: false })

/** @returns undefined if the bytes are not one item of CBOR */
export function decoded(bytes: Uint8Array): unknown {
    try {
        return decoder.decode(bytes)
    } catch {
        return undefined
    }
}
