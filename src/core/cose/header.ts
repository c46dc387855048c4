/** Reading of COSE headers, RFC 9052 §3: the algorithm, protected, and the key's name, wherever it stands. Nothing else is taken. */

import { MAP } from "../cbor/major"
import { CborReader } from "../cbor/reader"
import { hex } from "../crypto/hex"
import { CoseRefusal } from "./refusal"
import { COSE_HEADER_ALG, COSE_HEADER_KID } from "./sign1"

/** Longest name of a key in bytes. */
export const KEY_ID_BYTES = 32
/** Longest protected header in bytes: an algorithm and a key's name fit. */
const PROTECTED_BYTES = 48

/** Whose signature it is, and how it was made. */
export interface SignerHeader {
    /** As it is signed: the bytes within the byte string. */
    protectedHeader: Buffer
    algorithm: number
    keyId: Buffer
}

/** Reads a protected and an unprotected header, and refuses those that do not name an algorithm and a key. */
export function readSignerHeader(cbor: CborReader): SignerHeader {
    const protectedHeader = cbor.bytes(PROTECTED_BYTES)
    const header: SignerHeader = { protectedHeader, algorithm: 0, keyId: hex`` }
    const inner = new CborReader(protectedHeader, protectedHeader.length)
    readParameters(inner, header, true)
    inner.finish()
    cbor.refuse(inner.refusal)
    readParameters(cbor, header, false)
    if (header.algorithm === 0) cbor.refuse(CoseRefusal.AlgorithmMissing)
    if (header.keyId.length === 0) cbor.refuse(CoseRefusal.KeyIdMissing)
    return header
}

function readParameters(cbor: CborReader, header: SignerHeader, isProtected: boolean): void {
    const pairs = cbor.head(MAP)
    let previous: number | undefined
    for (let i = 0; i < pairs; i++) {
        const label = cbor.key(previous)
        if (label === COSE_HEADER_ALG && isProtected) header.algorithm = cbor.int()
        else if (label === COSE_HEADER_KID && header.keyId.length === 0) header.keyId = cbor.bytes(KEY_ID_BYTES)
        else cbor.refuse(CoseRefusal.Header)
        previous = label
    }
}
