/** What is on record of a session, as CBOR: an array of eleven. Which state it is follows from the nonces. */
import { ARRAY } from "../../cbor/major"
import { CborReader } from "../../cbor/reader"
import { CborRefusal } from "../../cbor/refusal"
import { CborWriter } from "../../cbor/writer"
import type { SessionKeys } from "../session-keys"
import { KUDOS_NONCE_BYTES } from "./field"

const FORMAT = 1
const ITEMS = 11
const SECRET_BYTES = 32
const SALT_BYTES = 32
const IDENTIFIER_BYTES = 7
/** Longest record. */
export const KUDOS_RECORD_BYTES = 136

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
     * new ones.
     */
    sent: number
    /** All sequence numbers below were heard of the other end: under the keys in force; by the device, while it waits, under the temporary ones. */
    heard: number
}

export function encodeRecord({ epoch, keys, ownNonce, peerNonce, sent, heard }: KudosRecord): Buffer {
    return new CborWriter(KUDOS_RECORD_BYTES)
        .head(ARRAY, ITEMS)
        .int(FORMAT)
        .int(epoch)
        .bytes(keys.masterSecret)
        .bytes(keys.masterSalt)
        .bytes(keys.senderId)
        .bytes(keys.recipientId)
        .int(keys.aead)
        .bytes(ownNonce)
        .bytes(peerNonce)
        .int(sent)
        .int(heard)
        .finish()
}

/** @returns undefined if it is no such record */
export function decodeRecord(bytes: Buffer): KudosRecord | undefined {
    const cbor = new CborReader(bytes, bytes.length)
    cbor.arrayOf(ITEMS)
    const format = cbor.uint()
    const epoch = cbor.uint()
    const masterSecret = cbor.bytes(SECRET_BYTES)
    const masterSalt = cbor.bytes(SALT_BYTES)
    const senderId = cbor.bytes(IDENTIFIER_BYTES)
    const recipientId = cbor.bytes(IDENTIFIER_BYTES)
    const aead = cbor.int()
    const ownNonce = cbor.bytes(KUDOS_NONCE_BYTES)
    const peerNonce = cbor.bytes(KUDOS_NONCE_BYTES)
    const sent = cbor.uint()
    const heard = cbor.uint()
    cbor.finish()
    if (cbor.refusal !== CborRefusal.None || format !== FORMAT || masterSecret.length === 0) return undefined
    if (!isNonce(ownNonce) || !isNonce(peerNonce) || (ownNonce.length === 0 && peerNonce.length > 0)) return undefined
    const keys = { masterSecret, masterSalt, senderId, recipientId, aead }
    return { epoch, keys, ownNonce, peerNonce, sent, heard }
}

const isNonce = (bytes: Buffer): boolean => bytes.length === 0 || bytes.length === KUDOS_NONCE_BYTES
