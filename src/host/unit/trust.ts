import { statSync } from "node:fs"
import { requireAuthority } from "../identity/authority-certificate"
import { openCaFolder } from "../identity/ca-folder"
import type { ChainPolicy } from "../identity/chain"
import { certificateInFile } from "../identity/pem"
import { readCrl } from "../identity/revocation"
import { UnitRegister } from "../identity/unit-register"
import { InputError } from "../input-error"
import { readInputFile } from "../input-file"

/** Which authority is trusted, and which of its certificates no longer count. */
export type Trust = Pick<ChainPolicy, "ca" | "revoked">

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
        return { ca: new Uint8Array(folder.certificate.rawData), revoked: new UnitRegister(folder).revoked() }
    }
    const certificate = readCertificate(ca)
    return {
        ca: certificate,
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
