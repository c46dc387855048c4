import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { CertificateAuthority } from "../../../src/host/identity/certificate-authority"
import { NO_EXPIRY } from "../../../src/host/identity/certificate-fields"
import {
    type ChainPolicy,
    type ChainRefusal,
    encodeChain,
    MAX_CHAIN_BYTES,
    verifyChain,
} from "../../../src/host/identity/chain"
import {
    BasicConstraintsExtension,
    Extension,
    KeyUsageFlags,
    KeyUsagesExtension,
    Name,
    PublicKey,
    X509Certificate,
    type X509CertificateCreateWithKeyParams,
    X509CertificateGenerator,
} from "../../../src/host/identity/x509"
import { authority, DOORBELL, der, issue, later, NOW, unitKey } from "./factory"

const ca = await authority("p256", "ca", 10)
const device = await issue(ca)
const chain = encodeChain(device, der(ca))
const { serialNumber } = new X509Certificate(Buffer.from(device))

function verdict(bytes: Uint8Array, change: Partial<ChainPolicy> = {}): ChainRefusal | "accepted" {
    const result = verifyChain(bytes, { ca: der(ca), revoked: new Set(), now: NOW, ...change })
    return "refusal" in result ? result.refusal : "accepted"
}

test("a sound chain says whose it is, with the authority's certificate behind it or without", () => {
    const unit = {
        ...DOORBELL,
        manufacturer: "Hearth Works",
        isTestUnit: false,
        algorithm: "p256",
        publicKey: unitKey("p256"),
        certificateSerial: serialNumber,
    }
    for (const bytes of [chain, device])
        expect(verifyChain(bytes, { ca: der(ca), revoked: new Set(), now: NOW, serial: "DB-0001" })).toEqual({ unit })
})

/** A certificate of the authority that differs from a device's in what is given. */
async function variant(
    change: Partial<X509CertificateCreateWithKeyParams>,
    extensions?: Extension[],
    signer: CertificateAuthority = ca,
): Promise<Uint8Array> {
    const sound = new X509Certificate(Buffer.from(device))
    const certificate = await X509CertificateGenerator.create({
        serialNumber,
        subject: sound.subjectName,
        issuer: sound.issuerName,
        notBefore: NOW,
        notAfter: NO_EXPIRY,
        publicKey: sound.publicKey,
        signingKey: signer.privateKey,
        extensions: extensions ?? sound.extensions,
        ...change,
    })
    return new Uint8Array(certificate.rawData)
}

/** The identifiers of its key and of its authority's. */
async function identifiers(): Promise<Extension[]> {
    return new X509Certificate(Buffer.from(device)).extensions.slice(2)
}

const END = new BasicConstraintsExtension(false, undefined, true)
const SIGNS = new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true)

