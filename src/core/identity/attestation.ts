/** The answer to a challenge: an Entity Attestation Token (RFC 9711) as a CBOR Web Token signed with COSE_Sign1 (RFC 8392 §7.1). */

import { ARRAY, MAP } from "../cbor/major"
import { CborWriter } from "../cbor/writer"
import { sign1With } from "../cose/sign1-with"
import { constantTimeEqual } from "../crypto/constant-time"
import { hex } from "../crypto/hex"
import { joinBytes } from "../crypto/join-bytes"
import type { KeyStore, Pause, Store } from "../ports"
import { soundRecord } from "../store/sound-record"
import type { ProgramRecord } from "../update/records"
import { IdentityRefusal } from "./identity-state"

/** A challenge in bytes: eat_nonce of RFC 9711 §4.1, which takes 8 to 64. */
export const CHALLENGE_BYTES = 32

/** Claim keys: the registered ones of RFC 9711 §10.2, and below -65536 our own, for which RFC 8392 §9.1.1 leaves room. */
export enum CLAIM {
    nonce = 10,
    ueid = 256,
    uptime = 261,
    debugStatus = 263,
    bootCount = 267,
    softwareName = 270,
    softwareVersion = 271,
    serial = -70001,
    sequenceNumber = -70002,
    securityClass = -70003,
    /** Array of state and cause, with the numbers of services/domovoi.md. */
    state = -70004,
    /** Array of the update's state, as services/domovoi.md numbers it; sequence number and digest of the record `program`; the floor. */
    update = -70005,
}

/** First byte of a UEID that is a random number, RFC 9711 §4.2.1; a hash of a public key is as good as one. */
const UEID_RAND = hex`01`
export const UEID_KEY_BYTES = 16
/** dbgstat 0, RFC 9711 §4.2.9: the runtime leaves its debug interfaces open. */
const DEBUG_ENABLED = 0

/** Room for all claims, with names of at most 64 bytes. */
const CLAIMS_BYTES = 360

/** What it says of its updates: what records and counter say while the claims are made. */
export interface UpdateEvidence {
    /** Number of services/domovoi.md. */
    state: number
    /** The confirmed program; zeros if no record says one. */
    program: ProgramRecord
    /** Lowest sequence number of a program that may run. */
    floor: number
}

/** What a unit says of itself, its firmware and its condition while the claims are made, by the names that registers have in services/domovoi.md. */
export interface Condition {
    serialNumber(): string
    bootCount(): number
    readonly model: string
    readonly firmwareVersion: string
    readonly sequenceNumber: number
    readonly securityClass: number
    readonly state: [number, number]
    uptime(): number
    /** Left out by a device that takes no updates, or has not judged its program yet. */
    evidence?: () => Promise<UpdateEvidence>
}

/**
 * @param keyDigest SHA-256 of the public key
 * @returns the tagged COSE_Sign1 message, some 300 bytes
 */
export async function attestationToken(
    keys: KeyStore,
    challenge: Buffer,
    keyDigest: Buffer,
    condition: Condition,
    pause: Pause,
): Promise<Buffer> {
    const ueid = keyDigest.slice(0, UEID_KEY_BYTES)
    const update = condition.evidence && (await condition.evidence())
    await pause()
    const claims = new CborWriter(CLAIMS_BYTES)
        .head(MAP, update ? 12 : 11)
        .int(CLAIM.nonce)
        .bytes(challenge)
        .int(CLAIM.ueid)
        .bytes(joinBytes([UEID_RAND, ueid]))
        .int(CLAIM.uptime)
        .int(condition.uptime())
        .int(CLAIM.debugStatus)
        .int(DEBUG_ENABLED)
        .int(CLAIM.bootCount)
        .int(condition.bootCount())
        .int(CLAIM.softwareName)
        .text(condition.model)
        .int(CLAIM.softwareVersion)
        .head(ARRAY, 1)
        .text(condition.firmwareVersion)
        .int(CLAIM.serial)
        .text(condition.serialNumber())
    await pause()
    claims
        .int(CLAIM.sequenceNumber)
        .int(condition.sequenceNumber)
        .int(CLAIM.securityClass)
        .int(condition.securityClass)
        .int(CLAIM.state)
        .head(ARRAY, 2)
        .int(condition.state[0])
        .int(condition.state[1])
    if (update)
        claims
            .int(CLAIM.update)
            .head(ARRAY, 4)
            .int(update.state)
            .int(update.program.sequenceNumber)
            .bytes(update.program.digest)
            .int(update.floor)
    return await sign1With(keys, ueid, claims.finish(), pause)
}

/** Record of the challenges answered last. */
const CHALLENGES = "challenges"
/** What is kept of each, in bytes, and of how many. */
const PREFIX_BYTES = 8
export const REMEMBERED_CHALLENGES = 10

/**
 * Admits a challenge that is not among the last ten admitted, and remembers it, over reboots too. It is for the one who asks to know that
 * a challenge is fresh; that the device refuses a second use shows who replays one.
 * @throws StoreError
 */
export async function admitChallenge(store: Store, challenge: Buffer): Promise<IdentityRefusal> {
    if (challenge.length !== CHALLENGE_BYTES) return IdentityRefusal.ChallengeSize
    const prefix = challenge.slice(0, PREFIX_BYTES)
    const known = (await soundRecord(store, CHALLENGES)) || hex``
    for (let at = 0; at < known.length; at += PREFIX_BYTES)
        if (constantTimeEqual(known.slice(at, at + PREFIX_BYTES), prefix)) return IdentityRefusal.ChallengeUsed
    const kept = Math.min(known.length, (REMEMBERED_CHALLENGES - 1) * PREFIX_BYTES)
    await store.set(CHALLENGES, joinBytes([prefix, known.slice(0, kept)]))
    return IdentityRefusal.None
}
