/** What revocation lists may not be. Each is made of a good one, changed in one thing, and signed again by the authority. */
import { describe, expect, test } from "vitest"
import { requireAuthority } from "../../../src/host/identity/authority-certificate"
import type { CertificateAuthority } from "../../../src/host/identity/certificate-authority"
import { CRL_FAULTS, type CrlFault, revokedIn } from "../../../src/host/identity/crl"
import { KEY_ALGORITHMS } from "../../../src/host/identity/key-algorithm"
import { pemOf } from "../../../src/host/identity/pem"
import { makeCrl, REVOCATION_REASONS, type Revocation, readCrl } from "../../../src/host/identity/revocation"
import {
    at,
    type DerNode,
    encodeDer,
    encodeWith,
    extension,
    otherEncodings,
    parseDer,
    pathsIn,
    signed,
} from "./der-tree"
import { authority, der, later, NOW } from "./factory"

const cas = { ed25519: await authority("ed25519"), p256: await authority("p256") }
const another = await authority("ed25519", "another")

/** One revocation of each reason. */
const REVOCATIONS: Revocation[] = REVOCATION_REASONS.map((reason, i) => ({
    certificateSerial: `41${"0".repeat(29)}${i}`,
    reason,
    at: NOW,
}))
const SERIALS = REVOCATIONS.map(({ certificateSerial }) => certificateSerial)

function listOf(ca: CertificateAuthority): Promise<Uint8Array> {
    return makeCrl(ca, { revocations: REVOCATIONS, now: NOW, days: 30 })
}
const lists = { ed25519: await listOf(cas.ed25519), p256: await listOf(cas.p256) }

function read(list: Uint8Array, ca: CertificateAuthority, now = later()): CrlFault | string[] {
    const found = revokedIn(list, requireAuthority(der(ca), "ca", "none"), now)
    return "fault" in found ? found.fault : [...found.revoked]
}

/** Fields of what is signed in a list. */
const FIELD = { version: 0, algorithm: 1, issuer: 2, thisUpdate: 3, nextUpdate: 4, entries: 5, extensions: 6 }
const EXTENSION = { authorityKey: 0, number: 1 }
const ENTRY = { serial: 0, date: 1, extensions: 2 }

type Change = (fields: DerNode[], extensions: DerNode[], entries: DerNode[]) => void

function changed(
    list: Uint8Array,
    ca: CertificateAuthority,
    change: Change,
    ...how: [algorithm?: Buffer, hash?: string]
): Promise<Buffer> {
    const toBeSigned = parseDer(list).parts![0]
    const fields = toBeSigned.parts!
    change(fields, at(fields[FIELD.extensions], 0).parts!, fields[FIELD.entries].parts!)
    return signed(encodeDer(toBeSigned), ca, ...how)
}

const raw = (hex: string): DerNode => parseDer(Buffer.from(hex, "hex"))
const utc = (text: string): DerNode => ({ tag: 0x17, content: Buffer.from(text) })
const generalized = (text: string): DerNode => ({ tag: 0x18, content: Buffer.from(text) })
const added =
    (node: DerNode): Change =>
    (_, extensions) =>
        void extensions.push(node)
const inEntry =
    (...nodes: DerNode[]): Change =>
    (_fields, _extensions, [, entry]) =>
        void (entry.parts![ENTRY.extensions].parts = nodes)
const number =
    (hex: string): Change =>
    (_, extensions) =>
        void (extensions[EXTENSION.number] = extension("2.5.29.20", hex))
const serial =
    (hex: string): Change =>
    (_fields, _extensions, [, entry]) =>
        void (entry.parts![ENTRY.serial] = raw(hex))
const REASON = extension("2.5.29.21", "0a0101")

