/**
 * What is on record of a session, in 80 bytes: with a seal it fits a slot of a device's memory.
 *
 * | offset | bytes | |
 * | ---: | ---: | --- |
 * | 0 | 1 | format, and how many of the two nonces are there |
 * | 1 | 4 | epoch |
 * | 5 | 2, 2 | `sent`, `heard` |
 * | 9 | 1, 1 | Sender ID, Recipient ID |
 * | 11 | 1, 20 | length of the Master Salt, and it |
 * | 32 | 32 | Master Secret |
 * | 64 | 8, 8 | own nonce, the other end's |
 *
 * Numbers have their least significant byte first. What is not there is zero.
 */
import { copyOf } from "../../crypto/copy-of"
import { hex } from "../../crypto/hex"
import { littleEndian32, putLittleEndian32 } from "../../crypto/words"
import type { SessionKeys } from "../session-keys"

const FORMAT = 0x10
const EPOCH = 1
const NUMBERS = 5
const IDENTIFIERS = 9
const SALT = 11
const SECRET = 32
const OWN_NONCE = 64
const PEER_NONCE = 72
export const KUDOS_RECORD_BYTES = 80
/** Longest Master Salt: what an update gives. */
const SALT_BYTES = 20
const SECRET_BYTES = 32
/** The highest number that fits. */
export const MOST_NUMBER = 0xffff

export interface KudosRecord {
    /** How many times keys have followed others since the first pairing. */
    epoch: number
    /** Those in force, or those that are being replaced. */
    keys: SessionKeys
    /** Nonces that were given for replacing them: empty where there is none yet. */
    ownNonce: Buffer
    peerNonce: Buffer
    /**
     * Sequence numbers that were taken: under the keys in force, if nothing is being replaced; by the hub under the temporary ones; by the device under the
     * new ones. At most `MOST_NUMBER`, as the next.
     */
    sent: number
    /** All sequence numbers below were heard of the other end: under the keys in force; by the device, while it waits, under the temporary ones. */
    heard: number
}

/** @throws RangeError if keys do not fit: identifiers of one byte, a secret of 32, a salt of 20 at most */
export function encodeRecord(record: KudosRecord): Buffer {
    const { keys, ownNonce, peerNonce } = record
    const { masterSalt } = keys
    if (
        keys.masterSecret.length !== SECRET_BYTES ||
        masterSalt.length > SALT_BYTES ||
        keys.senderId.length !== 1 ||
        keys.recipientId.length !== 1
    )
        throw new RangeError("session keys: a secret has 32 bytes, a salt 20 at most, an identifier 1")
    const bytes = Buffer.alloc(KUDOS_RECORD_BYTES)
    bytes[0] = FORMAT | ((ownNonce.length + peerNonce.length) >> 3)
    putLittleEndian32(bytes, EPOCH, record.epoch)
    putLittleEndian32(bytes, NUMBERS, record.sent | (record.heard << 16))
    bytes[IDENTIFIERS] = keys.senderId[0]
    bytes[IDENTIFIERS + 1] = keys.recipientId[0]
    bytes[SALT] = masterSalt.length
    bytes.set(masterSalt, SALT + 1)
    bytes.set(keys.masterSecret, SECRET)
    bytes.set(ownNonce, OWN_NONCE)
    bytes.set(peerNonce, PEER_NONCE)
    return bytes
}

/** @returns undefined if it is no such record */
export function decodeRecord(bytes: Buffer): KudosRecord | undefined {
    const nonces = bytes[0] ^ FORMAT
    const saltEnd = SALT + 1 + bytes[SALT]
    if (bytes.length !== KUDOS_RECORD_BYTES || nonces > 2 || saltEnd > SECRET) return undefined
    const own = copyOf(bytes)
    const numbers = littleEndian32(own, NUMBERS)
    return {
        epoch: littleEndian32(own, EPOCH) >>> 0,
        keys: {
            masterSecret: own.slice(SECRET, OWN_NONCE),
            masterSalt: own.slice(SALT + 1, saltEnd),
            senderId: own.slice(IDENTIFIERS, IDENTIFIERS + 1),
            recipientId: own.slice(IDENTIFIERS + 1, SALT),
        },
        // The other end's is not there without one's own.
        ownNonce: nonces > 0 ? own.slice(OWN_NONCE, PEER_NONCE) : hex``,
        peerNonce: nonces > 1 ? own.slice(PEER_NONCE) : hex``,
        sent: numbers & MOST_NUMBER,
        heard: numbers >>> 16,
    }
}
