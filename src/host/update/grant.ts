import { Decoder } from "cbor-x"
import { z } from "zod"
import { COSE_EDDSA, COSE_ES256 } from "../../core/cose/algorithms"
import { algorithmHeader, toBeSigned } from "../../core/cose/sign1"
import type { Grant } from "../../core/update/grant"
import { type ChainPolicy, type ChainRefusal, verifyChain } from "../identity/chain"
import { isSignedBy, readMessage } from "../unit/attestation"

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
    /** Not the algorithm of the certified key. */
    | "tokenAlgorithm"
    /** Not signed with the certified key. */
    | "tokenSignature"
    /** The answer to another challenge. */
    | "replayed"

export type GrantVerdict = { grant: Grant; serial: string } | { refusal: GrantRefusal }

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
    const { header, payload, signature } = message
    const algorithm = unit.algorithm === "ed25519" ? COSE_EDDSA : COSE_ES256
    if (!header.equals(algorithmHeader(algorithm))) return { refusal: "tokenAlgorithm" }
    if (!isSignedBy(unit, toBeSigned(header, payload), signature)) return { refusal: "tokenSignature" }
    const fields = grantSchema.safeParse(decoded(payload)).data
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

const decoder = new Decoder({ mapsAsObjects: false, useRecords: false })

/** @returns undefined if it is not one item of CBOR */
function decoded(encoded: Buffer): unknown {
    try {
        return decoder.decode(encoded)
    } catch {
        return undefined
    }
}