describe("a chain with one fault is refused for that fault", () => {
    test("the certificate that the variants start from has none", async () => {
        expect(verdict(await variant({}))).toBe("accepted")
        expect(verdict(await variant({}, [END, SIGNS, ...(await identifiers())]))).toBe("accepted")
    })

    test.each<[string, Uint8Array]>([
        ["nothing", new Uint8Array()],
        ["zeros", new Uint8Array(400)],
        ["a certificate that is cut short", device.subarray(0, -1)],
        ["a byte behind it", Buffer.concat([device, Buffer.from([0])])],
        ["three certificates", Buffer.concat([device, der(ca), der(ca)])],
        ["a length in another form than DER's", Buffer.concat([Buffer.from([0x30, 0x83, 0]), device.subarray(2)])],
    ])("malformed: %s", (_name, bytes) => expect(verdict(bytes)).toBe("malformed"))

    test("malformed: more than a device has room for", async () => {
        const ids = await identifiers()
        const ofExtraBytes = (bytes: number) =>
            variant({}, [END, SIGNS, ...ids, new Extension("1.2.3.4", false, new Uint8Array(bytes))])
        const room = MAX_CHAIN_BYTES - (await ofExtraBytes(800)).length
        expect(verdict(await ofExtraBytes(800 + room - 5))).toBe("accepted")
        expect(verdict(await ofExtraBytes(800 + room + 5))).toBe("malformed")
    })

    test("foreignCa: another manufacturer's device, also with our certificate behind it", async () => {
        const foreign = await authority("p256", "another", 10)
        const theirs = await issue(foreign)
        expect(verdict(theirs)).toBe("foreignCa")
        expect(verdict(encodeChain(theirs, der(ca)))).toBe("foreignCa")
        expect(verdict(encodeChain(device, der(foreign)))).toBe("foreignCa")
        expect(verdict(theirs, { ca: der(foreign) })).toBe("accepted")
    })

    test("signature: another key in our authority's name, or any byte changed behind its back", async () => {
        expect(verdict(await variant({}, undefined, await authority("p256", "another")))).toBe("signature")
        const edited = Buffer.from(device)
        edited.write("DB-0002", edited.indexOf("DB-0001"))
        expect(verdict(edited)).toBe("signature")
    })

    test("notADevice: a certificate that our authority made for something else", async () => {
        const publicKey = (await authority("ed25519")).certificate.publicKey
        expect(verdict(der(ca))).toBe("notADevice")
        expect(verdict(await variant({ publicKey }))).toBe("accepted")
        const faults = {
            "has no serial number": variant({ subject: "O=Hearth Works, OU=doorbell_c3, OU=Class 2, CN=Doorbell" }),
            "has a class that there is not": variant({
                subject: new Name("O=Hearth Works, OU=doorbell_c3, OU=Class 4, CN=Doorbell, 2.5.4.5=DB-0001"),
            }),
            "has a key of another curve": variant({ publicKey: await p384Key() }),
        }
        for (const [name, certificate] of Object.entries(faults))
            expect({ name, verdict: verdict(await certificate) }).toEqual({ name, verdict: "notADevice" })
    })

    test("notYetValid: before it was made, by more than clocks may differ", () => {
        const minutesBefore = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000)
        expect(verdict(chain, { now: minutesBefore(6) })).toBe("notYetValid")
        expect(verdict(chain, { now: minutesBefore(5) })).toBe("accepted")
    })

    test("caExpired: the authority's certificate has ended, the device's has not", () => {
        expect(verdict(chain, { now: new Date("2036-03-01T12:00:00Z") })).toBe("accepted")
        expect(verdict(chain, { now: new Date("2036-03-01T12:00:01Z") })).toBe("caExpired")
    })

    test("expired: the device's certificate has an end, and it is past", async () => {
        const ending = await variant({ notAfter: later(10) })
        expect(verdict(ending, { now: later(10) })).toBe("accepted")
        expect(verdict(ending, { now: later(11) })).toBe("expired")
    })

    test("revoked: its number is in the list", () => {
        expect(verdict(chain, { revoked: new Set([serialNumber]) })).toBe("revoked")
        expect(verdict(chain, { revoked: new Set([serialNumber.replace(/.$/, "x")]) })).toBe("accepted")
    })

    test("serialMismatch: it is another unit's", () => {
        expect(verdict(chain, { serial: "DB-0002" })).toBe("serialMismatch")
    })
})

describe("whatever a device sends, there is a verdict", () => {
    test("a bit flipped in any third byte is refused", () => {
        for (let at = 0; at < device.length; at += 3) {
            const changed = Buffer.from(device)
            changed[at] ^= 1 << (at % 8)
            expect({ at, verdict: verdict(changed) }).not.toEqual({ at, verdict: "accepted" })
        }
    })

    test("rubbish is malformed, also where it begins as a certificate does", () => {
        const head = fc.constantFrom(0, 2, 40, 200).map(length => device.subarray(0, length))
        fc.assert(
            fc.property(head, fc.uint8Array({ maxLength: 1600 }), (begin, rubbish) => {
                expect(verdict(Buffer.concat([begin, rubbish]))).toBe("malformed")
            }),
        )
    })
})

async function p384Key(): Promise<PublicKey> {
    const { publicKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-384" }, true, ["sign"])
    return PublicKey.create(publicKey)
}
