/** What certificates may not be. Each is made of a good one, changed in one thing, and signed again by the authority. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { readAuthority } from "../../../src/host/identity/authority-certificate"
import type { CertificateAuthority } from "../../../src/host/identity/certificate-authority"
import type { CertificateFault } from "../../../src/host/identity/certificate-fault"
import { type ChainRefusal, encodeChain, verifyChain } from "../../../src/host/identity/chain"
import { KEY_ALGORITHMS, spkiOf } from "../../../src/host/identity/key-algorithm"
import { pemOf } from "../../../src/host/identity/pem"
import { readTrust } from "../../../src/host/unit/trust"
import {
    at,
    type DerNode,
    encodeDer,
    encodeWith,
    extension,
    otherEncodings,
    parseDer,
    pathsIn,
    SIGNATURE_ALGORITHMS,
    signed,
    tlv,
} from "./der-tree"
import { authority, DOORBELL, der, issue, later, NOW, temporaryFolder } from "./factory"
import { UNSOUND_KEYS } from "./unsound-keys"

const cas = { ed25519: await authority("ed25519"), p256: await authority("p256") }
const devices = { ed25519: await issue(cas.ed25519), p256: await issue(cas.p256) }

type Verdict = "accepted" | ChainRefusal | `${ChainRefusal}: ${CertificateFault}`

function verdict(chain: Uint8Array, ca: CertificateAuthority = cas.ed25519): Verdict {
    const result = verifyChain(chain, { ca: der(ca), revoked: new Set(), now: later(), serial: DOORBELL.serial })
    if (!("refusal" in result)) return "accepted"
    return result.fault ? `${result.refusal}: ${result.fault}` : result.refusal
}

/** Fields of what is signed in a certificate, and in their order its extensions. */
const FIELD = { version: 0, serial: 1, algorithm: 2, issuer: 3, validity: 4, subject: 5, key: 6, extensions: 7 }
const EXTENSION = { basicConstraints: 0, keyUsage: 1, subjectKey: 2, authorityKey: 3 }

type Change = (fields: DerNode[], extensions: DerNode[]) => void

/** A certificate with a change in what is signed. */
function changed(
    certificate: Uint8Array,
    ca: CertificateAuthority,
    change: Change,
    ...how: SigningChange
): Promise<Buffer> {
    const toBeSigned = parseDer(certificate).parts![0]
    change(toBeSigned.parts!, at(toBeSigned, FIELD.extensions, 0).parts!)
    return signed(encodeDer(toBeSigned), ca, ...how)
}
type SigningChange = [algorithm?: Buffer, hash?: string]

const raw = (hex: string): DerNode => parseDer(Buffer.from(hex, "hex"))
const field =
    (name: keyof typeof FIELD, hex: string): Change =>
    fields =>
        void (fields[FIELD[name]] = raw(hex))
const replaced =
    (name: keyof typeof EXTENSION, node: DerNode): Change =>
    (_, extensions) =>
        void (extensions[EXTENSION[name]] = node)
const without =
    (name: keyof typeof EXTENSION): Change =>
    (_, extensions) =>
        void extensions.splice(EXTENSION[name], 1)
const added =
    (node: DerNode): Change =>
    (_, extensions) =>
        void extensions.push(node)
const time = (tag: number, text: string) => ({ tag, content: Buffer.from(text) })
const dates =
    (from: DerNode, until: DerNode): Change =>
    fields =>
        void (fields[FIELD.validity].parts = [from, until])
const attribute =
    (index: number, change: (type: DerNode, value: DerNode) => void): Change =>
    fields => {
        const [type, value] = at(fields[FIELD.subject], index, 0).parts!
        change(type, value)
    }
const text = (index: number, content: string, tag?: number) =>
    attribute(index, (_, value) => void Object.assign(value, { content: Buffer.from(content) }, tag && { tag }))

const UTC = 0x17
const GENERALIZED = 0x18
const BEGIN = time(UTC, "260301120000Z")
const NO_END = time(GENERALIZED, "99991231235959Z")
const BASIC_CONSTRAINTS = "2.5.29.19"
const KEY_USAGE = "2.5.29.15"

