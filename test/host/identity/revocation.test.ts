import { X509Certificate as OpenSslCertificate } from "node:crypto"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { verifyChain } from "../../../src/host/identity/chain"
import { KEY_ALGORITHMS, type KeyAlgorithm } from "../../../src/host/identity/key-algorithm"
import { makeCrl, type Revocation, readCrl } from "../../../src/host/identity/revocation"
import { UnitRegister } from "../../../src/host/identity/unit-register"
import { authority, certify, der, hasOpenSsl, later, NOW, openSsl, temporaryFolder } from "./factory"
import { quickFiles } from "./faulty-files"

/** An authority that has certified three units, and revoked the first two. */
async function revokedTwo(algorithm: KeyAlgorithm) {
    const ca = await authority(algorithm)
    const units = new UnitRegister({ path: temporaryFolder(), certificate: ca.certificate }, quickFiles)
    for (const serial of ["DB-1", "DB-2", "DB-3"]) await certify(units, ca, serial, { serial })
    units.revoke("DB-1", "keyCompromise", NOW)
    units.revoke("DB-2", "unspecified", NOW)
    const crl = await makeCrl(ca, { revocations: units.revocations(), now: NOW, days: 30 })
    return { ca, units, crl }
}

describe.each(KEY_ALGORITHMS)("the list of a %s authority", algorithm => {
    test("says which certificates no longer count", async () => {
        const { ca, units, crl } = await revokedTwo(algorithm)
        const revoked = readCrl(crl, "list", der(ca), later(29))
        expect(revoked).toEqual(units.revoked())
        const verdicts = units
            .serials()
            .map(serial => verifyChain(units.certificate(serial)!, { ca: der(ca), revoked, now: NOW }))
        expect(verdicts).toEqual([{ refusal: "revoked" }, { refusal: "revoked" }, { unit: expect.anything() }])
    })

    test.skipIf(!hasOpenSsl)("is understood by the openssl command", async () => {
        const { ca, units, crl } = await revokedTwo(algorithm)
        const folder = temporaryFolder()
        const write = (name: string, content: string | Uint8Array) => {
            writeFileSync(join(folder, name), content)
            return join(folder, name)
        }
        const crlFile = write("devices.crl", crl)
        const text = openSsl("crl", "-inform", "DER", "-in", crlFile, "-noout", "-text")
        expect(text).toContain(`CRL Number: \n                ${NOW.getTime() / 1000}\n`)
        expect(text).toContain("Key Compromise")
        const caFile = write("ca.pem", ca.certificate.toString("pem"))
        const pem = openSsl("crl", "-inform", "DER", "-in", crlFile)
        const check = (serial: string) => {
            const file = write(`${serial}.pem`, new OpenSslCertificate(units.certificate(serial)!).toString())
            const at = `${later().getTime() / 1000}`
            return openSsl(
                "verify",
                "-attime",
                at,
                "-crl_check",
                "-CAfile",
                caFile,
                "-CRLfile",
                write("crl.pem", pem),
                file,
            )
        }
        expect(check("DB-1")).toContain("certificate revoked")
        expect(check("DB-3")).toContain("DB-3.pem: OK")
    })
})

test("a list of nothing is a list", async () => {
    const ca = await authority("p256")
    const revocations: Revocation[] = []
    expect(readCrl(await makeCrl(ca, { revocations, now: NOW, days: 1 }), "list", der(ca), NOW)).toEqual(new Set())
})
