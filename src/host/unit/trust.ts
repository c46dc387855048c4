import { statSync } from "node:fs"
import { openCaFolder } from "../identity/ca-folder"
import type { ChainPolicy } from "../identity/chain"
import { readCrl } from "../identity/revocation"
import { UnitRegister } from "../identity/unit-register"
import { X509Certificate } from "../identity/x509"
import { InputError } from "../input-error"
import { readInputFile } from "../input-file"

/** Which authority is trusted, and which of its certificates no longer count. */
export type Trust = Pick<ChainPolicy, "ca" | "revoked">

/**
 * @param ca folder of an authority, or its certificate in a file (PEM or DER)
 * @param crl its revocation list, in a file; a folder has its own
 * @throws InputError if one cannot be used
 */
export async function readTrust(ca: string, crl: string | undefined, now: Date): Promise<Trust> {
    if (statSync(ca, { throwIfNoEntry: false })?.isDirectory()) {
        if (crl !== undefined)
            throw new InputError(`${ca}: is a folder, which has its own list of revocations; leave out --crl`)
        const folder = openCaFolder(ca)
        return { ca: new Uint8Array(folder.certificate.rawData), revoked: new UnitRegister(folder).revoked() }
    }
    const certificate = new Uint8Array(readCertificate(ca).rawData)
    return {
        ca: certificate,
        revoked: crl === undefined ? new Set() : await readCrl(readInputFile(crl), crl, certificate, now),
    }
}

/** PEM or DER. */
function readCertificate(file: string): X509Certificate {
    const bytes = readInputFile(file)
    const text = bytes.toString("latin1")
    try {
        return new X509Certificate(text.startsWith("-----BEGIN") ? text : bytes)
    } catch {
        throw new InputError(`${file}: this is no certificate; make one with "domovoi ca show --pem"`)
    }
}