const FAULTS: Record<string, [CrlFault, Change]> = {
    "version 1": ["version", fields => void fields.splice(FIELD.version, 1)],
    "version 3": ["version", fields => void (fields[FIELD.version] = raw("020102"))],
    "another issuer's name": [
        "issuer",
        fields => void (at(fields[FIELD.issuer], 0, 0, 1).content = Buffer.from("Else")),
    ],
    "no name of its issuer": ["issuer", fields => void (fields[FIELD.issuer].parts = [])],
    "the identifier of another key": [
        "authorityKeyIdentifier",
        (_, extensions) =>
            void (extensions[EXTENSION.authorityKey] = extension("2.5.29.35", `30168014${"22".repeat(20)}`)),
    ],
    "no identifier of a key": [
        "authorityKeyIdentifier",
        (_, extensions) => void extensions.splice(EXTENSION.authorityKey, 1),
    ],
    "no extensions": ["authorityKeyIdentifier", fields => void fields.splice(FIELD.extensions, 1)],
    "its number twice": ["extensionTwice", added(extension("2.5.29.20", "020101"))],
    "only what changed": ["delta", added(extension("2.5.29.27", "020101", true))],
    "only what changed, said as if it did not matter": ["delta", added(extension("2.5.29.27", "020101"))],
    "only what concerns users": ["partial", added(extension("2.5.29.28", "30038101ff", true))],
    "only some reasons": ["partial", added(extension("2.5.29.28", "300483020640", true))],
    "a part of what there is, said as if it did not matter": ["partial", added(extension("2.5.29.28", "30038101ff"))],
    "a critical extension that nobody knows": ["extensionUnknown", added(extension("1.2.3.4", "0500", true))],
    "a critical number": [
        "extensionUnknown",
        (_, extensions) => void (extensions[EXTENSION.number] = extension("2.5.29.20", "020101", true)),
    ],
    "no number": ["crlNumber", (_, extensions) => void extensions.splice(EXTENSION.number, 1)],
    "a negative number": ["crlNumber", number("0201ff")],
    "a number of 21 bytes": ["crlNumber", number(`0215${"41".repeat(21)}`)],
    "a number with a zero before it": ["crlNumber", number("02020001")],
    "a number with a byte behind it": ["crlNumber", number("02010100")],
    "text for a number": ["crlNumber", number("0c0131")],
    "no end": ["notDer", fields => void fields.splice(FIELD.nextUpdate, 1)],
    "no end and no entries": ["notDer", fields => void fields.splice(FIELD.nextUpdate, 2)],
    "an end as it begins": ["dates", fields => void (fields[FIELD.nextUpdate] = fields[FIELD.thisUpdate])],
    "an end before its begin": ["dates", fields => void (fields[FIELD.nextUpdate] = utc("260228120000Z"))],
    "a GeneralizedTime before 2050": [
        "dates",
        fields => void (fields[FIELD.thisUpdate] = generalized("20260301120000Z")),
    ],
    "an end in GeneralizedTime before 2050": [
        "dates",
        fields => void (fields[FIELD.nextUpdate] = generalized("20260401120000Z")),
    ],
    "a begin on a day that there is not": ["notDer", fields => void (fields[FIELD.thisUpdate] = utc("260230120000Z"))],
    "serial number 0": ["entrySerial", serial("020100")],
    "a negative serial number": ["entrySerial", serial("0201ff")],
    "a serial number of 21 bytes": ["entrySerial", serial(`0215${"41".repeat(21)}`)],
    "a serial number that has a zero before it": ["entrySerial", serial(`021100${SERIALS[1]}`)],
    "an entry twice": ["entryTwice", (_fields, _extensions, entries) => void entries.push(entries[0])],
    "an entry of a date in another form": [
        "entryDate",
        (_fields, _extensions, [entry]) => void (entry.parts![ENTRY.date] = generalized("20260301120000Z")),
    ],
    "an entry that takes a revocation back": ["entryExtension", inEntry(extension("2.5.29.21", "0a0108"))],
    "an entry of a reason that there is not": ["entryExtension", inEntry(extension("2.5.29.21", "0a0107"))],
    "an entry with a reason as a number": ["entryExtension", inEntry(extension("2.5.29.21", "020101"))],
    "an entry with two reasons": ["entryExtension", inEntry(REASON, REASON)],
    "an entry of another issuer": ["entryExtension", inEntry(REASON, extension("2.5.29.29", "3000", true))],
    "an entry with something critical that nobody knows": [
        "entryExtension",
        inEntry(REASON, extension("1.2.3.4", "0500", true)),
    ],
    "an entry with an empty list of extensions": ["notDer", inEntry()],
    "an empty list of entries": ["notDer", (_fields, _extensions, entries) => void entries.splice(0)],
}

