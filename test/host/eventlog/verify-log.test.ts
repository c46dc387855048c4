import { createHash, generateKeyPairSync, sign } from "node:crypto"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { ARRAY } from "../../../src/core/cbor/major"
import { CborWriter } from "../../../src/core/cbor/writer"
import { sign1With } from "../../../src/core/cose/sign1-with"
import { CELL_BYTES } from "../../../src/core/eventlog/entry"
import { Event } from "../../../src/core/eventlog/event"
import { ROW_BYTES } from "../../../src/core/eventlog/ledger"
import { LOG_CHALLENGE_BYTES, LogExport } from "../../../src/core/eventlog/log-export"
import type { KeyStore } from "../../../src/core/ports"
import { entryText, kindText } from "../../../src/host/eventlog/entry-text"
import { readExport } from "../../../src/host/eventlog/exported-log"
import type { LogFinding } from "../../../src/host/eventlog/log-finding"
import { type Signer, verifyLog } from "../../../src/host/eventlog/verify-log"
import { type KeyAlgorithm, rawPublicKey } from "../../../src/host/identity/key-algorithm"
import { digest, LogRig } from "../../core/eventlog/rig"
import { noPause } from "../../core/store/slot-memory"

/** A device's key, in OpenSSL. */
class Keys implements KeyStore {
    readonly algorithm: "EdDSA" | "ES256"
    readonly signer: Signer
    readonly #pair

