import { CLOCK_TOLERANCE_MS, clockDoubt, clockReads, type KnownMoment } from "../clock"
import { type AuthorityCertificate, requireAuthority } from "./authority-certificate"
import { type Certificate, isSignedBy, readCertificate } from "./certificate"
import type { CertificateFault } from "./certificate-fault"
import { type CertifiedUnit, certifiedUnit } from "./device-certificate"
import { keyIdentifierIn } from "./extensions"

/** What a device has room for, in bytes. */
export const MAX_CHAIN_BYTES = 1536

/** What a device's chain is measured by. */
export interface ChainPolicy {
    /** The manufacturer's certificate, DER. It is trusted because it is given here. */
    ca: Uint8Array
    /** Serial numbers of certificates that no longer count, in hex as in `CertifiedUnit`. */
    revoked: ReadonlySet<string>
    now: Date
    /** Serial number of the unit that it has to be, where that is known. */
    serial?: string
    /** Whether a test unit is as good as a real one; no if left out. */
    allowTestUnits?: boolean
    /** What is known to have happened, for words about the clock. */
    known?: readonly KnownMoment[]
}

/** Why a certificate is none of an authority's for a device. */
export type CertificationRefusal = "malformed" | "foreignCa" | "signature" | "notADevice"
export type ChainRefusal = CertificationRefusal | (typeof POLICY_CHECKS)[number][0]
export type ChainVerdict = { unit: CertifiedUnit } | Refused<ChainRefusal>

export interface Refused<Refusal> {
    refusal: Refusal
    /** Of the certificate itself, where it is one. */
    fault?: CertificateFault
    /** What explains it, and what to do. */
    detail?: string
}

/** The chain as a device keeps it: its own certificate and then its authority's, both DER. */
export function encodeChain(device: Uint8Array, ca: Uint8Array): Uint8Array {
    return Buffer.concat([device, ca])
}

/**
 * Checks a device's chain against one manufacturer (RFC 5280 §6.1, for a path of one certificate).
 * @param chain from a device, so anything: the device's certificate, with or without the authority's behind it
 * @returns whose certificate it is, or the first refusal that applies
 * @throws InputError if the policy's authority is none
 */
export function verifyChain(chain: Uint8Array, policy: ChainPolicy): ChainVerdict {
    const ca = requireAuthority(policy.ca, "the trusted CA", "give another")
    const certified = certifiedIn(chain, ca)
    if ("refusal" in certified) return certified
    const { device, unit } = certified
    const evidence = { policy, device, ca, unit }
    const refusal = POLICY_CHECKS.find(([, applies]) => applies(evidence))?.[0]
    return refusal ? { refusal, ...explained(refusal, evidence) } : { unit }
}

/** As `verifyChain`, of what does not change: who issued the certificate, and to whom. */
export function certifiedIn(
    chain: Uint8Array,
    ca: AuthorityCertificate,
): { device: Certificate; unit: CertifiedUnit } | Refused<CertificationRefusal> {
    const certificates = readChain(chain)
    if (!certificates) return { refusal: "malformed", fault: "notDer" }
    const [device, ...issuers] = certificates
    if (!isIssuedBy(device, ca) || issuers.some(({ der }) => !der.equals(ca.der))) return { refusal: "foreignCa" }
    // What the certificate says is read only after its signature was found to be the authority's.
    if (!isSignedBy(device, ca)) return { refusal: "signature" }
    const certified = certifiedUnit(device)
    if ("fault" in certified) return { refusal: "notADevice", ...certified }
    const { unit } = certified
    return unit.manufacturer === ca.manufacturer ? { device, unit } : { refusal: "notADevice", fault: "subject" }
}

/** @returns undefined unless it is one or two certificates in DER and nothing else */
export function readChain(chain: Uint8Array): Certificate[] | undefined {
    if (chain.length > MAX_CHAIN_BYTES) return undefined
    const certificates: Certificate[] = []
    for (let at = 0; at < chain.length; ) {
        const certificate = readCertificate(chain.subarray(at, at + derLength(chain, at)))
        if (!certificate) return undefined
        certificates.push(certificate)
        at += certificate.der.length
    }
    return certificates.length === 1 || certificates.length === 2 ? certificates : undefined
}

interface Evidence {
    policy: ChainPolicy
    device: Certificate
    ca: AuthorityCertificate
    unit: CertifiedUnit
}

/** Each refusal of a device's certificate that was found to be one, and when it applies. */
const POLICY_CHECKS = [
    ["testUnit", ({ unit, policy }) => unit.isTestUnit && policy.allowTestUnits !== true],
    [
        "notYetValid",
        ({ device, ca, policy }) =>
            [device, ca].some(({ notBefore }) => notBefore.getTime() > policy.now.getTime() + CLOCK_TOLERANCE_MS),
    ],
    ["caExpired", ({ ca, policy }) => ca.notAfter < policy.now],
    ["expired", ({ device, policy }) => device.notAfter < policy.now],
    ["revoked", ({ unit, policy }) => policy.revoked.has(unit.certificateSerial)],
    ["serialMismatch", ({ unit, policy: { serial } }) => serial !== undefined && serial !== unit.serial],
] as const satisfies readonly [string, (evidence: Evidence) => boolean][]

const EXPLANATIONS: Partial<Record<ChainRefusal, (evidence: Evidence) => string>> = {
    testUnit: () =>
        "its certificate says that it is a test unit, whose key others may have; --allow-test-units takes it",
    notYetValid: ({ device, ca, policy: { now, known = [] } }) => {
        const doubt = clockDoubt(now, [authorityMoment(ca), ...known])
        if (doubt?.is === "behind") return `${doubt.why}; set the clock and ask again`
        return (
            `its certificate begins at ${device.notBefore.toISOString()}, and ${clockReads(now)}: set the clock if it is behind; if it is right, ` +
            "the factory's was ahead, and the unit needs a certificate under another serial number"
        )
    },
    caExpired: ({ ca, policy }) => endedAt(`the CA's certificate`, ca, policy, ca),
    expired: ({ device, ca, policy }) => endedAt("its certificate", device, policy, ca),
}

function explained(refusal: ChainRefusal, evidence: Evidence): { detail?: string } {
    const detail = EXPLANATIONS[refusal]?.(evidence)
    return detail === undefined ? {} : { detail }
}

function endedAt(
    whose: string,
    { notAfter }: Certificate,
    { now, known = [] }: ChainPolicy,
    ca: AuthorityCertificate,
): string {
    const doubt = clockDoubt(now, [authorityMoment(ca), ...known])
    const clock = doubt ? `${doubt.why}; set the clock and ask again` : clockReads(now)
    return `${whose} ended at ${notAfter.toISOString()}, and ${clock}`
}

/** An authority was there when its certificate begins. */
export function authorityMoment({ notBefore }: Pick<AuthorityCertificate, "notBefore">): KnownMoment {
    return { what: "the CA's certificate", at: notBefore }
}

/** RFC 5280 §6.1.3, §4.2.1.1: by name, byte for byte, and by its key's identifier, if it says one. */
function isIssuedBy({ issuer, extensions }: Certificate, { subject, keyIdentifier }: AuthorityCertificate) {
    const issuerKey = keyIdentifierIn(extensions, "authority")
    return issuer.equals(subject) && (issuerKey === undefined || issuerKey === keyIdentifier)
}

/** @returns size in bytes of the certificate that begins at `at`, if one does: a SEQUENCE of 256 to 65,535 bytes */
function derLength(bytes: Uint8Array, at: number): number {
    return 4 + ((bytes[at + 2] << 8) | bytes[at + 3])
}