/** By fault, what is refused for it. */
const FAULTS: Record<string, [Verdict, Change]> = {
    "version 1": ["notADevice: version", fields => void fields.splice(FIELD.version, 1)],
    "version 2": ["notADevice: version", field("version", "a003020101")],
    "version 4": ["notADevice: version", field("version", "a003020103")],
    "serial number 0": ["notADevice: serialNumber", field("serial", "020100")],
    "a negative serial number": ["notADevice: serialNumber", field("serial", "0202ff01")],
    "a serial number of 21 bytes": ["notADevice: serialNumber", field("serial", `0215${"41".repeat(21)}`)],
    "a serial number of 30 bytes": ["notADevice: serialNumber", field("serial", `021e${"41".repeat(30)}`)],
    "a unique identifier of its issuer": [
        "notADevice: uniqueIdentifier",
        fields => void fields.splice(7, 0, raw("810200aa")),
    ],
    "a unique identifier of its subject": [
        "notADevice: uniqueIdentifier",
        fields => void fields.splice(7, 0, raw("820200aa")),
    ],
    "a GeneralizedTime before 2050": ["notADevice: validity", dates(time(GENERALIZED, "20260301120000Z"), NO_END)],
    "an end in GeneralizedTime before 2050": [
        "notADevice: validity",
        dates(BEGIN, time(GENERALIZED, "20400101000000Z")),
    ],
    "an end before its begin": ["notADevice: validity", dates(BEGIN, time(UTC, "260301115959Z"))],
    "a day in February that there is not": ["malformed: notDer", dates(time(UTC, "260230120000Z"), NO_END)],
    "a 25th hour": ["malformed: notDer", dates(time(UTC, "260301250000Z"), NO_END)],
    "letters for a date": ["malformed: notDer", dates(time(UTC, "2603011200aaZ"), NO_END)],
    "another subject's attributes": ["notADevice: subject", fields => void fields[FIELD.subject].parts!.pop()],
    "an attribute more": [
        "notADevice: subject",
        fields => void fields[FIELD.subject].parts!.push(fields[FIELD.subject].parts![3]),
    ],
    "two attributes in one part of its name": [
        "notADevice: subject",
        fields => void at(fields[FIELD.subject], 0).parts!.push(raw("300a06035504060c03616263")),
    ],
    "an attribute of another type": [
        "notADevice: subject",
        attribute(3, type => void (type.content = Buffer.from("55042a", "hex"))),
    ],
    "a TeletexString": ["notADevice: subject", text(3, "Doorbell", 0x14)],
    "a serial number in UTF-8": ["notADevice: subject", text(4, "DB-0001", 0x0c)],
    "a serial number with an escape sequence": ["notADevice: subject", text(4, "DB-\u001b[2J")],
    "a serial number that leaves its folder": ["notADevice: subject", text(4, "../DB-1")],
    "a model of two lines": ["notADevice: subject", text(3, "Doorbell\nvalid")],
    "a board with a slash": ["notADevice: subject", text(1, "../boards")],
    "class 3": ["notADevice: subject", text(2, "Class 3")],
    "another manufacturer than its authority": ["notADevice: subject", text(0, "Other Works")],
    "text that is no UTF-8": [
        "malformed: notDer",
        attribute(3, (_, value) => void (value.content = Buffer.from("446fff", "hex"))),
    ],
    "a key of P-384": [
        "notADevice: key",
        field("key", `3076301006072a8648ce3d020106052b8104002203620004${"11".repeat(96)}`),
    ],
    "a key for agreement": ["notADevice: key", field("key", `302a300506032b656e032100${"09".repeat(32)}`)],
    "basic constraints twice": ["notADevice: extensionTwice", added(extension(BASIC_CONSTRAINTS, "3000", true))],
    "an extension twice that nobody knows": [
        "notADevice: extensionTwice",
        (_, extensions) => void extensions.push(extension("1.2.3.4", "0500"), extension("1.2.3.4", "0500")),
    ],
    "a critical extension that nobody knows": [
        "notADevice: extensionUnknown",
        added(extension("1.2.3.4", "0500", true)),
    ],
    "critical name constraints": ["notADevice: extensionUnknown", added(extension("2.5.29.30", "3000", true))],
    "a critical identifier of its key": [
        "notADevice: subjectKeyIdentifier",
        replaced("subjectKey", extension("2.5.29.14", `0414${"11".repeat(20)}`, true)),
    ],
    "no basic constraints": ["notADevice: basicConstraints", without("basicConstraints")],
    "an authority's basic constraints": [
        "notADevice: basicConstraints",
        replaced("basicConstraints", extension(BASIC_CONSTRAINTS, "30030101ff", true)),
    ],
    "a path length without an authority": [
        "notADevice: basicConstraints",
        replaced("basicConstraints", extension(BASIC_CONSTRAINTS, "3003020100", true)),
    ],
    "basic constraints with a default said": [
        "notADevice: basicConstraints",
        replaced("basicConstraints", extension(BASIC_CONSTRAINTS, "3003010100", true)),
    ],
    "basic constraints with a byte behind": [
        "notADevice: basicConstraints",
        replaced("basicConstraints", extension(BASIC_CONSTRAINTS, "300000", true)),
    ],
    "basic constraints that are not critical": [
        "notADevice: basicConstraints",
        replaced("basicConstraints", extension(BASIC_CONSTRAINTS, "3000")),
    ],
    "no key usage": ["notADevice: keyUsage", without("keyUsage")],
    "key agreement": ["notADevice: keyUsage", replaced("keyUsage", extension(KEY_USAGE, "03020308", true))],
    "key agreement, too": ["notADevice: keyUsage", replaced("keyUsage", extension(KEY_USAGE, "03020388", true))],
    "a use of signing certificates, too": [
        "notADevice: keyUsage",
        replaced("keyUsage", extension(KEY_USAGE, "03020284", true)),
    ],
    "key usage in more bits than it needs": [
        "notADevice: keyUsage",
        replaced("keyUsage", extension(KEY_USAGE, "03020080", true)),
    ],
    "key usage that is not critical": ["notADevice: keyUsage", replaced("keyUsage", extension(KEY_USAGE, "03020780"))],
    "the purpose of a TLS server": [
        "notADevice: extendedKeyUsage",
        added(extension("2.5.29.37", "300a06082b06010505070301")),
    ],
    "any purpose": [
        "notADevice: extendedKeyUsage",
        added(extension("2.5.29.37", "300606 0455 1d2500".replaceAll(" ", ""))),
    ],
    "an identifier of its key of 21 bytes": [
        "notADevice: subjectKeyIdentifier",
        replaced("subjectKey", extension("2.5.29.14", `0414${"11".repeat(21)}`)),
    ],
    "text for an identifier of its key": [
        "notADevice: subjectKeyIdentifier",
        replaced("subjectKey", extension("2.5.29.14", `0c14${"11".repeat(20)}`)),
    ],
    "an identifier of its authority's key with a byte behind": [
        "notADevice: authorityKeyIdentifier",
        replaced("authorityKey", extension("2.5.29.35", `30168014${"11".repeat(21)}`)),
    ],
    "another thing than an identifier of its authority's key": [
        "notADevice: authorityKeyIdentifier",
        replaced("authorityKey", extension("2.5.29.35", `30168114${"11".repeat(20)}`)),
    ],
    "no identifier of its key": ["notADevice: subjectKeyIdentifier", without("subjectKey")],
    "no identifier of its authority's key": ["notADevice: authorityKeyIdentifier", without("authorityKey")],
    "an authority by name and number": [
        "notADevice: authorityKeyIdentifier",
        replaced("authorityKey", extension("2.5.29.35", "3003820101")),
    ],
    "the identifier of another authority's key": [
        "foreignCa",
        replaced("authorityKey", extension("2.5.29.35", `30168014${"22".repeat(20)}`)),
    ],
    "an issuer in other letters": [
        "foreignCa",
        fields => void (at(fields[FIELD.issuer], 0, 0, 1).content = Buffer.from("HEARTH WORKS")),
    ],
    "an issuer in another kind of string": ["foreignCa", fields => void (at(fields[FIELD.issuer], 0, 0, 1).tag = 0x13)],
    "no issuer": ["foreignCa", field("issuer", "3000")],
}