    constructor(algorithm: KeyAlgorithm) {
        this.algorithm = algorithm === "ed25519" ? "EdDSA" : "ES256"
        this.#pair =
            algorithm === "ed25519"
                ? generateKeyPairSync("ed25519")
                : generateKeyPairSync("ec", { namedCurve: "P-256" })
        const { raw } = rawPublicKey(this.#pair.publicKey.export({ format: "der", type: "spki" }))!
        this.signer = { algorithm, publicKey: raw }
    }

    get keyId(): Buffer {
        return createHash("sha256").update(this.signer.publicKey).digest().subarray(0, 16)
    }

    async publicKey(): Promise<Buffer> {
        return Buffer.from(this.signer.publicKey)
    }

    async createKey(): Promise<Buffer> {
        return await this.publicKey()
    }

    async sign(message: Buffer): Promise<Buffer> {
        const key = this.#pair.privateKey
        return this.algorithm === "EdDSA"
            ? sign(null, message, key)
            : sign("sha256", message, { key, dsaEncoding: "ieee-p1363" })
    }
}

const keys = new Keys("ed25519")
const CHALLENGE = Buffer.from("what happened here?")

async function logged(events: number): Promise<LogRig> {
    const rig = await new LogRig().start()
    for (let n = 1; n <= events; n++) await rig.record(n % 3 === 0 ? Event.Consent : Event.State, n)
    return rig
}

async function exported(rig: LogRig, by = keys, challenge = CHALLENGE): Promise<Buffer> {
    const log = new LogExport(rig.log, digest, noPause)
    const pieces: Buffer[] = []
    for (let piece = await log.next(); piece; piece = await log.next()) pieces.push(piece)
    return Buffer.concat([...pieces, await log.statement(by, by.keyId, challenge, rig.uptimeS)])
}

const findingsOf = (bytes: Buffer, signer = keys.signer) => verifyLog(bytes, signer, CHALLENGE).findings

describe("an export as the device made it", () => {
    test.each<KeyAlgorithm>(["ed25519", "p256"])("is whole, in order, and checked with %s", async algorithm => {
        const own = new Keys(algorithm)
        for (const events of [0, 1, 6, 40]) {
            const rig = await logged(events)
            const { entries, findings, witness } = verifyLog(await exported(rig, own), own.signer, CHALLENGE)
            expect(findings).toEqual([])
            expect(entries.map(({ event, cause, detail }) => `${event} ${cause} ${detail}`)).toEqual(
                (await rig.story()).map(line => line.replace("Begun", "0")),
            )
            expect(witness?.sequence).toBe(rig.log.sequence)
        }
    })

    test("answers the longest challenge, with every number at its largest", async () => {
        const challenge = Buffer.alloc(LOG_CHALLENGE_BYTES, 0x63)
        const rig = new LogRig()
        rig.counter.value = 0xffff_fff0
        rig.boot = 0xffff_fffe
        await rig.start()
        rig.uptimeS = 0xffff_ffff
        expect(verifyLog(await exported(rig, keys, challenge), keys.signer, challenge).witness).toMatchObject({
            sequence: rig.log.sequence,
        })
    })

    test("holds what was recorded when it began, and nothing later", async () => {
        const rig = await logged(40)
        const before = await rig.story()
        const log = new LogExport(rig.log, digest, noPause)
        const pieces = [await log.next()]
        for (let n = 0; n < 3; n++) await rig.record(Event.Refusal, n)
        for (let piece = await log.next(); piece; piece = await log.next()) pieces.push(piece)
        const bytes = Buffer.concat([
            ...pieces.flatMap(piece => piece ?? []),
            await log.statement(keys, keys.keyId, CHALLENGE, 0),
        ])
        const { entries, findings } = verifyLog(bytes, keys.signer, CHALLENGE)
        expect(findings).toEqual([])
        // The oldest routine entries made room meanwhile.
        expect(entries.map(({ event }) => event)).not.toContain("Refusal")
        expect(entries.length).toBe(before.length - 3)
    })
})

/** Changes to the pieces of an export (four critical entries, eight routine ones, eleven rows), by the finding that each must have. */
const IN_TRANSIT: [string, LogFinding, (pieces: Buffer[]) => Buffer[]][] = [
    ["the first left out", "removed", pieces => pieces.slice(1)],
    ["one in the middle left out", "removed", pieces => pieces.toSpliced(5, 1)],
    ["a whole ring left out", "truncated", pieces => pieces.toSpliced(4, 8)],
    ["the newest left out", "truncated", pieces => pieces.toSpliced(11, 1)],
    ["the ledger left out", "removed", pieces => pieces.slice(0, 12)],
    ["the first row left out", "removed", pieces => pieces.toSpliced(12, 1)],
    ["the last row left out", "removed", pieces => pieces.slice(0, -1)],
    ["two rows swapped", "reordered", pieces => pieces.with(13, pieces[14]).with(14, pieces[13])],
    ["the ledger before the rings", "reordered", pieces => [...pieces.slice(12), ...pieces.slice(0, 12)]],
    ["a row twice", "inserted", pieces => [...pieces, pieces[13]]],
    ["a row replaced by nothing", "edited", pieces => pieces.with(15, Buffer.of(0xf6))],
    [
        "a number of a row changed",
        "edited",
        pieces => {
            const copy = Buffer.from(pieces[15])
            copy[copy.length - 1] ^= 1
            return pieces.with(15, copy)
        },
    ],
    ["all left out", "truncated", () => []],
    ["two swapped", "reordered", pieces => pieces.with(6, pieces[7]).with(7, pieces[6])],
    ["the rings swapped", "reordered", pieces => [...pieces.slice(4, 12), ...pieces.slice(0, 4), ...pieces.slice(12)]],
    ["one twice", "inserted", pieces => pieces.toSpliced(3, 0, pieces[3])],
    ["one replaced by nothing", "edited", pieces => pieces.with(5, Buffer.of(0xf6))],
    ["the newest replaced by nothing", "edited", pieces => pieces.with(11, Buffer.of(0xf6))],
    [
        "a number changed",
        "edited",
        pieces => {
            const copy = Buffer.from(pieces[5])
            copy[copy.length - 2] ^= 1
            return pieces.with(5, copy)
        },
    ],
]

describe("what is done to an export is found", () => {
    test.each(IN_TRANSIT)("%s: %s", async (_, finding, change) => {
        const bytes = await exported(await logged(40))
        const pieces = readExport(bytes).pieces.map(piece => piece.bytes)
        expect(pieces).toHaveLength(23)
        const statement = bytes.subarray(Buffer.concat(pieces).length)
        expect(findingsOf(Buffer.concat([...change(pieces), statement]))).toEqual([finding])
    })

    test("any byte changed, anything cut off, anything put behind", async () => {
        const bytes = await exported(await logged(40))
        fc.assert(
            fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, by) => {
                const changed = Buffer.from(bytes)
                changed[at] ^= by
                expect(findingsOf(changed)).not.toEqual([])
            }),
            { numRuns: 500 },
        )
        for (let length = 0; length < bytes.length; length += 7)
            expect(findingsOf(bytes.subarray(0, length))).toEqual(["unsigned"])
        expect(findingsOf(Buffer.concat([bytes, Buffer.of(0)]))).toEqual(["unsigned"])
    })

