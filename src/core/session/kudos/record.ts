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

export function encodeRecord(record: KudosRecord): Buffer {
    const { keys } = record
    return new CborWriter(KUDOS_RECORD_BYTES)
        .head(ARRAY, ITEMS)
        .int(FORMAT)
        .int(record.epoch)
        .bytes(keys.masterSecret)
        .bytes(keys.masterSalt)
        .bytes(keys.senderId)
        .bytes(keys.recipientId)
        .int(keys.aead)
        .bytes(record.ownNonce)
        .bytes(record.peerNonce)
        .int(record.sent)
        .int(record.heard)
        .finish()
}

/** @returns undefined if it is no such record */
export function decodeRecord(bytes: Buffer): KudosRecord | undefined {
    const cbor = new CborReader(bytes, bytes.length)
    cbor.arrayOf(ITEMS)
    const format = cbor.uint()
    const record = {
        epoch: cbor.uint(),
        keys: {
            masterSecret: cbor.bytes(SECRET_BYTES),
            masterSalt: cbor.bytes(SALT_BYTES),
            senderId: cbor.bytes(IDENTIFIER_BYTES),
            recipientId: cbor.bytes(IDENTIFIER_BYTES),
            aead: cbor.int(),
        },
        ownNonce: cbor.bytes(KUDOS_NONCE_BYTES),
        peerNonce: cbor.bytes(KUDOS_NONCE_BYTES),
        sent: cbor.uint(),
        heard: cbor.uint(),
    }
    cbor.finish()
    if (cbor.refusal !== CborRefusal.None || format !== FORMAT || record.keys.masterSecret.length === 0)
        return undefined
    const own = record.ownNonce.length
    const peers = record.peerNonce.length
    // A nonce has 8 bytes or is not there, and the other end's is not there without one's own.
    return ((own | peers) & (KUDOS_NONCE_BYTES - 1)) === 0 && peers <= own ? record : undefined
}
