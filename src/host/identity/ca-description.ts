import type { CaFolder } from "./ca-folder"
import { algorithmOf } from "./certificate-authority"
import { fingerprint } from "./fingerprint"
import type { KeyAlgorithm } from "./key-algorithm"
import { UnitRegister } from "./unit-register"

/** What everybody may know of an authority. */
export interface CaDescription {
    subject: string
    algorithm: KeyAlgorithm
    /** SHA-256 of its certificate in DER, in hex. */
    fingerprint: string
    notBefore: Date
    notAfter: Date
    /** Units that have a certificate of it, those included whose certificate was revoked. */
    issued: number
    revoked: number
}

export function describeCa(ca: CaFolder): CaDescription {
    const { certificate } = ca
    const register = new UnitRegister(ca)
    return {
        subject: certificate.subject,
        algorithm: algorithmOf(certificate),
        fingerprint: fingerprint(new Uint8Array(certificate.rawData)),
        notBefore: certificate.notBefore,
        notAfter: certificate.notAfter,
        issued: register.serials().length,
        revoked: register.revocations().length,
    }
}
