/** The device's word, under its signature, that a program may be installed: a COSE_Sign1 over an array, so that it passes for no attestation. */

import { ARRAY } from "../cbor/major"
import { CborWriter } from "../cbor/writer"
import { sign1With } from "../cose/sign1-with"
import { hex } from "../crypto/hex"
import type { KeyStore, Pause } from "../ports"
import type { ProgramRecord } from "./records"

/** Chosen at random by the host that asks, so that an old grant is of no use to it. */
export const GRANT_CHALLENGE_BYTES = 32

const GRANT_BYTES = 128

export interface Grant {
    challenge: Buffer
    /** The program that may be installed. */
    update: ProgramRecord
    /** The confirmed program, which may be installed again. */
    confirmed: ProgramRecord
}

/** An array of five: challenge, and of each program its sequence number and digest. */
export function encodeGrant({ challenge, update, confirmed }: Grant): Buffer {
    return new CborWriter(GRANT_BYTES)
        .head(ARRAY, 5)
        .bytes(challenge)
        .int(update.sequenceNumber)
        .bytes(update.digest)
        .int(confirmed.sequenceNumber)
        .bytes(confirmed.digest)
        .finish()
}

/** @returns the tagged message, some 200 bytes */
export async function signGrant(keys: KeyStore, grant: Grant, pause: Pause): Promise<Buffer> {
    return await sign1With(keys, hex``, encodeGrant(grant), pause)
}
