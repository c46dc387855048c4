import { Decoder } from "cbor-x"
import { isPlainCbor } from "./cbor-limits"

/** Maps stay maps, byte strings buffers. */
const decoder = new Decoder({ mapsAsObjects: false, useRecords: false, tagUint8Array: false })

/** @returns undefined if the bytes are not one item of CBOR, or one that `isPlainCbor` does not pass */
export function decoded(bytes: Uint8Array): unknown {
    if (!isPlainCbor(bytes)) return undefined
    try {
        return decoder.decode(bytes)
    } catch {
        return undefined
    }
}
