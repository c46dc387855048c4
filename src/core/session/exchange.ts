import { hex } from "../crypto/hex"

/** What binds a response to its request, RFC 8613 §8: each end keeps it until the response has passed. */
export class Exchange {
    /** Of both messages. */
    readonly associatedData: Buffer
    /** Of the request. */
    readonly nonce: Buffer
    /**
     * At the end that answers: whether the request's nonce has sealed a response, or may have before the last start, so that the next one needs a
     * number of its own. At the end that asked: whether a response was accepted, of which there is one.
     */
    spent = false

    constructor(associatedData: Buffer, nonce: Buffer) {
        this.associatedData = associatedData
        this.nonce = nonce
    }
}

/** ["Encrypt0", h'', …: the context and the empty protected header of the Enc_structure, RFC 9052 §5.3. */
const ENCRYPT0 = hex`8368 456e637279707430 40`
/** Strings of CBOR that are shorter than 24 bytes have a head of one. */
const BYTE_STRING = 0x40

/**
 * The AAD: the Enc_structure around the external_aad, which is [1, [algorithm], request_kid, request_piv, h''] in a byte string (RFC 8613 §5.4; there are
 * no options of class I). With 5 bytes for the algorithm, 7 for the identifier and 5 for the Partial IV it has 23 at most, so every head here is one byte.
 * It is written by hand because each message needs it, and a call costs more than the bytes.
 * @param algorithm encoded
 */
export function associatedDataOf(algorithm: Buffer, requestKid: Buffer, requestPartialIv: Buffer): Buffer {
    const external = 6 + algorithm.length + requestKid.length + requestPartialIv.length
    const data = Buffer.alloc(ENCRYPT0.length + 1 + external)
    data.set(ENCRYPT0, 0)
    let at = ENCRYPT0.length
    data[at] = BYTE_STRING | external
    data.set(hex`850181`, at + 1)
    data.set(algorithm, at + 4)
    at += 4 + algorithm.length
    data[at] = BYTE_STRING | requestKid.length
    data.set(requestKid, at + 1)
    at += 1 + requestKid.length
    data[at] = BYTE_STRING | requestPartialIv.length
    data.set(requestPartialIv, at + 1)
    data[data.length - 1] = BYTE_STRING
    return data
}