describe.each(KEY_ALGORITHMS)("a certificate of a device by a %s authority", algorithm => {
    const [ca, device] = [cas[algorithm], devices[algorithm]]

    test("has no fault where nothing is changed", async () => {
        expect(verdict(await changed(device, ca, () => {}), ca)).toBe("accepted")
    })

    test.each(Object.entries(FAULTS))("with %s is refused", async (_name, [expected, change]) => {
        expect(verdict(await changed(device, ca, change), ca)).toBe(expected)
    })

    test.each(UNSOUND_KEYS.filter(([, , fault]) => fault !== "size"))(
        "over a key %s is refused",
        async (_name, key) => {
            const over = await changed(device, ca, fields => void (fields[FIELD.key] = parseDer(spkiOf(key))))
            expect(verdict(over, ca)).toBe("notADevice: key")
        },
    )

    test("is refused in every other encoding of every part", async () => {
        const toBeSigned = parseDer(device).parts![0]
        for (const path of pathsIn(toBeSigned)) {
            for (const [name, encoded] of Object.entries(otherEncodings(at(toBeSigned, ...path)))) {
                const other = await signed(
                    encodeWith(toBeSigned, path, () => encoded),
                    ca,
                )
                const found = { path, name, verdict: verdict(other, ca) }
                expect(found).toEqual({ path, name, verdict: expect.stringMatching(REFUSED_ENCODING) })
            }
        }
    })

    test("is refused in every other encoding of what is around", () => {
        const certificate = parseDer(device)
        for (const path of [[], [1, 0], [2]])
            for (const [name, encoded] of Object.entries(otherEncodings(at(certificate, ...path)))) {
                const other = encodeWith(certificate, path, () => encoded)
                expect({ path, name, verdict: verdict(other, ca) }).toEqual({
                    path,
                    name,
                    verdict: "malformed: notDer",
                })
            }
    })

    test("is refused, its authority's behind it, with any byte changed", () => {
        const chain = encodeChain(device, der(ca))
        for (let i = 0; i < chain.length; i++) {
            const other = Buffer.from(chain)
            other[i] ^= 1 << (i % 8)
            expect({ i, verdict: verdict(other, ca) }).not.toEqual({ i, verdict: "accepted" })
        }
    }, 60_000)

    test.each(["hex", "base64", "base64url"] as const)("is refused in %s", form => {
        expect(verdict(Buffer.from(Buffer.from(device).toString(form)), ca)).toBe("malformed: notDer")
    })

    test("is refused in PEM", () => expect(verdict(Buffer.from(pemOf(device)), ca)).toBe("malformed: notDer"))
})

