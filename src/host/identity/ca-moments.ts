import nodeFiles from "node:fs"
import { join } from "node:path"
import { CertificateList } from "@peculiar/asn1-x509"
import type { KnownMoment } from "../clock"
import { InputError } from "../input-error"
import { MAX_FILE_BYTES } from "../input-file"
import { writeOutputFile } from "../output-file"
import { requireAuthority } from "./authority-certificate"
import type { CaFolder } from "./ca-folder"
import { authorityMoment, certifiedIn } from "./chain"
import { decodeDer } from "./der"
import { readIfThere } from "./durable-file"
import { ManufactureLog } from "./manufacture-log"
import { UnitRegister } from "./unit-register"

/**
 * What an authority has done, by which the clock is measured that dates what it does next. A unit that was revoked does not count: so an
 * entry that a wrong clock has dated is got rid of.
 * @throws InputError if what is kept is damaged
 */
export function momentsOf(folder: CaFolder): KnownMoment[] {
    const moments = [authorityMoment(folder.certificate), ...madeUnits(folder)]
    const list = newestList(folder)
    return list ? [...moments, list] : moments
}

/** Keeps the list that was made last beside the authority. @param crl DER */
export function keepNewestList({ path }: CaFolder, crl: Uint8Array): void {
    writeOutputFile(join(path, LIST_FILE), crl)
}

const LIST_FILE = "newest.crl"

/** The newest line of the manufacture log, and certificates of units that have none yet. */
function* madeUnits(folder: CaFolder): Generator<KnownMoment> {
    const register = new UnitRegister(folder)
    const { entries } = new ManufactureLog(folder.path).read()
    const byAge = [...entries].sort((a, b) => (a.at < b.at ? 1 : -1))
    const newest = byAge.find(({ serial }) => !register.revocation(serial))
    if (newest) yield { what: `unit ${newest.serial} in the manufacture log`, at: new Date(newest.at) }
    const ca = requireAuthority(new Uint8Array(folder.certificate.rawData), folder.path, "restore a backup")
    const logged = new Set(entries.map(({ serial }) => serial))
    for (const serial of register.units()) {
        if (logged.has(serial) || register.revocation(serial)) continue
        const certified = certifiedIn(register.certificate(serial) ?? new Uint8Array(0), ca)
        if ("device" in certified) yield { what: `the certificate of unit ${serial}`, at: certified.device.notBefore }
    }
}

/** It need not be proved genuine: who can write here can write the log as well. */
function newestList({ path }: CaFolder): KnownMoment | undefined {
    const file = join(path, LIST_FILE)
    const der = readIfThere(nodeFiles, file, MAX_FILE_BYTES.any)
    if (!der) return undefined
    const list = decodeDer(der, CertificateList)
    if (!list) throw new InputError(`${file}: damaged; remove it, "domovoi ca crl" writes it anew`)
    return { what: "the newest list of revocations", at: list.tbsCertList.thisUpdate.getTime() }
}
