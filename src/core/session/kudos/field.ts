/** What a KUDOS message carries in its OSCORE option: `x` and `nonce` (draft §4.1). */
import { KudosRefusal } from "./refusal"

/** Length of the nonces: what the draft recommends. */
export const KUDOS_NONCE_BYTES = 8
/** `x` of a message that offers a nonce, and waits for the other end's. */
export const DIVERGENT = KUDOS_NONCE_BYTES - 1
/** `x` of a message under the new keys. */
export const CONVERGENT = 0x40 | DIVERGENT

const LENGTH = 0x0f
const NO_FORWARD_SECRECY = 0x10
const PRESERVE_OBSERVATIONS = 0x20
const RESERVED = 0x80

/** Why a field is refused. Nothing is negotiated: there is one form, with forward secrecy and nothing preserved. */
export function fieldRefusal(x: number, nonce: Buffer): KudosRefusal {
    if ((x & RESERVED) !== 0 || (x & LENGTH) + 1 !== nonce.length) return KudosRefusal.FieldForm
    if ((x & NO_FORWARD_SECRECY) !== 0) return KudosRefusal.NoForwardSecrecy
    if ((x & PRESERVE_OBSERVATIONS) !== 0) return KudosRefusal.PreserveObservations
    return nonce.length === KUDOS_NONCE_BYTES ? KudosRefusal.None : KudosRefusal.NonceLength
}
