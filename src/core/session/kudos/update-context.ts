/** updateCtx (draft §4.2) with HKDF-SHA-256. */
import type { Digest } from "../../crypto/digest"
import { hex } from "../../crypto/hex"
import { hkdfExpand } from "../../crypto/hkdf"
import { joinBytes } from "../../crypto/join-bytes"
import type { Pause } from "../../ports"
import type { SessionKeys } from "../session-keys"

/**
 * `info` of HKDF-Expand up to the salt, as TLS 1.3 writes it: the length of the secret, 2 bytes, the label "oscore key update" with its length, and the length
 * of the salt.
 */
const INFO = hex`0000 116f73636f7265206b657920757064617465 00`
const SECRET_LENGTH_AT = 1
const SALT_LENGTH_AT = 20

export interface UpdatePorts {
    digest: Digest
    pause: Pause
}

/**
 * The keys that follow from others by the inputs of both ends, whichever of them computes it. Identifiers stay. The draft puts the inputs, as CBOR, in
 * lexicographic order; since a hub's have another `x` than a device's, that order is always the same.
 * @param deviceNonce empty for what the hub's offer is sealed with, when the device has given nothing yet
 */
export async function updateContext(
    { digest, pause }: UpdatePorts,
    keys: SessionKeys,
    hubNonce: Buffer,
    deviceNonce: Buffer,
): Promise<SessionKeys> {
    await pause()
    // An input is `x` and a nonce of 8 bytes, 49 and 9 bytes as CBOR; one that is empty is 40, and comes first.
    const parts = deviceNonce.length === 0 ? [hex`404907`, hubNonce] : [hex`4907`, hubNonce, hex`4947`, deviceNonce]
    const masterSalt = joinBytes(parts)
    const length = keys.masterSecret.length
    const info = joinBytes([INFO, masterSalt])
    info[SECRET_LENGTH_AT] = length
    info[SALT_LENGTH_AT] = masterSalt.length
    await pause()
    return withSecret(keys, await hkdfExpand(digest, keys.masterSecret, info, length, pause), masterSalt)
}

/** Between the same ends, for the same AEAD. */
export function withSecret(keys: SessionKeys, masterSecret: Buffer, masterSalt: Buffer): SessionKeys {
    return { masterSecret, masterSalt, senderId: keys.senderId, recipientId: keys.recipientId }
}