    test("another device's log", async () => {
        const bytes = await exported(await logged(6))
        expect(findingsOf(bytes, new Keys("ed25519").signer)).toEqual(["signature"])
        expect(findingsOf(bytes, new Keys("p256").signer)).toEqual(["signature"])
    })

    test("an old export shown again", async () => {
        expect(findingsOf(await exported(await logged(6), keys, Buffer.from("earlier")))).toEqual(["replayed"])
    })
})

const cell = (rig: LogRig, at: number) => rig.memory.bytes.subarray(at * CELL_BYTES, (at + 1) * CELL_BYTES)
const row = (rig: LogRig, at: number) => rig.rows.bytes.subarray(at * ROW_BYTES, (at + 1) * ROW_BYTES)
/** Of the routine ring of 8, as it stands after 40 events: cells from its oldest entry to its newest. */
const routine = (rig: LogRig) => Array.from({ length: 8 }, (_, i) => 4 + ((rig.log.rings[1].position + 1 + i) % 8))

/** What an attacker does to the memory of the running device, by what an export then shows. */
const IN_MEMORY: [string, LogFinding[], (rig: LogRig) => void][] = [
    ["an entry changed", ["edited"], rig => void (cell(rig, routine(rig)[3])[30] ^= 1)],
    ["an entry blanked", ["removed"], rig => void cell(rig, routine(rig)[3]).fill(0)],
    [
        "two entries swapped",
        ["removed", "reordered"],
        rig => {
            const [, , third, fourth] = routine(rig).map(at => cell(rig, at))
            const copy = Buffer.from(third)
            third.set(fourth)
            fourth.set(copy)
        },
    ],
    ["the newest entry blanked", ["truncated"], rig => void cell(rig, routine(rig)[7]).fill(0)],
    ["the critical ring blanked", ["truncated"], rig => void rig.memory.bytes.fill(0, 0, 4 * CELL_BYTES)],
    ["both rings blanked", ["truncated"], rig => void rig.rings.bytes.fill(0)],
    ["a row changed", ["miscounted"], rig => void (row(rig, 3)[30] ^= 1)],
    ["a row blanked", ["miscounted"], rig => void row(rig, 3).fill(0)],
    ["the newest row blanked, with the journal", ["miscounted"], rig => void rig.rows.bytes.fill(0, 10 * ROW_BYTES)],
    [
        "two rows swapped",
        ["miscounted"],
        rig => {
            const copy = Buffer.from(row(rig, 3))
            row(rig, 3).set(row(rig, 4))
            row(rig, 4).set(copy)
        },
    ],
    ["a row copied over another", ["miscounted"], rig => void row(rig, 4).set(row(rig, 3))],
    ["the ledger blanked", ["miscounted"], rig => void rig.rows.bytes.fill(0)],
    ["everything blanked", ["miscounted", "truncated"], rig => void rig.memory.bytes.fill(0)],
]

describe("what is done to the device's memory shows in its export", () => {
    test.each(IN_MEMORY)("%s: %j", async (_, findings, attack) => {
        const rig = await logged(40)
        attack(rig)
        expect(findingsOf(await exported(rig)).sort()).toEqual(findings)
    })

    test("a restart later, the device tells of it itself", async () => {
        const rig = await logged(40)
        cell(rig, routine(rig)[3])[30] ^= 1
        await rig.start()
        expect(findingsOf(await exported(rig))).toEqual(["edited", "toldDamaged"])
        rig.counter.value += 5
        await rig.start()
        expect(findingsOf(await exported(rig))).toContain("toldRolledBack")
    })

    test("an entry lost to a power cut is told of", async () => {
        const rig = await logged(6)
        rig.cutInNextEntry(30)
        await expect(rig.record(Event.Tamper)).rejects.toThrow("power cut")
        const later = await rig.copy().start()
        expect(findingsOf(await exported(later))).toEqual(["toldLost"])
    })
})

