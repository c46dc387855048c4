import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { IdentityRecords } from "../../../src/core/identity/identity-records"
import { IdentityRefusal, IdentityState } from "../../../src/core/identity/identity-state"
import type { ByteMemory } from "../../../src/core/ports"
import { spkiOf } from "../../../src/host/identity/key-algorithm"
import { boot, CERTIFICATES_BYTES, type CoreUnit } from "./unit"

/** A SEQUENCE of 300 bytes that holds the key as certificates do; nobody here looks at the rest. */
function certificateOf(publicKey: Buffer): Buffer {
    const body = Buffer.concat([Buffer.alloc(100, 1), spkiOf(publicKey), Buffer.alloc(300, 2)]).subarray(0, 300)
    return Buffer.concat([Buffer.of(0x30, 0x82, 300 >> 8, 300 & 255), body])
}

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest()
const secret = Buffer.alloc(16, 9)

async function provision(unit: CoreUnit, serial = "GV-1"): Promise<Buffer> {
    const publicKey = await unit.keys.createKey()
    const chain = Buffer.concat([certificateOf(publicKey), Buffer.alloc(50, 3)])
    expect(await unit.records.keepPairingSecret(secret)).toBe(IdentityRefusal.None)
    expect(await unit.records.writeCertificates(0, chain)).toBe(IdentityRefusal.None)
    expect(await unit.records.keep(chain.length, sha256(chain), serial, publicKey)).toBe(IdentityRefusal.None)
    return chain
}

const check = ({ records, keys, floor }: CoreUnit) => records.check(keys, floor)

test("a provisioned unit has its identity after every reboot, and shows its certificates", async () => {
    const unit = await boot()
    expect(await check(unit)).toBe(IdentityState.Missing)
    const chain = await provision(unit)
    const later = await boot(unit)
    expect(await check(later)).toBe(IdentityState.Valid)
    expect(later.records.serial).toBe("GV-1")
    expect(later.records.certificatesBytes).toBe(chain.length)
    const pieces: Buffer[] = []
    for (let at = 0; at < chain.length; at += pieces.at(-1)!.length)
        pieces.push(await later.records.certificatesFrom(at, chain.length - at))
    expect(Buffer.concat(pieces)).toEqual(chain)
    expect(pieces[0].length).toBe(128)
})

describe("what does not belong together is noticed", () => {
    test("another key than the certified one", async () => {
        const unit = await boot()
        await provision(unit)
        const other = await boot()
        expect(await unit.records.check(other.keys, unit.floor)).toBe(IdentityState.Foreign)
        await other.keys.createKey()
        expect(await unit.records.check(other.keys, unit.floor)).toBe(IdentityState.Foreign)
        expect(unit.records.serial).toBe("")
    })

    test("any changed byte of the certificates", async () => {
        const unit = await boot()
        const chain = await provision(unit)
        for (let at = 0; at < chain.length; at += 7) {
            unit.certificates[at] ^= 1
            expect(await check(unit)).toBe(IdentityState.Damaged)
            unit.certificates[at] ^= 1
        }
        expect(await check(unit)).toBe(IdentityState.Valid)
    })

    test("records of another unit, and a record that was edited", async () => {
        const unit = await boot()
        await provision(unit)
        const record = (await unit.store.get("identity"))!
        record[record.length - 17] ^= 1
        await unit.store.set("identity", record)
        expect(await check(unit)).toBe(IdentityState.Damaged)
    })

    test("a key record that was edited, or brought along from another unit's memory", async () => {
        const unit = await boot()
        await provision(unit)
        const record = (await unit.store.get("key"))!
        record[0] ^= 1
        await unit.store.set("key", record)
        expect(await check(unit)).toBe(IdentityState.Damaged)
        const moved = await boot({ ...unit, chip: "ffffffffffffffff" })
        expect(await check(moved)).toBe(IdentityState.Damaged)
    })

    test("a memory that fails is no damage but a fault of its own", async () => {
        const unit = await boot()
        await provision(unit)
        unit.slots.absent = true
        await expect(check(unit)).rejects.toMatchObject({ fault: "memory" })
    })
})

test("before the first look, and where there is no valid identity, there is no serial number and no certificate", async () => {
    const unit = await boot()
    const nothing = { serial: "", certificatesBytes: 0 }
    expect(unit.records).toMatchObject(nothing)
    await provision(unit)
    expect(unit.records).toMatchObject(nothing)
    await check(unit)
    expect(unit.records).toMatchObject({ serial: "GV-1", certificatesBytes: 354 })
    unit.certificates[0] ^= 1
    await check(unit)
    expect(unit.records).toMatchObject(nothing)
})

