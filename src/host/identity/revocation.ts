import { clockDoubt, clockReads } from "../clock"
import { InputError } from "../input-error"
import { requireAuthority } from "./authority-certificate"
import type { CertificateAuthority } from "./certificate-authority"
import { wholeSeconds } from "./certificate-fields"
import { authorityMoment } from "./chain"
import { CRL_FAULTS, revokedIn } from "./crl"
import { EXTENSION } from "./extensions"
import { AuthorityKeyIdentifierExtension, Extension, X509CrlGenerator, X509CrlReason } from "./x509"

/** Why a certificate no longer counts: the reasons of RFC 5280 §5.3.1 that a device can have. */
export const REVOCATION_REASONS = ["unspecified", "keyCompromise", "superseded", "cessationOfOperation"] as const
export type RevocationReason = (typeof REVOCATION_REASONS)[number]

export interface Revocation {
    /** The certificate's own serial number, in hex. */
    certificateSerial: string
    reason: RevocationReason
    at: Date
}

export interface CrlOptions {
    revocations: readonly Revocation[]
    now: Date
    /** Verifiers want a newer list after this many days. */
    days: number
}

/** Makes a revocation list, RFC 5280 §5. Its number is the second it was made in, since 1970. @returns DER */
export async function makeCrl(ca: CertificateAuthority, { revocations, now, days }: CrlOptions): Promise<Uint8Array> {
    const thisUpdate = wholeSeconds(now)
    const crl = await X509CrlGenerator.create({
        issuer: ca.certificate.subjectName,
        thisUpdate,
        nextUpdate: new Date(thisUpdate.getTime() + days * DAY_MS),
        signingAlgorithm: { name: ca.privateKey.algorithm.name, hash: "SHA-256" },
        signingKey: ca.privateKey,
        entries: revocations.map(({ certificateSerial, reason, at }) => ({
            serialNumber: certificateSerial,
            revocationDate: wholeSeconds(at),
            // The library would write an empty list of extensions for what is unspecified, which RFC 5280 §5.1 forbids.
            extensions: [new Extension(EXTENSION.reasonCode, false, Buffer.of(ENUMERATED, 1, X509CrlReason[reason]))],
        })),
        extensions: [
            await AuthorityKeyIdentifierExtension.create(ca.certificate.publicKey),
            new Extension(EXTENSION.crlNumber, false, derInteger(thisUpdate.getTime() / 1000)),
        ],
    })
    return new Uint8Array(crl.rawData)
}

/**
 * Reads a revocation list for `verifyChain`.
 * @param file where it is from, for the message
 * @returns serial numbers of certificates, in hex
 * @throws InputError if it is no list of this authority, or is out of date
 */
export function readCrl(der: Uint8Array, file: string, ca: Uint8Array, now: Date): ReadonlySet<string> {
    const authority = requireAuthority(ca, "the trusted CA", "give another")
    const known = [authorityMoment(authority)]
    const read = revokedIn(der, authority, now)
    if ("fault" in read) {
        const { fault, dates } = read
        if (dates && dates.thisUpdate > now) known.push({ what: "this list", at: dates.thisUpdate })
        const doubt = dates && clockDoubt(now, known)
        const clock =
            dates &&
            `, from ${dates.thisUpdate.toISOString()} until ${dates.nextUpdate.toISOString()}, and ${doubt?.why ?? clockReads(now)}`
        const cure = `${doubt ? "set the clock, or " : ""}make a new one with "domovoi ca crl"`
        throw new InputError(`${file}: this list ${CRL_FAULTS[fault]}${clock ?? ""}; ${cure}`)
    }
    // By a clock that is behind, a list that has been replaced long ago would count.
    const doubt = clockDoubt(now, known)
    if (doubt?.is === "behind")
        throw new InputError(`${file}: whether this list is current cannot be said: ${doubt.why}; set the clock`)
    return read.revoked
}

const DAY_MS = 86_400_000
const ENUMERATED = 0x0a

/** @param value 0 to 2^63 - 1 */
function derInteger(value: number): Uint8Array<ArrayBuffer> {
    const content = Buffer.alloc(8)
    content.writeBigInt64BE(BigInt(value))
    // A leading zero stays only where the number would read as negative without it.
    let first = 0
    while (first < 7 && content[first] === 0 && content[first + 1] < 0x80) first++
    return Uint8Array.from([0x02, 8 - first, ...content.subarray(first)])
}
