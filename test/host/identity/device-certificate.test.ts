import { X509Certificate as OpenSslCertificate } from "node:crypto"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { createAuthority, openAuthority } from "../../../src/host/identity/certificate-authority"
import { encodeChain, verifyChain } from "../../../src/host/identity/chain"
import { issueDeviceCertificate } from "../../../src/host/identity/device-certificate"
import { type KeyAlgorithm, spkiOf } from "../../../src/host/identity/key-algorithm"
import { X509Certificate } from "../../../src/host/identity/x509"
import {
    authority,
    DOORBELL,
    der,
    hasOpenSsl,
    issue,
    later,
    NOW,
    openSsl,
    seeded,
    temporaryFolder,
    unitKey,
} from "./factory"
import { UNSOUND_KEYS } from "./unsound-keys"

const PAIRS: [ca: KeyAlgorithm, unit: KeyAlgorithm][] = [
    ["p256", "p256"],
    ["p256", "ed25519"],
    ["ed25519", "p256"],
    ["ed25519", "ed25519"],
]

describe.each(PAIRS)("a certificate of a %s authority over a %s key", (caAlgorithm, unitAlgorithm) => {
    const publicKey = unitKey(unitAlgorithm)

    test("is that unit's, by Node's OpenSSL and by the library that made it", async () => {
        const ca = await authority(caAlgorithm)
        const bytes = await issue(ca, publicKey)
        const certificate = new OpenSslCertificate(bytes)
        const issuer = new OpenSslCertificate(der(ca))
        expect(certificate.verify(issuer.publicKey)).toBe(true)
        expect(certificate.checkIssued(issuer)).toBe(true)
        expect(certificate.ca).toBe(false)
        expect(certificate.publicKey.export({ format: "der", type: "spki" })).toEqual(Buffer.from(spkiOf(publicKey)))
        const ours = new X509Certificate(Buffer.from(bytes))
        expect(await ours.verify({ publicKey: ca.certificate, date: later(1000 * 365) })).toBe(true)

        const other = new OpenSslCertificate(der(await authority(caAlgorithm, "another")))
        expect(certificate.verify(other.publicKey)).toBe(false)
    })

    test.skipIf(!hasOpenSsl)("is accepted by the openssl command, and only under its authority", async () => {
        const folder = temporaryFolder()
        const write = (name: string, bytes: Uint8Array) => {
            writeFileSync(join(folder, name), new OpenSslCertificate(bytes).toString())
            return join(folder, name)
        }
        const ca = await authority(caAlgorithm)
        const file = write("unit.pem", await issue(ca, publicKey))
        const check = (caFile: string) =>
            openSsl("verify", "-x509_strict", "-check_ss_sig", "-CAfile", caFile, "-no-CApath", file)
        expect(check(write("ca.pem", der(ca)))).toBe(`${file}: OK\n`)
        expect(check(write("other.pem", der(await authority(caAlgorithm, "another"))))).toContain(
            "unable to get local issuer certificate",
        )
    })
})

test("says what IEEE 802.1AR and RFC 5280 want of it, and never expires", async () => {
    const bytes = Buffer.from(await issue(await authority("p256")))
    const certificate = new OpenSslCertificate(bytes)
    expect(certificate.subject.split("\n")).toEqual([
        "O=Hearth Works",
        "OU=doorbell_c3",
        "OU=Class 2",
        "CN=Doorbell",
        "serialNumber=DB-0001",
    ])
    expect(certificate.validFrom).toBe("Mar  1 12:00:00 2026 GMT")
    expect(bytes.includes("99991231235959Z")).toBe(true)
    // Basic constraints: critical, empty. Key usage: critical, digitalSignature alone.
    expect(bytes.includes(Buffer.from("300c0603551d130101ff04023000", "hex"))).toBe(true)
    expect(bytes.includes(Buffer.from("300e0603551d0f0101ff040403020780", "hex"))).toBe(true)
})

