import { z } from "zod"
import type { Grant } from "../../core/update/grant"
import type { ProgramRecord } from "../../core/update/records"
import { decoded } from "../cbor"
import { type ChainPolicy, type ChainRefusal, type Refused, verifyChain } from "../identity/chain"
import { readMessage, type SignatureRefusal, signatureRefusal } from "../unit/unit-message"
import type { PackageParts } from "./package-parts"

/** A grant with what proves it, as a device gave it. */
export interface SignedGrant {
    challenge: Buffer
    token: Buffer
    /** The device's certificates. */
    chain: Buffer
}

/** Why a grant does not count. */
export type GrantRefusal =
    | ChainRefusal
    /** No COSE_Sign1 over challenge and two programs. */
    | "tokenMalformed"
    | SignatureRefusal
    /** The answer to another challenge. */
    | "replayed"

/** Whether a grant allows a package's program. */
export function allows({ update, confirmed }: Grant, parts: PackageParts): boolean {
    return names(update, parts) || names(confirmed, parts)
}

/** By its digest, and by the number that its package gives it. */
export function names({ sequenceNumber, digest }: ProgramRecord, { manifest }: PackageParts): boolean {
    return manifest?.sequenceNumber === sequenceNumber && manifest.digest.equals(digest)
}

export type GrantVerdict = { grant: Grant; serial: string } | Refused<GrantRefusal>

const digest = z.instanceof(Buffer).refine(bytes => bytes.length === 32)
const sequenceNumber = z.int().min(0)
const grantSchema = z.tuple([z.instanceof(Buffer), sequenceNumber, digest, sequenceNumber, digest])

/** Checks a grant from its certificate on. */
export function verifyGrant({ challenge, token, chain }: SignedGrant, policy: ChainPolicy): GrantVerdict {
    const certified = verifyChain(chain, policy)
    if ("refusal" in certified) return certified
    const { unit } = certified
    const message = readMessage(token)
    if (!message) return { refusal: "tokenMalformed" }
    const refusal = signatureRefusal(unit, message)
    if (refusal) return { refusal }
    const fields = grantSchema.safeParse(decoded(message.payload)).data
    if (!fields) return { refusal: "tokenMalformed" }
    const [nonce, updateNumber, updateDigest, confirmedNumber, confirmedDigest] = fields
    if (!nonce.equals(challenge)) return { refusal: "replayed" }
    return {
        serial: unit.serial,
        grant: {
            challenge: nonce,
            update: { sequenceNumber: updateNumber, digest: updateDigest },
            confirmed: { sequenceNumber: confirmedNumber, digest: confirmedDigest },
        },
    }
}