/** What `keep` says to these certificates for this key. */
async function kept(chain: Buffer, publicKey: Buffer, serial = "GV-1"): Promise<string> {
    const { records } = await boot()
    await records.keepPairingSecret(secret)
    expect(await records.writeCertificates(0, chain)).toBe(IdentityRefusal.None)
    return IdentityRefusal[await records.keep(chain.length, sha256(chain), serial, publicKey)]
}

/** @param start tag and form of length */
function sequence(start: [number, number], body: Buffer, size = body.length): Buffer {
    return Buffer.concat([Buffer.of(...start, size >> 8, size & 255), body])
}

describe("the first certificate", () => {
    const DER: [number, number] = [0x30, 0x82]
    const [ed25519, p256] = [Buffer.alloc(32, 0xed), Buffer.alloc(64, 0x25)]
    const filler = Buffer.alloc(300, 0x99)
    const holding = (...parts: Buffer[]) => sequence(DER, Buffer.concat([filler, ...parts]))

    test.each<[string, Buffer, Buffer, keyof typeof IdentityRefusal]>([
        ["with an Ed25519 key that ends where it ends", holding(spkiOf(ed25519)), ed25519, "None"],
        ["with a P-256 key that ends where it ends", holding(spkiOf(p256)), p256, "None"],
        ["with the key at its start", sequence(DER, Buffer.concat([spkiOf(p256), filler])), p256, "None"],
        ["that fills all the room", holding(spkiOf(p256), Buffer.alloc(1024 - 4 - 300 - 91)), p256, "None"],
        ["that ends a byte before the key does", sequence(DER, spkiOf(ed25519), 43), ed25519, "Key"],
        ["that is cut off in the key", holding(spkiOf(ed25519)).subarray(0, -1), ed25519, "Key"],
        ["that does not say what kind of key it is, Ed25519", holding(ed25519, filler), ed25519, "Key"],
        ["that does not say what kind of key it is, P-256", holding(p256, filler), p256, "Key"],
        ["with the key as one of another kind", holding(spkiOf(ed25519).subarray(0, 12), p256, filler), p256, "Key"],
        ["that is a SET", sequence([0x31, 0x82], Buffer.concat([filler, spkiOf(p256)])), p256, "Key"],
        ["with a length of one byte", sequence([0x30, 0x81], Buffer.concat([filler, spkiOf(p256)])), p256, "Key"],
        ["with a length of three bytes", sequence([0x30, 0x83], Buffer.concat([filler, spkiOf(p256)])), p256, "Key"],
        ["with a length of no end", sequence([0x30, 0x80], Buffer.concat([filler, spkiOf(p256)])), p256, "Key"],
        ...[0, 1, 2, 3, 4].map((length): [string, Buffer, Buffer, keyof typeof IdentityRefusal] => [
            `of ${length} bytes`,
            Buffer.of(...DER, 1, 0).subarray(0, length),
            ed25519,
            "Key",
        ]),
    ])("%s", async (_, chain, publicKey, answer) => {
        expect(await kept(chain, publicKey)).toBe(answer)
    })

    test("is read in pieces of 128 bytes and searched in pieces of 64, and others get a turn after each", async () => {
        const events: string[] = []
        const { sealed, certificates, digest } = await boot()
        const area: ByteMemory = {
            size: certificates.length,
            read: async (at, length) => {
                events.push(`${at}+${length}`)
                return Buffer.from(certificates.subarray(at, at + length))
            },
            write: async (at, bytes) => void certificates.set(bytes, at),
        }
        const records = new IdentityRecords(sealed, area, digest, async () => void events.push("pause"))
        const chain = sequence(DER, Buffer.concat([filler.subarray(0, 252 - 44), spkiOf(ed25519)]))
        await records.keepPairingSecret(secret)
        await records.writeCertificates(0, chain)
        expect(await records.keep(chain.length, sha256(chain), "GV-1", ed25519)).toBe(IdentityRefusal.None)
        // The key lies at 212: at 64, 128 and 192 others get a turn.
        expect(events).toEqual(["0+128", "pause", "128+128", "pause", "pause", "pause", "pause"])
    })
})