/** What the library keeps as it was encoded comes to light where it is compared. */
const REFUSED_ENCODING =
    /^(malformed: notDer|foreignCa|signature|notADevice: (subject|signatureAlgorithm|basicConstraints|keyUsage|subjectKeyIdentifier|authorityKeyIdentifier))$/

describe("how a certificate is signed", () => {
    const device = devices.p256
    const SHA_1 = Buffer.from("300906072a8648ce3d0401", "hex")
    const SHA_384 = Buffer.from("300a06082a8648ce3d040303", "hex")
    const WITH_NULL = Buffer.from("300c06082a8648ce3d0403020500", "hex")
    const as =
        (algorithm: Buffer): Change =>
        fields =>
            void (fields[FIELD.algorithm] = parseDer(algorithm))

    test("SHA-1, SHA-384 and parameters are refused, though the signature is good", async () => {
        const variants = {
            "SHA-1": await changed(device, cas.p256, as(SHA_1), SHA_1, "SHA-1"),
            "SHA-384": await changed(device, cas.p256, as(SHA_384), SHA_384, "SHA-384"),
            parameters: await changed(device, cas.p256, as(WITH_NULL), WITH_NULL),
        }
        for (const [name, certificate] of Object.entries(variants))
            expect({ name, verdict: verdict(certificate, cas.p256) }).toEqual({
                name,
                verdict: "notADevice: signatureAlgorithm",
            })
    })

    test("two algorithms, one inside and one outside, are refused", async () => {
        expect(verdict(await changed(device, cas.p256, as(SHA_1)), cas.p256)).toBe("signature")
        expect(verdict(await changed(device, cas.p256, as(SIGNATURE_ALGORITHMS.ed25519)), cas.p256)).toBe("signature")
        expect(verdict(await changed(device, cas.p256, () => {}, SHA_384), cas.p256)).toBe("signature")
    })

    test("a signature in another encoding than DER's is refused", () => {
        const certificate = parseDer(device)
        const [algorithm, signature] = certificate.parts!.slice(1)
        const inner = parseDer(signature.content!.subarray(1))
        for (const path of pathsIn(inner))
            for (const [name, encoded] of Object.entries(otherEncodings(at(inner, ...path)))) {
                const other = encodeWith(inner, path, () => encoded)
                const bits = tlv(0x03, Buffer.concat([Buffer.of(0), other]))
                const parts = [encodeDer(certificate.parts![0]), encodeDer(algorithm), bits]
                const found = { path, name, verdict: verdict(tlv(0x30, Buffer.concat(parts)), cas.p256) }
                expect(found).toEqual({ path, name, verdict: "signature" })
            }
    })
})

