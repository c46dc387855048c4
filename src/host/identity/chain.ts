import { X509Certificate as OpenSslCertificate } from "node:crypto"
import { type CertifiedUnit, certifiedUnit, isForDevice } from "./device-certificate"
import { X509Certificate } from "./x509"

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
}

export type ChainRefusal = "malformed" | (typeof CHECKS)[number][0]
export type ChainVerdict = { unit: CertifiedUnit } | { refusal: ChainRefusal }

/** The chain as a device keeps it: its own certificate and then its authority's, both DER. */
export function encodeChain(device: Uint8Array, ca: Uint8Array): Uint8Array {
    return Buffer.concat([device, ca])
}

/**
 * Checks a device's chain against one manufacturer (RFC 5280 §6.1, for a path of one certificate).
 * @param chain from a device, so anything: the device's certificate, with or without the authority's behind it
 * @returns whose certificate it is, or the first refusal of the list that applies
 */
export function verifyChain(chain: Uint8Array, policy: ChainPolicy): ChainVerdict {
    const certificates = readChain(chain)
    if (!certificates) return { refusal: "malformed" }
    const [device, ...issuers] = certificates
    const evidence = { policy, device, issuers, ca: new X509Certificate(Buffer.from(policy.ca)) }
    const refusal = CHECKS.find(([, applies]) => applies(evidence))?.[0]
    return refusal ? { refusal } : { unit: certifiedUnit(device)! }
}

/** A factory's clock and the verifier's may differ by this. */
const CLOCK_TOLERANCE_MS = 5 * 60_000

interface Evidence {
    policy: ChainPolicy
    device: X509Certificate
    /** What came behind the device's certificate. */
    issuers: X509Certificate[]
    ca: X509Certificate
}

/** Each refusal, and when it applies. What the certificate says is read only after its signature was found to be the authority's. */
const CHECKS = [
    [
        "foreignCa",
        ({ device, issuers, ca }) =>
            !openSsl(device).checkIssued(openSsl(ca)) || issuers.some(other => !ca.equal(other)),
    ],
    ["signature", ({ device, ca }) => !openSsl(device).verify(openSsl(ca).publicKey)],
    ["notADevice", ({ device }) => !certifiedUnit(device) || !isForDevice(device)],
    [
        "notYetValid",
        ({ device, ca, policy }) =>
            [device, ca].some(({ notBefore }) => notBefore.getTime() > policy.now.getTime() + CLOCK_TOLERANCE_MS),
    ],
    ["caExpired", ({ ca, policy }) => ca.notAfter < policy.now],
    ["expired", ({ device, policy }) => device.notAfter < policy.now],
    ["revoked", ({ device, policy }) => policy.revoked.has(device.serialNumber)],
    [
        "serialMismatch",
        ({ device, policy: { serial } }) => serial !== undefined && serial !== certifiedUnit(device)?.serial,
    ],
] as const satisfies readonly [string, (evidence: Evidence) => boolean][]

/** @returns undefined unless it is one or two certificates in DER and nothing else */
function readChain(chain: Uint8Array): X509Certificate[] | undefined {
    if (chain.length > MAX_CHAIN_BYTES) return undefined
    const certificates: X509Certificate[] = []
    try {
        for (let at = 0; at < chain.length; ) {
            const der = Buffer.from(chain.subarray(at, at + derLength(chain, at)))
            const certificate = new X509Certificate(der)
            // Two readers follow, and each takes what the other may not.
            openSsl(certificate)
            certificates.push(certificate)
            at += der.length
        }
    } catch {
        return undefined
    }
    return certificates.length === 1 || certificates.length === 2 ? certificates : undefined
}

/** @returns size in bytes of the certificate that begins at `at`, if one does: a SEQUENCE of 256 to 65,535 bytes */
function derLength(bytes: Uint8Array, at: number): number {
    return 4 + ((bytes[at + 2] << 8) | bytes[at + 3])
}

function openSsl(certificate: X509Certificate): OpenSslCertificate {
    return new OpenSslCertificate(Buffer.from(certificate.rawData))
}
