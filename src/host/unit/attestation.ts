import { createHash, createPublicKey, verify } from "node:crypto"
import { Decoder, Tag } from "cbor-x"
import { z } from "zod"
import { COSE_EDDSA, COSE_ES256 } from "../../core/cose/algorithms"
import { algorithmHeader, COSE_HEADER_KID, COSE_SIGN1_TAG, toBeSigned } from "../../core/cose/sign1"
import { CHALLENGE_BYTES, CLAIM, UEID_KEY_BYTES } from "../../core/identity/attestation"
import { type ChainPolicy, type ChainRefusal, verifyChain } from "../identity/chain"
import type { CertifiedUnit } from "../identity/device-certificate"
import { spkiOf } from "../identity/key-algorithm"
import type { RandomBytes } from "../identity/random-bytes"
import { readDocument } from "./read-document"
import type { UnitLink } from "./unit-link"

/** What a device says of itself under its signature: claims of RFC 9711, and our own. */
export interface AttestedClaims {
    serial: string
    model: string
    version: string
    sequenceNumber: number
    securityClass: number
    /** Numbers of services/domovoi.md. */
    state: number
    cause: number
    bootCount: number
    /** In seconds. */
    uptime: number
    /** Whether the device says that its debug interfaces are open. */
    debugEnabled: boolean
}

/** Why an attestation is not believed. */
export type AttestationRefusal =
    | ChainRefusal
    /** The device has no certificate. */
    | "noIdentity"
    /** The device refused the challenge, or answered none. */
    | "deviceRefused"
    /** The token is no COSE_Sign1 of the claims that it has to have. */
    | "tokenMalformed"
    /** The token's algorithm is not that of the certified key. */
    | "tokenAlgorithm"
    /** The token was not signed with the certified key: the certificate is another unit's. */
    | "tokenSignature"
    /** The token answers another challenge: it is an old one. */
    | "replayed"
    /** The token says another serial number, model or class than the certificate, or another key's UEID. */
    | "claimsDiffer"

export type AttestationVerdict =
    | { unit: CertifiedUnit; claims: AttestedClaims }
    | { refusal: AttestationRefusal; detail?: string }

/** Challenges a device, and checks what it answers. @throws LinkError */
export async function attest(link: UnitLink, policy: ChainPolicy, random: RandomBytes): Promise<AttestationVerdict> {
    const chain = await readDocument(link, "certificates")
    if (chain.length === 0) return { refusal: "noIdentity", detail: String(await link.get("identity")) }
    const certified = verifyChain(chain, policy)
    if ("refusal" in certified) return certified
    const challenge = random(CHALLENGE_BYTES)
    const { refusal } = await link.call("attest", { challenge })
    if (refusal !== "None") return { refusal: "deviceRefused", detail: String(refusal) }
    return verifyToken(await readDocument(link, "attestation"), challenge, certified.unit)
}

/** Checks a token against a certificate that was found good. */
export function verifyToken(token: Uint8Array, challenge: Uint8Array, unit: CertifiedUnit): AttestationVerdict {
    const message = readMessage(token)
    if (!message) return { refusal: "tokenMalformed" }
    const { header, keyId, payload, signature } = message
    const algorithm = unit.algorithm === "ed25519" ? COSE_EDDSA : COSE_ES256
    if (!header.equals(algorithmHeader(algorithm))) return { refusal: "tokenAlgorithm" }
    if (!isSignedBy(unit, toBeSigned(header, payload), signature)) return { refusal: "tokenSignature" }
    const claims = readClaims(payload)
    if (!claims) return { refusal: "tokenMalformed" }
    if (!claims.nonce.equals(challenge)) return { refusal: "replayed" }
    const key = createHash("sha256").update(unit.publicKey).digest().subarray(0, UEID_KEY_BYTES)
    const isOfUnit =
        claims.said.serial === unit.serial &&
        claims.said.model === unit.model &&
        claims.said.securityClass === unit.securityClass &&
        claims.ueid.equals(Buffer.concat([Buffer.of(1), key])) &&
        keyId.equals(key)
    return isOfUnit ? { unit, claims: claims.said } : { refusal: "claimsDiffer" }
}

const decoder = new Decoder({ mapsAsObjects: false, useRecords: false })
const bytes = z.instanceof(Buffer)
const wholeNumber = z.int().min(0)

const messageSchema = z.tuple([bytes, z.map(z.literal(COSE_HEADER_KID), bytes), bytes, bytes])

const claimsSchema = z.strictObject({
    [CLAIM.nonce]: bytes,
    [CLAIM.ueid]: bytes,
    [CLAIM.uptime]: wholeNumber,
    [CLAIM.debugStatus]: wholeNumber.max(4),
    [CLAIM.bootCount]: wholeNumber,
    [CLAIM.softwareName]: z.string(),
    [CLAIM.softwareVersion]: z.tuple([z.string()]),
    [CLAIM.serial]: z.string(),
    [CLAIM.sequenceNumber]: wholeNumber,
    [CLAIM.securityClass]: wholeNumber,
    [CLAIM.state]: z.tuple([wholeNumber, wholeNumber]),
})

/** Reads a COSE_Sign1 message. @returns undefined if it is none */
export function readMessage(token: Uint8Array) {
    const tagged = decoded(token)
    if (!(tagged instanceof Tag) || tagged.tag !== COSE_SIGN1_TAG) return undefined
    const parts = messageSchema.safeParse(tagged.value).data
    const keyId = parts?.[1].get(COSE_HEADER_KID)
    return parts && keyId && { header: parts[0], keyId, payload: parts[2], signature: parts[3] }
}

function readClaims(payload: Buffer): { nonce: Buffer; ueid: Buffer; said: AttestedClaims } | undefined {
    const map = decoded(payload)
    const claims = map instanceof Map ? claimsSchema.safeParse(Object.fromEntries(map)).data : undefined
    if (!claims) return undefined
    const [state, cause] = claims[CLAIM.state]
    return {
        nonce: claims[CLAIM.nonce],
        ueid: claims[CLAIM.ueid],
        said: {
            serial: claims[CLAIM.serial],
            model: claims[CLAIM.softwareName],
            version: claims[CLAIM.softwareVersion][0],
            sequenceNumber: claims[CLAIM.sequenceNumber],
            securityClass: claims[CLAIM.securityClass],
            state,
            cause,
            bootCount: claims[CLAIM.bootCount],
            uptime: claims[CLAIM.uptime],
            debugEnabled: claims[CLAIM.debugStatus] === 0,
        },
    }
}

/** Whether a signature is by the unit's certified key. */
export function isSignedBy(
    unit: Pick<CertifiedUnit, "algorithm" | "publicKey">,
    message: Buffer,
    signature: Buffer,
): boolean {
    const key = createPublicKey({ key: spkiOf(unit.publicKey), format: "der", type: "spki" })
    return unit.algorithm === "ed25519"
        ? verify(null, message, key, signature)
        : verify("sha256", message, { key, dsaEncoding: "ieee-p1363" }, signature)
}

/** @returns undefined if it is not one item of CBOR */
function decoded(encoded: Uint8Array): unknown {
    try {
        return decoder.decode(encoded)
    } catch {
        return undefined
    }
}
