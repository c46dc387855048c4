import { InputError } from "../input-error"
import { type Certificate, COMMON_PROFILE, formFault, isSignedBy, type Profile, readCertificate } from "./certificate"
import { CERTIFICATE_FAULTS, type CertificateFault } from "./certificate-fault"
import { isManufacturer } from "./certificate-fields"
import { EXTENSION, exactly, keyIdentifierIn } from "./extensions"
import { ATTRIBUTE, textsIn } from "./name"

/** A manufacturer's certificate that was found to be one. */
export interface AuthorityCertificate extends Certificate {
    manufacturer: string
    /** In lowercase hex. */
    keyIdentifier: string
}

/** The common name of every authority. */
export const AUTHORITY_COMMON_NAME = "Device CA"

/**
 * Reads an authority's certificate. That the authority is to be trusted is for whoever gives the bytes to say; that it is valid now, for whoever
 * uses it.
 * @param der anything
 */
export function readAuthority(der: Uint8Array): { authority: AuthorityCertificate } | { fault: CertificateFault } {
    const certificate = readCertificate(der)
    if (!certificate) return { fault: "notDer" }
    const fault = formFault(certificate, AUTHORITY_PROFILE)
    if (fault) return { fault }
    const manufacturer = manufacturerIn(certificate)
    if (manufacturer === undefined) return { fault: "subject" }
    if (!certificate.issuer.equals(certificate.subject)) return { fault: "issuer" }
    if (!isSignedBy(certificate, certificate)) return { fault: "signature" }
    const identifier = keyIdentifierIn(certificate.extensions, "subject")!
    return { authority: { ...certificate, manufacturer, keyIdentifier: identifier } }
}

/**
 * @param from where the certificate is from, for the message
 * @param cure what to do, for the message
 * @throws InputError if it is no authority's
 */
export function requireAuthority(der: Uint8Array, from: string, cure: string): AuthorityCertificate {
    const read = readAuthority(der)
    if ("authority" in read) return read.authority
    throw new InputError(`${from}: this is no certificate of a CA: it ${CERTIFICATE_FAULTS[read.fault]}; ${cure}`)
}

/** May sign certificates of devices, which sign none, and lists of revocations. */
const AUTHORITY_PROFILE: Profile = [
    ["basicConstraints", { type: EXTENSION.basicConstraints, isCritical: true, isValue: exactly("30060101ff020100") }],
    ["keyUsage", { type: EXTENSION.keyUsage, isCritical: true, isValue: exactly("03020106") }],
    ...COMMON_PROFILE,
]

function manufacturerIn({ content }: Certificate): string | undefined {
    const texts = textsIn(content.tbsCertificate.subject, [ATTRIBUTE.organization, ATTRIBUTE.commonName])
    return texts && isManufacturer(texts[0]) && texts[1] === AUTHORITY_COMMON_NAME ? texts[0] : undefined
}
