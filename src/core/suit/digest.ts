import type { CborReader } from "../cbor/reader"
import { COSE_SHA256 } from "../cose/algorithms"
import { DIGEST_BYTES } from "./labels"
import { SuitRefusal } from "./refusal"

/** Digests of other algorithms are at most as long. */
const OTHER_DIGEST_BYTES = 64

/** SUIT_Digest: an array of algorithm and bytes. @returns 32 bytes of SHA-256, unless refused */
export function readDigest(cbor: CborReader): Buffer {
    cbor.arrayOf(2)
    if (cbor.int() !== COSE_SHA256) cbor.refuse(SuitRefusal.DigestAlgorithm)
    const digest = cbor.bytes(OTHER_DIGEST_BYTES)
    if (digest.length !== DIGEST_BYTES) cbor.refuse(SuitRefusal.DigestLength)
    return digest
}
