import type { KeyStore, Pause } from "../ports"
import { COSE_EDDSA, COSE_ES256 } from "./algorithms"
import { algorithmHeader, sign1Message, toBeSigned } from "./sign1"

/**
 * Signs with the device's key. With EdDSA 5 s on an RP2040.
 * @param keyId what the message names its key by; may be empty
 * @returns a tagged COSE_Sign1 message (RFC 9052 §4.2)
 */
export async function sign1With(keys: KeyStore, keyId: Buffer, payload: Buffer, pause: Pause): Promise<Buffer> {
    await pause()
    const header = algorithmHeader(keys.algorithm === "EdDSA" ? COSE_EDDSA : COSE_ES256)
    return sign1Message(header, keyId, payload, await keys.sign(toBeSigned(header, payload)))
}