test.each<[string, keyof typeof IdentityRefusal]>([
    ...["A", "Z", "0", "9", "-", "G".repeat(30)].map((serial): [string, "None"] => [serial, "None"]),
    // What stands before and behind capital letters, digits and the hyphen in ASCII.
    ...["@", "[", "/", ":", ",", ".", "a", "\u0141"].map((serial): [string, "Serial"] => [serial, "Serial"]),
])("a serial number %j: %s", async (serial, answer) => {
    const publicKey = Buffer.alloc(32, 7)
    expect(await kept(certificateOf(publicKey), publicKey, serial)).toBe(answer)
})

describe("refusals", () => {
    const REFUSALS: [
        string,
        (unit: CoreUnit, chain: Buffer, key: Buffer) => Promise<IdentityRefusal>,
        IdentityRefusal,
    ][] = [
        [
            "a pairing secret of 15 bytes",
            ({ records }) => records.keepPairingSecret(secret.subarray(1)),
            IdentityRefusal.Size,
        ],
        [
            "certificates beyond the room",
            ({ records }) => records.writeCertificates(CERTIFICATES_BYTES - 1, Buffer.alloc(2)),
            IdentityRefusal.Size,
        ],
        [
            "no key",
            ({ records }, chain) => records.keep(chain.length, sha256(chain), "GV-1", undefined),
            IdentityRefusal.Incomplete,
        ],
        [
            "no pairing secret",
            async ({ records, store }, chain, key) => {
                await store.erase("pairing")
                return records.keep(chain.length, sha256(chain), "GV-1", key)
            },
            IdentityRefusal.Incomplete,
        ],
        ...["", "gv-1", "GV 1", "GV_1", "G".repeat(31)].map((serial): (typeof REFUSALS)[number] => [
            `the serial number "${serial}"`,
            ({ records }, chain, key) => records.keep(chain.length, sha256(chain), serial, key),
            IdentityRefusal.Serial,
        ]),
        [
            "more certificates than there is room for",
            ({ records }, chain, key) => records.keep(CERTIFICATES_BYTES + 1, sha256(chain), "GV-1", key),
            IdentityRefusal.Size,
        ],
        [
            "a digest of something else",
            ({ records }, chain, key) => records.keep(chain.length, sha256(Buffer.alloc(1)), "GV-1", key),
            IdentityRefusal.Digest,
        ],
        [
            "a digest that is too short",
            ({ records }, chain, key) => records.keep(chain.length, sha256(chain).subarray(1), "GV-1", key),
            IdentityRefusal.Digest,
        ],
        [
            "a certificate for another key",
            async ({ records }, chain) =>
                records.keep(chain.length, sha256(chain), "GV-1", await (await boot()).keys.createKey()),
            IdentityRefusal.Key,
        ],
        [
            "a certificate behind whose end the key follows",
            async ({ records }, _chain, key) => {
                const short = Buffer.concat([Buffer.of(0x30, 0x82, 0, 10), Buffer.alloc(10), spkiOf(key)])
                await records.writeCertificates(0, short)
                return records.keep(short.length, sha256(short), "GV-1", key)
            },
            IdentityRefusal.Key,
        ],
        [
            "something that is no certificate",
            async ({ records }, _chain, key) => {
                await records.writeCertificates(0, spkiOf(key))
                return records.keep(44, sha256(spkiOf(key)), "GV-1", key)
            },
            IdentityRefusal.Key,
        ],
    ]
    test.each(REFUSALS)("%s", async (_, refused, refusal) => {
        const unit = await boot()
        const key = await unit.keys.createKey()
        const chain = certificateOf(key)
        await unit.records.keepPairingSecret(secret)
        await unit.records.writeCertificates(0, chain)
        expect(IdentityRefusal[await refused(unit, chain, key)]).toBe(IdentityRefusal[refusal])
        expect(await check(unit)).toBe(IdentityState.Missing)
    })
})

test.each([
    ["Identity", IdentityState],
    ["Refusal", IdentityRefusal],
])("services/domovoi.md numbers %s as the core does", (name, members) => {
    const text = readFileSync("services/domovoi.md", "utf8")
    const body = text.match(new RegExp(`enum ${name} : u8 \\{([^}]*)\\}`))![1]
    const specified = [...body.matchAll(/(\w+) = (\d+)/g)].map(([, member, number]) => [member, Number(number)])
    expect(specified).toEqual(Object.entries(members).filter(([, number]) => typeof number === "number"))
})
