import { createHash } from "node:crypto"
import { MAP } from "../../core/cbor/major"
import { CborReader } from "../../core/cbor/reader"
import { CborRefusal } from "../../core/cbor/refusal"
import { CHALLENGE_BYTES, CLAIM, UEID_KEY_BYTES } from "../../core/identity/attestation"
import { IMAGE_DIGEST_BYTES } from "../../core/update/records"
import { CERTIFICATE_FAULTS } from "../identity/certificate-fault"
import { type ChainPolicy, type ChainRefusal, type Refused, verifyChain } from "../identity/chain"
import type { CertifiedUnit } from "../identity/device-certificate"
import type { RandomBytes } from "../identity/random-bytes"
import { callWhenFree } from "./call-when-free"
import { certificatesOf } from "./certificates-of"
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
    /** Of a device that takes updates, once it has judged its program: what its records and its counter said when it signed. */
    update?: AttestedUpdate
}

export interface AttestedUpdate {
    /** Number of services/domovoi.md. */
    state: number
    /** Sequence number of the confirmed program, and SHA-256 of its image in lowercase hex; zeros if no record says one. */
    sequenceNumber: number
    digest: string
    /** Lowest sequence number of a program that may run. */
    floor: number
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
    const chain = await certificatesOf(link)
    if (chain.length === 0) return { refusal: "noIdentity", detail: String(await link.get("identity")) }
    const certified = verifyChain(chain, policy)
    if ("refusal" in certified) return refusedFor(certified)
    const challenge = random(CHALLENGE_BYTES)
    const { refusal } = await callWhenFree(link, "attest", { challenge })
    if (refusal !== "None") return { refusal: "deviceRefused", detail: String(refusal) }
    return verifyToken(await readDocument(link, "attestation"), challenge, certified.unit)
}

const CURE = "do not trust the unit: only its maker can certify it"

/** With what is wrong with the certificate, in words. */
function refusedFor({ refusal, fault, detail }: Refused<ChainRefusal>): AttestationVerdict {
    if (fault) return { refusal, detail: `its certificate ${CERTIFICATE_FAULTS[fault]}; ${CURE}` }
    return detail === undefined ? { refusal } : { refusal, detail }
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

/** Of a challenge of RFC 9711, of names and of versions. */
const MOST_BYTES = 64
/** Without the one of updates, and with it. */
const CLAIMS = 11
const CLAIMS_WITH_UPDATE = 12
/** The highest dbgstat of RFC 9711 §4.2.9. */
const DEBUG_DISABLED_FULLY = 4

/** @returns undefined unless it is what `attestationToken` writes: these claims in this order, each once, and nothing behind them */
function readClaims(payload: Buffer): { nonce: Buffer; ueid: Buffer; said: AttestedClaims } | undefined {
    const cbor = new CborReader(payload, payload.length)
    const claim = (key: CLAIM) => {
        if (cbor.int() !== key) cbor.refuse(CborRefusal.KeyOrder)
        return cbor
    }
    const count = cbor.head(MAP)
    if (count !== CLAIMS && count !== CLAIMS_WITH_UPDATE) cbor.refuse(CborRefusal.Count)
    const nonce = claim(CLAIM.nonce).bytes(MOST_BYTES)
    const ueid = claim(CLAIM.ueid).bytes(MOST_BYTES)
    const uptime = claim(CLAIM.uptime).uint()
    const debugStatus = claim(CLAIM.debugStatus).uint()
    if (debugStatus > DEBUG_DISABLED_FULLY) cbor.refuse(CborRefusal.TooLarge)
    const bootCount = claim(CLAIM.bootCount).uint()
    const model = claim(CLAIM.softwareName).text(MOST_BYTES).toString()
    claim(CLAIM.softwareVersion).arrayOf(1)
    const version = cbor.text(MOST_BYTES).toString()
    const serial = claim(CLAIM.serial).text(MOST_BYTES).toString()
    const sequenceNumber = claim(CLAIM.sequenceNumber).uint()
    const securityClass = claim(CLAIM.securityClass).uint()
    claim(CLAIM.state).arrayOf(2)
    const [state, cause] = [cbor.uint(), cbor.uint()]
    const update = count === CLAIMS_WITH_UPDATE ? readUpdate(claim(CLAIM.update)) : undefined
    cbor.finish()
    if (cbor.refusal !== CborRefusal.None) return undefined
    const debugEnabled = debugStatus === 0
    const firmware = { model, version, sequenceNumber, securityClass }
    const said: AttestedClaims = { serial, ...firmware, state, cause, bootCount, uptime, debugEnabled }
    return { nonce, ueid, said: update ? { ...said, update } : said }
}

function readUpdate(cbor: CborReader): AttestedUpdate {
    cbor.arrayOf(4)
    const [state, sequenceNumber, digest, floor] = [
        cbor.uint(),
        cbor.uint(),
        cbor.bytes(IMAGE_DIGEST_BYTES),
        cbor.uint(),
    ]
    if (digest.length !== IMAGE_DIGEST_BYTES) cbor.refuse(CborRefusal.Count)
    return { state, sequenceNumber, digest: digest.toString("hex"), floor }
}