describe("what is known of each kind", () => {
    test("is its first and last time, how often, and how often no entry tells of it", async () => {
        const rig = await new LogRig().start()
        await rig.recordAt(5, Event.Tamper, 0, 1)
        for (let n = 0; n < 30; n++) await rig.record(Event.Identity, 4)
        for (let n = 0; n < 3; n++) await rig.recordAt(rig.uptimeS + 10 * n, Event.Refusal, 3, 5)
        const { kinds, findings } = verifyLog(await exported(rig), keys.signer, CHALLENGE)
        expect(findings).toEqual([])
        expect(kinds?.map(({ event, cause, times, dropped }) => [event, cause, times, dropped])).toEqual([
            ["Log", 0, 1, 1],
            ["Tamper", 0, 1, 1],
            ["Identity", 4, 30, 26],
            ["Refusal", 3, 3, 2],
        ])
        expect(kinds?.[1].first).toEqual({ sequence: 2, boot: 1, uptimeS: 5, detail: 1 })
        expect(kinds?.[2]).toMatchObject({
            first: { sequence: 3, boot: 1, uptimeS: 10_000, detail: 0 },
            last: { sequence: 32, boot: 1, uptimeS: 300_000, detail: 0 },
        })
    })

    test("tells of those without a row together", async () => {
        const rig = await logged(40)
        const { kinds } = verifyLog(await exported(rig), keys.signer, CHALLENGE)
        const others = kinds?.at(-1)
        // Nine have their own, and the twelve entries are of the others.
        expect(others).toMatchObject({ event: "Others", cause: 0, times: 31, first: { sequence: 11 } })
        const own = kinds!.slice(0, -1).reduce((sum, { times, dropped }) => sum + times - dropped, 0)
        expect(others!.times - others!.dropped).toBe(12 - own)
    })

    test("is believed as far as it adds up: a statement with other numbers of the same rows is none", async () => {
        const rig = await logged(6)
        const { total } = rig.log.ledger
        for (const [before, after, findings] of [
            [total, total, []],
            [total - 1, total + 1, []],
            [total + 1, total + 2, ["miscounted"]],
            [total - 2, total - 1, ["miscounted"]],
        ] as const) {
            const log = new LogExport(rig.log, digest, noPause)
            Object.assign(log, { total: before })
            const pieces: Buffer[] = []
            for (let piece = await log.next(); piece; piece = await log.next()) pieces.push(piece)
            rig.log.ledger.total = after
            const statement = await log.statement(keys, keys.keyId, CHALLENGE, 0)
            rig.log.ledger.total = total
            expect(findingsOf(Buffer.concat([...pieces, statement]))).toEqual(findings)
        }
    })

    test("may go on while it is handed out", async () => {
        const rig = await logged(6)
        const log = new LogExport(rig.log, digest, noPause)
        const pieces: Buffer[] = []
        for (let piece = await log.next(); piece; piece = await log.next()) {
            pieces.push(piece)
            await rig.record(Event.Consent, 3)
        }
        const statement = await log.statement(keys, keys.keyId, CHALLENGE, 0)
        expect(findingsOf(Buffer.concat([...pieces, statement]))).toEqual([])
    })

    test("keeps what the device told of itself, when the entry is long gone; until that was seen", async () => {
        const rig = await logged(6)
        row(rig, 2).fill(0)
        await rig.start()
        for (let n = 0; n < 9; n++) await rig.record(Event.Consent, 3, n)
        expect(await rig.story()).not.toContainEqual(expect.stringMatching("Miscounted"))
        const { findings, witness } = verifyLog(await exported(rig), keys.signer, CHALLENGE)
        expect(findings).toEqual(["toldMiscounted"])
        expect(verifyLog(await exported(rig), keys.signer, CHALLENGE, witness).findings).toEqual([])
    })

    test("is unknown of a program that kept no ledger, whose log is checked as before", async () => {
        const rig = await logged(6)
        const whole = readExport(await exported(rig))
        const pieces = whole.pieces.filter(({ entry }) => entry).map(({ bytes }) => bytes)
        let covered = Buffer.alloc(32)
        for (const piece of pieces) covered = createHash("sha256").update(covered).update(piece).digest()
        const { sequence, boot, uptimeS, critical, routine } = whole.statement!
        const payload = new CborWriter(200).head(ARRAY, 7).bytes(CHALLENGE)
        for (const number of [sequence, boot, uptimeS, critical, routine]) payload.int(number)
        const statement = await sign1With(keys, keys.keyId, payload.bytes(covered).finish(), noPause)
        const old = Buffer.concat([...pieces, statement])
        const { findings, kinds, entries, witness } = verifyLog(old, keys.signer, CHALLENGE)
        expect({ findings, kinds, entries: entries.length }).toEqual({ findings: [], kinds: undefined, entries: 7 })
        expect(witness).toMatchObject({ sequence, counted: undefined })
        // Whoever has seen a ledger does not take a log without one.
        const seen = verifyLog(await exported(rig), keys.signer, CHALLENGE).witness
        expect(verifyLog(old, keys.signer, CHALLENGE, seen).findings).toEqual(["rolledBack"])
        // Rows are none of its entries.
        const withRows = Buffer.concat([...whole.pieces.map(({ bytes }) => bytes), statement])
        expect(findingsOf(withRows)).toEqual(["inserted"])
    })
})

