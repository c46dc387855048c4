import { createHash } from "node:crypto"
import { z } from "zod"
import { CHALLENGE_BYTES, CLAIM, UEID_KEY_BYTES } from "../../core/identity/attestation"
import { decoded } from "../cbor"
import { type ChainPolicy, type ChainRefusal, verifyChain } from "../identity/chain"
import type { CertifiedUnit } from "../identity/device-certificate"
import type { RandomBytes } from "../identity/random-bytes"
import { readDocument } from "./read-document"
import type { UnitLink } from "./unit-link"
import { readMessage, type SignatureRefusal, signatureRefusal } from "./unit-message"

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
    /** If it was not signed with the certified key, the certificate is another unit's. */
    | SignatureRefusal
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
    const refusal = signatureRefusal(unit, message)
    if (refusal) return { refusal }
    const claims = readClaims(message.payload)
    if (!claims) return { refusal: "tokenMalformed" }
    if (!claims.nonce.equals(challenge)) return { refusal: "replayed" }
    const key = createHash("sha256").update(unit.publicKey).digest().subarray(0, UEID_KEY_BYTES)
    const isOfUnit =
        claims.said.serial === unit.serial &&
        claims.said.model === unit.model &&
        claims.said.securityClass === unit.securityClass &&
        claims.ueid.equals(Buffer.concat([Buffer.of(1), key])) &&
        message.keyId.equals(key)
    return isOfUnit ? { unit, claims: claims.said } : { refusal: "claimsDiffer" }
}

const bytes = z.instanceof(Buffer)
const wholeNumber = z.int().min(0)

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

function readClaims(payload: Buffer): { nonce: Buffer; ueid: Buffer; said: AttestedClaims } | undefined {
    const map = decoded(payload)
    // As a text a number is another key, and as a property the same.
    const isMapOfNumbers = map instanceof Map && [...map.keys()].every(key => typeof key === "number")
    const claims = isMapOfNumbers ? claimsSchema.safeParse(Object.fromEntries(map)).data : undefined
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