describe.each(KEY_ALGORITHMS)("a list of a %s authority", algorithm => {
    const [ca, list] = [cas[algorithm], lists[algorithm]]

    test("says what was revoked, for whatever reason, where nothing is changed", async () => {
        expect(read(list, ca)).toEqual(SERIALS)
        expect(read(await changed(list, ca, () => {}), ca)).toEqual(SERIALS)
    })

    test.each(Object.entries(FAULTS))("with %s is refused", async (_name, [fault, change]) => {
        expect(read(await changed(list, ca, change), ca)).toBe(fault)
    })

    test("counts from five minutes before it begins until the second it ends in", () => {
        const minutes = (count: number) => new Date(NOW.getTime() + count * 60_000)
        expect(read(list, ca, minutes(-6))).toBe("notYetValid")
        expect(read(list, ca, minutes(-5))).toEqual(SERIALS)
        expect(read(list, ca, later(30))).toEqual(SERIALS)
        expect(read(list, ca, new Date(later(30).getTime() + 1))).toBe("outOfDate")
    })

    test("is refused in every other encoding of every part", async () => {
        const toBeSigned = parseDer(list).parts![0]
        for (const path of pathsIn(toBeSigned))
            for (const [name, encoded] of Object.entries(otherEncodings(at(toBeSigned, ...path)))) {
                const other = await signed(
                    encodeWith(toBeSigned, path, () => encoded),
                    ca,
                )
                expect({ path, name, read: read(other, ca) }).toEqual({
                    path,
                    name,
                    read: expect.stringMatching(REFUSED),
                })
            }
    }, 60_000)

    test("is refused with any byte changed", () => {
        for (let i = 0; i < list.length; i++) {
            const other = Buffer.from(list)
            other[i] ^= 1 << (i % 8)
            expect({ i, read: read(other, ca) }).toEqual({ i, read: expect.any(String) })
        }
    }, 60_000)

    test("is refused by another authority, and if another signed it in this one's name", async () => {
        expect(read(list, another)).toBe("authorityKeyIdentifier")
        if (algorithm === "ed25519") expect(read(await changed(list, another, () => {}), ca)).toBe("signature")
    })

    test.each([
        ["nothing", Buffer.alloc(0)],
        ["rubbish", Buffer.from("rubbish")],
        ["hex", Buffer.from(Buffer.from(list).toString("hex"))],
        ["base64", Buffer.from(Buffer.from(list).toString("base64"))],
        ["PEM", Buffer.from(pemOf(list).replaceAll("CERTIFICATE", "X509 CRL"))],
        ["a byte more", Buffer.concat([list, Buffer.of(0)])],
        ["a byte less", Buffer.from(list.subarray(0, -1))],
        ["a certificate", der(ca)],
    ])("is not %s", (_name, bytes) => expect(read(bytes, ca)).toBe("notDer"))
})

/** What the library keeps as it was encoded comes to light where it is compared. */
const REFUSED = /^(notDer|issuer|authorityKeyIdentifier|signatureAlgorithm|crlNumber|entrySerial|entryExtension)$/

describe("how a list is signed", () => {
    const as =
        (algorithm: Buffer): Change =>
        fields =>
            void (fields[FIELD.algorithm] = parseDer(algorithm))
    const SHA_1 = Buffer.from("300906072a8648ce3d0401", "hex")
    const SHA_384 = Buffer.from("300a06082a8648ce3d040303", "hex")
    const WITH_NULL = Buffer.from("300c06082a8648ce3d0403020500", "hex")
    const ED25519 = Buffer.from("300506032b6570", "hex")

    test("SHA-1, SHA-384, parameters, and another kind of key than the authority's are refused", async () => {
        const { p256 } = cas
        const variants = [
            await changed(lists.p256, p256, as(SHA_1), SHA_1, "SHA-1"),
            await changed(lists.p256, p256, as(SHA_384), SHA_384, "SHA-384"),
            await changed(lists.p256, p256, as(WITH_NULL), WITH_NULL),
            await changed(lists.p256, p256, as(ED25519), ED25519),
            await changed(lists.p256, p256, as(SHA_1)),
            await changed(lists.p256, p256, () => {}, SHA_1),
        ]
        expect(variants.map(list => read(list, p256))).toEqual(variants.map(() => "signatureAlgorithm"))
    })
})

describe("lists of other shapes that are as good", () => {
    const SHAPES: Record<string, Change> = {
        "a number of 20 bytes": number(`0214${"41".repeat(20)}`),
        "number 0": number("020100"),
        "entries in another order": (_fields, _extensions, entries) => void entries.reverse(),
        "an entry without a reason": (_fields, _extensions, [entry]) => void entry.parts!.pop(),
        "an entry with the day on which it began": inEntry(
            REASON,
            extension("2.5.29.24", "180f32303236303330313132303030305a"),
        ),
        "an extension that nobody has to know": added(extension("2.5.29.46", "3000")),
        "an end after 2049": fields => void (fields[FIELD.nextUpdate] = generalized("20500101000000Z")),
    }
    test.each(Object.entries(SHAPES))("%s", async (_name, change) => {
        for (const algorithm of KEY_ALGORITHMS) {
            const found = read(await changed(lists[algorithm], cas[algorithm], change), cas[algorithm])
            expect([...found].sort()).toEqual(SERIALS)
        }
    })
})

describe("what a person is told", () => {
    test("names the file, what is wrong with it, and what to do", () => {
        expect(() => readCrl(lists.p256, "devices.crl", der(cas.p256), later(31))).toThrow(
            'devices.crl: this list is out of date, from 2026-03-01T12:00:00.000Z until 2026-03-31T12:00:00.000Z, and this machine\'s clock says 2026-04-01T12:00:00.000Z; make a new one with "domovoi ca crl"',
        )
        expect(() => readCrl(lists.p256, "devices.crl", der(another), NOW)).toThrow(
            `devices.crl: this list ${CRL_FAULTS.authorityKeyIdentifier}; make a new one with "domovoi ca crl"`,
        )
    })
})
