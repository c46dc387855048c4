/** updateCtx (draft §4.2) with HKDF-SHA-256. */
import { CborWriter } from "../../cbor/writer"
import type { Digest } from "../../crypto/digest"
import { hkdfExpand } from "../../crypto/hkdf"
import { joinBytes } from "../../crypto/join-bytes"
import type { Pause } from "../../ports"
import type { SessionKeys } from "../session-keys"

/** The label of ExpandLabel with its length in front, as TLS 1.3 writes it. */
const LABEL = "oscore key update"

/** What one end gives to an update. @param nonce empty where an end has given nothing yet: then `x` does not count */
export function updateInput(x: number, nonce: Buffer): Buffer {
    return nonce.length === 0 ? nonce : joinBytes([Buffer.from([x]), nonce])
}

/** The keys that follow from others by the inputs of both ends, in whatever order. Identifiers and AEAD stay. */
export async function updateContext(
    input1: Buffer,
    input2: Buffer,
    keys: SessionKeys,
    digest: Digest,
    pause: Pause,
): Promise<SessionKeys> {
    await pause()
    const [one, two] = [byteString(input1), byteString(input2)]
    const masterSalt = precedes(one, two) ? joinBytes([one, two]) : joinBytes([two, one])
    const length = keys.masterSecret.length
    const label = Buffer.from(LABEL)
    const info = joinBytes([
        Buffer.from([length >> 8, length & 255, label.length]),
        label,
        Buffer.from([masterSalt.length]),
        masterSalt,
    ])
    await pause()
    const masterSecret = await hkdfExpand(digest, keys.masterSecret, info, length, pause)
    return { masterSecret, masterSalt, senderId: keys.senderId, recipientId: keys.recipientId, aead: keys.aead }
}

function byteString(bytes: Buffer): Buffer {
    return new CborWriter(2 + bytes.length).bytes(bytes).finish()
}

/** Lexicographic order. */
function precedes(a: Buffer, b: Buffer): boolean {
    for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i] < b[i]
    return a.length < b.length
}