test("two certificates of one authority never share a serial number, which is positive and has 16 bytes", async () => {
    const ca = await authority("ed25519")
    const [random, publicKey] = [seeded("many"), unitKey("ed25519")]
    const numbers = await Promise.all(
        Array.from({ length: 50 }, async (_, i) => {
            const unit = { ...DOORBELL, serial: `DB-${i}` }
            const bytes = await issueDeviceCertificate({ ca, unit, isTestUnit: false, publicKey, now: NOW, random })
            return new OpenSslCertificate(bytes).serialNumber
        }),
    )
    expect(new Set(numbers).size).toBe(numbers.length)
    for (const number of numbers) expect(number).toMatch(/^[4-7][0-9A-F]{31}$/)
})

test("under an Ed25519 authority, equal requests give equal bytes; and equal seeds equal authorities", async () => {
    const [one, same, other] = [
        await authority("ed25519"),
        await authority("ed25519"),
        await authority("ed25519", "other"),
    ]
    expect(der(one)).toEqual(der(same))
    expect(await issue(one)).toEqual(await issue(same))
    expect(await issue(one)).not.toEqual(await issue(other))
})

test("fits where the device keeps it, with the longest names too", async () => {
    const usual = await issue(await authority("p256"))
    expect(usual.length).toBeLessThanOrEqual(520)

    const name = "𠀀".repeat(32)
    const record = await createAuthority({ name, algorithm: "p256", now: NOW, random: seeded("ca") })
    const unit = { serial: "S".repeat(30), model: "m".repeat(32), board: "b".repeat(32), securityClass: 2 } as const
    const longest = await issue(await openAuthority(record), unitKey("p256"), unit)
    expect(longest.length).toBeLessThanOrEqual(820)
    const chain = encodeChain(longest, record.certificate)
    expect(verifyChain(chain, { ca: record.certificate, revoked: new Set(), now: NOW })).toHaveProperty(
        "unit",
        expect.objectContaining(unit),
    )
})

describe("is refused", () => {
    const REFUSED: Record<string, [Partial<typeof DOORBELL>, string]> = {
        "a serial number that leaves its folder": [
            { serial: "../DB" },
            'serial number "../DB" cannot be used: it has 1 to 30 capital',
        ],
        "a serial number in small letters": [{ serial: "db-1" }, 'serial number "db-1" cannot be used'],
        "a serial number of 31 characters": [{ serial: "A".repeat(31) }, "cannot be used: it has 1 to 30 capital"],
        "no model": [{ model: "" }, 'model "" cannot be used: it has 1 to 32 letters'],
        "a model with markup": [{ model: "<b>" }, 'model "<b>" cannot be used'],
        "a board with a line break": [{ board: "a\nb" }, 'board "a\\nb" cannot be used'],
        "a class that there is not": [{ securityClass: 3 as 2 }, 'security class "3" cannot be used'],
    }
    test.each(Object.entries(REFUSED))("%s", async (_name, [change, message]) => {
        const ca = await authority("ed25519")
        await expect(issue(ca, unitKey("p256"), { ...DOORBELL, ...change })).rejects.toThrow(message)
    })

    const SIZE = "has neither the 32 bytes of Ed25519 nor the 64 of P-256"
    const NO_POINT = "is no point of its curve, or not in its only encoding"
    const ORDER = "is not of the order that its curve's keys have"
    test.each([...UNSOUND_KEYS])("a key %s", async (_name, key, fault) => {
        const complaint = { size: SIZE, notAPoint: NO_POINT, order: ORDER }[fault]
        await expect(issue(await authority("ed25519"), key)).rejects.toThrow(
            `unit DB-0001: its public key ${complaint}`,
        )
    })

    test("any unit while the authority's own certificate is not valid: an expired one, or a clock that is wrong", async () => {
        const ca = await authority("ed25519", "ca", 1)
        const made = { ca, unit: DOORBELL, isTestUnit: false, publicKey: unitKey("p256") }
        const request = { ...made, random: seeded("certificate") }
        await issueDeviceCertificate({ ...request, now: later(364) })
        const complaint =
            "the CA is valid from 2026-03-01T12:00:00.000Z until 2027-03-01T12:00:00.000Z, and this machine's clock says 202"
        await expect(issueDeviceCertificate({ ...request, now: later(366) })).rejects.toThrow(complaint)
        await expect(issueDeviceCertificate({ ...request, now: later(-1) })).rejects.toThrow(complaint)
    })
})
