/** A pre-shared key, its name and the credentials that go with it (draft-ietf-lake-edhoc-psk §3.1). */
import { CborWriter } from "../../cbor/writer"
import { copyOf } from "../../crypto/copy-of"
import { hex } from "../../crypto/hex"
import { requireBytes } from "../../crypto/require-bytes"

/** Longest name of a key in bytes. */
export const KEY_NAME_BYTES = 8
/** Longest name of an end in characters. */
export const END_NAME_LENGTH = 32
/** Length of the secret on the label, 128 bits: what the draft asks for at least. */
export const LABEL_SECRET_BYTES = 16
/** Longest CRED_I or CRED_R in bytes. */
const CREDENTIAL_BYTES = 64

/** All labels name their secret so: a device has one, and who listens actively learns nothing of which device it is. */
const LABEL_KEY: Buffer = hex`00`

export interface PskCredential {
    /** kid of ID_CRED_PSK. */
    kid: Buffer
    psk: Buffer
    /** CRED_I and CRED_R, CBOR. */
    initiator: Buffer
    responder: Buffer
}

/**
 * That of a label's secret.
 * @param secret 16 bytes
 * @param hub name of the initiator, 1 to 32 ASCII characters
 * @param device name of the responder, another one: else an end could take its own messages for the other's
 * @param kid another name, of a secret that is not the label's
 * @throws TypeError, RangeError
 */
export function labelCredential(secret: Buffer, hub: string, device: string, kid: Buffer = LABEL_KEY): PskCredential {
    requireBytes(secret, "label secret", LABEL_SECRET_BYTES)
    if (hub === device) throw new RangeError("hub and device need different names")
    return {
        kid,
        psk: copyOf(secret),
        initiator: claims(hub, kid),
        responder: claims(device, kid),
    }
}

/** What a device and its hub prove to each other by a secret of this name: they tell nobody who they are. @throws TypeError unless it has 16 bytes */
export function pskCredential(secret: Buffer, kid: Buffer): PskCredential {
    return labelCredential(secret, "hub", "device", kid)
}

/**
 * { 2: name, 8: { 1: { 1: 4, 2: kid } } }: a subject and its confirmation (CWT claims, RFC 8392 §3.1 and RFC 8747 §3.1), which is a symmetric COSE_Key
 * with the name of the key (RFC 9052 §7).
 */
function claims(name: string, kid: Buffer): Buffer {
    if (name.length < 1 || name.length > END_NAME_LENGTH)
        throw new RangeError(`a name has 1 to ${END_NAME_LENGTH} characters, not ${name.length}`)
    const cbor = new CborWriter(CREDENTIAL_BYTES)
    return cbor.raw(hex`a2 02`).text(name).raw(hex`08 a1 01 a2 01 04 02`).bytes(kid).finish()
}