describe("a ledger set back within the same entry", () => {
    test("is found by whoever has seen it before", async () => {
        const rig = await logged(6)
        await rig.start()
        const old = Buffer.from(rig.rows.bytes)
        await rig.recordAt(1, Event.Consent, 3, 0)
        const { witness } = verifyLog(await exported(rig), keys.signer, CHALLENGE)
        rig.rows.bytes.set(old)
        await rig.start()
        expect(findingsOf(await exported(rig))).toEqual([])
        expect(verifyLog(await exported(rig), keys.signer, CHALLENGE, witness).findings).toEqual(["rolledBack"])
    })
})

describe("memory set back, and not its counter", () => {
    test("is found by whoever has seen the log before, though the numbers go on", async () => {
        const rig = await logged(6)
        const old = rig.copy()
        for (let n = 0; n < 3; n++) await rig.record(Event.State, n)
        const { witness } = verifyLog(await exported(rig), keys.signer, CHALLENGE)
        old.counter.value = rig.counter.value
        await old.start()
        // So often that the ledger is no witness against it.
        for (let n = 0; n < 4; n++) await old.recordAt(100 * n, Event.Consent, 6, 6)
        const { findings } = verifyLog(await exported(old), keys.signer, CHALLENGE, witness)
        expect(findings).toEqual(["toldRolledBack", "rolledBack"])
    })
})

describe("memory and counter set back together", () => {
    test("are found by whoever has seen the log before", async () => {
        const rig = await logged(6)
        const old = rig.copy()
        await rig.record(Event.Tamper)
        const { witness } = verifyLog(await exported(rig), keys.signer, CHALLENGE)

        await old.start()
        expect(verifyLog(await exported(old), keys.signer, CHALLENGE, witness).findings).toEqual(["rolledBack"])
        // Not even by growing beyond what was seen does it get away.
        for (let n = 0; n < 3; n++) await old.record(Event.Consent, n)
        expect(verifyLog(await exported(old), keys.signer, CHALLENGE, witness).findings).toEqual(["rolledBack"])
    })

    test("nothing is held against a log that went on", async () => {
        const rig = await logged(6)
        const { witness } = verifyLog(await exported(rig), keys.signer, CHALLENGE)
        for (let n = 0; n < 40; n++) {
            await rig.record(Event.State, n)
            expect(verifyLog(await exported(rig), keys.signer, CHALLENGE, witness).findings).toEqual([])
        }
    })
})

test("a log that was forgotten with its owner is whole, also for who has seen it before", async () => {
    const rig = await logged(20)
    const seen = verifyLog(await exported(rig), keys.signer, CHALLENGE).witness
    await rig.start(true)
    await rig.record(Event.Tamper, 0, 1)
    const { findings, entries, kinds, witness } = verifyLog(await exported(rig), keys.signer, CHALLENGE, seen)
    expect(findings).toEqual([])
    expect(entries.map(entryText)).toEqual(["Log Begun, the owner's data was erased", "Tamper opened"])
    expect(kinds?.map(kindText)).toContain("State once, 1 of them without an entry: before the owner's data was erased")
    expect(witness?.sequence).toBe(seen!.sequence + 2)
})