describe("certificates of other shapes that are as good", () => {
    const SHAPES: Record<string, Change> = {
        "a serial number of 20 bytes": field("serial", `0214${"41".repeat(20)}`),
        "a serial number with its highest bit set": field("serial", `021100${"f1".repeat(16)}`),
        "a serial number of one byte": field("serial", "020101"),
        "an end in 2049": dates(BEGIN, time(UTC, "491231235959Z")),
        "an end in 2050": dates(BEGIN, time(GENERALIZED, "20500101000000Z")),
        "names in PrintableString": fields => {
            for (const index of [0, 1, 2, 3]) at(fields[FIELD.subject], index, 0, 1).tag = 0x13
        },
        "an extension that nobody knows and nobody has to": added(extension("1.2.3.4", "0500")),
        "another name of its subject": added(extension("2.5.29.17", "300a820864622d303030312e")),
        "its extensions in another order": (_, extensions) => void extensions.reverse(),
    }
    test.each(Object.entries(SHAPES))("%s", async (_name, change) => {
        for (const algorithm of KEY_ALGORITHMS)
            expect(verdict(await changed(devices[algorithm], cas[algorithm], change), cas[algorithm])).toBe("accepted")
    })
})

describe.each(KEY_ALGORITHMS)("the certificate of a %s authority", algorithm => {
    const ca = cas[algorithm]
    const fault = (certificate: Uint8Array) => {
        const read = readAuthority(certificate)
        return "fault" in read ? read.fault : "accepted"
    }

    test("is taken as it was made, and says whose it is", () => {
        expect(readAuthority(der(ca))).toMatchObject({ authority: { manufacturer: "Hearth Works" } })
    })

    const AUTHORITY_FAULTS: Record<string, [CertificateFault, Change]> = {
        "version 1": ["version", fields => void fields.splice(FIELD.version, 1)],
        "serial number 0": ["serialNumber", field("serial", "020100")],
        "an end before its begin": ["validity", dates(BEGIN, time(UTC, "200101000000Z"))],
        "another common name": [
            "subject",
            fields => {
                for (const name of [FIELD.issuer, FIELD.subject])
                    at(fields[name], 1, 0, 1).content = Buffer.from("Root CA")
            },
        ],
        "another issuer": ["issuer", fields => void (at(fields[FIELD.issuer], 0, 0, 1).content = Buffer.from("Else"))],
        "a device's basic constraints": [
            "basicConstraints",
            replaced("basicConstraints", extension(BASIC_CONSTRAINTS, "3000", true)),
        ],
        "no end to its paths": [
            "basicConstraints",
            replaced("basicConstraints", extension(BASIC_CONSTRAINTS, "30030101ff", true)),
        ],
        "paths of two": [
            "basicConstraints",
            replaced("basicConstraints", extension(BASIC_CONSTRAINTS, "30060101ff020101", true)),
        ],
        "a device's key usage": ["keyUsage", replaced("keyUsage", extension(KEY_USAGE, "03020780", true))],
        "a purpose": ["extendedKeyUsage", added(extension("2.5.29.37", "300a06082b06010505070301"))],
        "no identifier of its key": ["subjectKeyIdentifier", without("subjectKey")],
        "name constraints": ["extensionUnknown", added(extension("2.5.29.30", "3000", true))],
        "its key usage twice": ["extensionTwice", added(extension(KEY_USAGE, "03020106", true))],
    }
    test.each(Object.entries(AUTHORITY_FAULTS))("with %s is refused", async (_name, [expected, change]) => {
        expect(fault(await changed(der(ca), ca, change))).toBe(expected)
    })

    test("is refused if another key signed it", async () => {
        expect(fault(await changed(der(ca), await authority(algorithm, "another"), () => {}))).toBe("signature")
    })

    test("is refused with any bit changed", () => {
        for (let i = 0; i < der(ca).length; i++) {
            const other = Buffer.from(der(ca))
            other[i] ^= 1 << (i % 8)
            expect({ i, fault: fault(other) }).not.toEqual({ i, fault: "accepted" })
        }
    })
})

