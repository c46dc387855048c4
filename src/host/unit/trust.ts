import { statSync } from "node:fs"
import type { KnownMoment } from "../clock"
import { requireAuthority } from "../identity/authority-certificate"
import { openCaFolder } from "../identity/ca-folder"
import { momentsOf } from "../identity/ca-moments"
import { authorityMoment, type ChainPolicy } from "../identity/chain"
import { certificateInFile } from "../identity/pem"
import { readCrl } from "../identity/revocation"
import { UnitRegister } from "../identity/unit-register"
import { InputError } from "../input-error"
import { readInputFile } from "../input-file"

/** Which authority is trusted, which of its certificates no longer count, and what is known of the time. */
export type Trust = Pick<ChainPolicy, "ca" | "revoked"> & { known: readonly KnownMoment[] }

/**
 * @param ca folder of an authority, or its certificate in a file (PEM or DER)
 * @param crl its revocation list, in a file; a folder has its own
 * @throws InputError if one cannot be used
 */
export function readTrust(ca: string, crl: string | undefined, now: Date): Trust {
    if (statSync(ca, { throwIfNoEntry: false })?.isDirectory()) {
        if (crl !== undefined)
            throw new InputError(`${ca}: is a folder, which has its own list of revocations; leave out --crl`)
        const folder = openCaFolder(ca)
        const revoked = new UnitRegister(folder).revoked()
        return { ca: new Uint8Array(folder.certificate.rawData), revoked, known: momentsOf(folder) }
    }
    const certificate = readCertificate(ca)
    return {
        ca: certificate,
        known: [authorityMoment(requireAuthority(certificate, ca, CURE))],
        revoked: crl === undefined ? new Set() : readCrl(readInputFile(crl), crl, certificate, now),
    }
}

/** PEM or DER. @returns DER @throws InputError unless it is an authority's */
function readCertificate(file: string): Uint8Array {
    const certificate = certificateInFile(readInputFile(file))
    if (!certificate)
        throw new InputError(
            `${file}: this is no certificate of a CA: it is neither DER nor one certificate in PEM and nothing beside it; ${CURE}`,
        )
    return requireAuthority(certificate, file, CURE).der
}

const CURE = 'make one with "domovoi ca show --pem"'
