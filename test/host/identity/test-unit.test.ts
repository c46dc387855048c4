/** Certificates of test units: they say what they are, and are nowhere taken for a real one's. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { checkLog } from "../../../src/host/eventlog/check-log"
import { CERTIFICATE_FAULTS } from "../../../src/host/identity/certificate-fault"
import { verifyChain } from "../../../src/host/identity/chain"
import { UnitRegister } from "../../../src/host/identity/unit-register"
import { Extension, X509Certificate, X509CertificateGenerator } from "../../../src/host/identity/x509"
import { verifyGrant } from "../../../src/host/update/grant"
import { authority, certify, DOORBELL, der, hasOpenSsl, issue, NOW, openSsl, temporaryFolder, unitKey } from "./factory"
import { quickFiles } from "./faulty-files"

const TEST_UNIT = "2.999.27402.1"
const ca = await authority("p256")
const real = await issue(ca)
const testUnit = await issue(ca, unitKey("p256"), DOORBELL, true)
const policy = { ca: der(ca), revoked: new Set<string>(), now: NOW }
const extensionOf = (certificate: Uint8Array) => new X509Certificate(Buffer.from(certificate)).getExtension(TEST_UNIT)

test("a test unit's certificate says so, and a real one's does not", () => {
    expect(extensionOf(real)).toBeNull()
    expect(extensionOf(testUnit)?.critical).toBe(true)
    expect(Buffer.from(extensionOf(testUnit)!.value).subarray(2).toString()).toBe("test unit")
    expect(verifyChain(real, policy)).toMatchObject({ unit: { isTestUnit: false } })
})

test("verifiers refuse it unless they are told, whatever they verify", () => {
    const refusal = { refusal: "testUnit", detail: expect.stringContaining("--allow-test-units") }
    expect(verifyChain(testUnit, policy)).toEqual(refusal)
    expect(verifyChain(testUnit, { ...policy, allowTestUnits: false })).toEqual(refusal)
    expect(checkLog({ certificates: testUnit, exported: Buffer.alloc(0) }, policy, undefined, undefined)).toEqual(
        refusal,
    )
    const grant = { challenge: Buffer.alloc(32), token: Buffer.alloc(0), chain: Buffer.from(testUnit) }
    expect(verifyGrant(grant, policy)).toMatchObject({ refusal: "testUnit" })
    expect(verifyChain(testUnit, { ...policy, allowTestUnits: true })).toMatchObject({
        unit: { serial: DOORBELL.serial, isTestUnit: true },
    })
    // That a real one is allowed too is no reason to doubt it.
    expect(verifyChain(real, { ...policy, allowTestUnits: true })).toMatchObject({ unit: { isTestUnit: false } })
})

test.skipIf(!hasOpenSsl)("a verifier that has never heard of test units refuses it as well", () => {
    const folder = temporaryFolder()
    const pem = (name: string, certificate: Uint8Array) => {
        writeFileSync(join(folder, name), new X509Certificate(Buffer.from(certificate)).toString("pem"))
        return join(folder, name)
    }
    const verify = (name: string, certificate: Uint8Array) =>
        openSsl("verify", "-no_check_time", "-CAfile", pem("ca.pem", der(ca)), pem(name, certificate))
    expect(verify("real.pem", real)).toMatch(/real\.pem: OK/)
    expect(verify("test.pem", testUnit)).toContain("unhandled critical extension")
})

describe("there is one way to say it, and anything like it is refused even where test units are taken", () => {
    const value = Buffer.from("0c097465737420756e6974", "hex")
    test.each<[string, boolean, Buffer]>([
        ["not critical", false, value],
        ["another text", true, Buffer.from("0c0974657374756e697473", "hex")],
        ["another type of string", true, Buffer.from("13097465737420756e6974", "hex")],
        ["nothing", true, Buffer.alloc(0)],
    ])("%s", async (_name, isCritical, content) => {
        const sound = new X509Certificate(Buffer.from(real))
        const like = await X509CertificateGenerator.create({
            serialNumber: sound.serialNumber,
            subject: sound.subjectName,
            issuer: sound.issuerName,
            notBefore: sound.notBefore,
            notAfter: sound.notAfter,
            publicKey: sound.publicKey,
            signingKey: ca.privateKey,
            signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
            extensions: [...sound.extensions, new Extension(TEST_UNIT, isCritical, new Uint8Array(content))],
        })
        expect(verifyChain(new Uint8Array(like.rawData), { ...policy, allowTestUnits: true })).toEqual({
            refusal: "notADevice",
            fault: "testUnit",
        })
        expect(CERTIFICATE_FAULTS).toHaveProperty("testUnit")
    })
})

test("a serial number is a test unit's or a real one's, and not both", async () => {
    const units = new UnitRegister({ path: temporaryFolder(), certificate: ca.certificate }, quickFiles)
    const sim = await certify(units, ca, "key", { serial: "A" }, NOW, true)
    expect(await certify(units, ca, "key", { serial: "A" }, NOW, true)).toBe(sim)
    expect(await certify(units, ca, "key", { serial: "A" }, NOW, false)).toBe("otherDescription")
    await certify(units, ca, "key", { serial: "B" }, NOW, false)
    expect(await certify(units, ca, "key", { serial: "B" }, NOW, true)).toBe("otherDescription")
})