describe("the file of a trusted authority", () => {
    const certificate = der(cas.p256)
    const pem = pemOf(certificate)
    const trusted = (content: Uint8Array | string) => {
        const file = join(temporaryFolder(), "ca")
        writeFileSync(file, content)
        return readTrust(file, undefined, NOW).ca
    }

    test.each<[string, Uint8Array | string]>([
        ["DER", certificate],
        ["PEM", pem],
        ["PEM without its last newline", pem.trimEnd()],
        ["PEM as on Windows", pem.replaceAll("\n", "\r\n")],
        ["what the command shows", `${cas.p256.certificate.toString("pem")}\n`],
    ])("may be %s", (_name, content) => expect(trusted(content)).toEqual(certificate))

    const [first, ...rest] = pem.split("\n")
    test.each<[string, Uint8Array | string]>([
        ["nothing", ""],
        ["hex", certificate.toString("hex")],
        ["base64", certificate.toString("base64")],
        ["DER with a byte behind it", Buffer.concat([certificate, Buffer.of(10)])],
        ["DER of indefinite length", Buffer.concat([Buffer.of(0x30, 0x80), certificate.subarray(4), Buffer.of(0, 0)])],
        ["PEM with a line before it", `subject=Hearth Works\n${pem}`],
        ["PEM with a space before it", ` ${pem}`],
        ["PEM with a line behind it", `${pem}rubbish\n`],
        ["PEM with two certificates", pem + pem],
        ["PEM with a header in it", [first, "Proc-Type: 4,ENCRYPTED", "", ...rest].join("\n")],
        ["PEM in one line", `${first}\n${certificate.toString("base64")}\n-----END CERTIFICATE-----\n`],
        ["PEM with rubbish in a line", pem.replace("MII", "M*II")],
        ["PEM of another label", pem.replaceAll("CERTIFICATE", "TRUSTED CERTIFICATE")],
        ["PEM that begins as another thing", pem.replace("BEGIN CERTIFICATE", "BEGIN X509 CRL")],
        ["PEM with a byte behind the certificate", pemOf(Buffer.concat([certificate, Buffer.of(0)]))],
        ["a device's certificate", devices.p256],
    ])("may not be %s", (_name, content) => {
        expect(() => trusted(content)).toThrow(
            /\/ca: this is no certificate of a CA: it .*; make one with "domovoi ca show --pem"$/,
        )
    })
})
