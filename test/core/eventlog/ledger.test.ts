import { createHmac } from "node:crypto"
import { decode } from "cbor-x"
import { describe, expect, test } from "vitest"
import { EntrySealer, Field, LOG_SEAL_BYTES, readEntry } from "../../../src/core/eventlog/entry"
import { Event, LogFault } from "../../../src/core/eventlog/event"
import { MAX_TOTAL, ROW_BYTES, ROW_FIELDS, RowField } from "../../../src/core/eventlog/ledger"
import { COUNT_S, QUIET_S } from "../../../src/core/eventlog/repeats"
import { LEDGER_AT, LEDGER_BYTES, POLICIES_AT, POLICIES_BYTES } from "../../../src/core/store/memory-layout"
import { noPause } from "../store/slot-memory"
import { digest, KEY, type Kind, LogRig, ROWS } from "./rig"

const cell = (rig: LogRig, at: number) => rig.rows.bytes.subarray(at * ROW_BYTES, (at + 1) * ROW_BYTES)
const rowAt = (rig: LogRig, at: number) => readEntry(cell(rig, at), ROW_FIELDS)!
const BEGUN: Kind = ["Log 0", 1, [1, 1, 0, 0], [1, 1, 0, 0]]

describe("a row", () => {
    test("is CBOR, sealed with HMAC-SHA-256, as others read it, and the journal has it too", async () => {
        const rig = await new LogRig().start()
        await rig.recordAt(7, Event.Tamper, 3, 1)
        await rig.start()
        await rig.recordAt(9, Event.Tamper, 3, 0xffff_ffff)
        const [seal, body] = decode(rowAt(rig, 1).bytes)
        expect(seal).toEqual(createHmac("sha256", KEY).update(body).digest().subarray(0, LOG_SEAL_BYTES))
        const kind = Event.Tamper * 256 + 3
        expect(decode(body)).toEqual([Buffer.alloc(0), 1, kind, 2, 2, 1, 7, 1, 3, 2, 9, 0xffff_ffff, 3])
        expect(cell(rig, ROWS - 1)).toEqual(cell(rig, 1))
    })

    test("in the first cell is found again", async () => {
        const rig = await new LogRig().start()
        const row = await rig.log.ledger.of(Event.Log, LogFault.Begun)
        expect([row[RowField.Place], row[RowField.Count]]).toEqual([0, 1])
    })

    test("fits its cell with every number at its largest", async () => {
        const rig = new LogRig()
        rig.counter.value = 0xffff_fff0
        rig.boot = 0xffff_fffe
        await rig.start()
        // A cell far back, and as much as can be counted.
        for (let cause = 0; cause < 9; cause++) await rig.recordAt(0xffff_ffff, Event.Pairing, 247 + cause, 0xffff_ffff)
        await keepRow(
            rig,
            rowAt(rig, 9)
                .fields.with(RowField.Count, MAX_TOTAL - 20)
                .with(RowField.Total, MAX_TOTAL),
        )
        await rig.start()
        expect(rowAt(rig, 9).bytes.length).toBeGreaterThan(ROW_BYTES - 4)
        expect(rowAt(rig, 9).bytes.length).toBeLessThanOrEqual(ROW_BYTES)
    })

    test("has room for as many kinds as a device can record, behind the trust policies", () => {
        expect(LEDGER_AT).toBe(POLICIES_AT + POLICIES_BYTES)
        expect(LEDGER_AT + LEDGER_BYTES).toBe(32_768)
        expect(Math.floor(LEDGER_BYTES / ROW_BYTES) - 2).toBeGreaterThanOrEqual(DEVICE_KINDS)
    })
})

/** Log, tamper, reset, update, identity, pairing, credential, consent, disabling, watch, state, refusal, failed pairing, flood. */
const DEVICE_KINDS = 5 + 1 + 1 + 6 + 6 + 1 + 1 + 2 + 1 + 2 + 4 + 3 + 1 + 1

/** Seals a row as the device does, and puts it in its cell. */
async function keepRow(rig: LogRig, fields: number[]): Promise<void> {
    const { bytes } = await new EntrySealer(digest, KEY, noPause).make(Buffer.alloc(0), fields)
    cell(rig, fields[RowField.Place]).fill(0).set(bytes)
    cell(rig, ROWS - 1).fill(0)
}

describe("first and last of a kind", () => {
    test("stay, whatever the rings have lost", async () => {
        const rig = await new LogRig().start()
        await rig.recordAt(10, Event.Tamper, 0, 1)
        await rig.recordAt(11, Event.Refusal, 2, 6)
        for (let n = 1; n <= 100; n++) {
            await rig.record(Event.Identity, n % 2 === 0 ? 0 : 4)
            await rig.record(Event.State, n % 2, n)
        }
        await rig.record(Event.Tamper, 0, 0)
        expect(await rig.story()).not.toContain("Tamper 0 1")
        expect(await rig.kinds()).toEqual([
            BEGUN,
            ["Tamper 0", 2, [2, 1, 10, 1], [204, 1, 2_010_000, 0]],
            ["Refusal 2", 1, [3, 1, 11, 6], [3, 1, 11, 6]],
            ["Identity 4", 50, [4, 1, 10_000, 0], [200, 1, 1_970_000, 0]],
            ["State 1", 50, [5, 1, 20_000, 1], [201, 1, 1_980_000, 99]],
            ["Identity 0", 50, [6, 1, 30_000, 0], [202, 1, 1_990_000, 0]],
            ["State 0", 50, [7, 1, 40_000, 2], [203, 1, 2_000_000, 100]],
        ])
    })

    test("are of event and cause, whatever the detail", async () => {
        const rig = await new LogRig().start()
        for (const detail of [5, 4, 6, 4]) await rig.record(Event.Refusal, 3, detail)
        expect((await rig.kinds())[1]).toEqual(["Refusal 3", 4, [2, 1, 10_000, 5], [5, 1, 40_000, 4]])
    })

    test("are told apart by event and by cause", async () => {
        const rig = await new LogRig().start()
        await rig.record(Event.Update, 7)
        await rig.record(Event.Update, 8)
        await rig.record(Event.Identity, 7)
        expect((await rig.kinds()).map(([kind]) => kind)).toEqual(["Log 0", "Update 7", "Update 8", "Identity 7"])
    })
})

describe("after a restart", () => {
    /** What anybody can repeat, by its details. Eight at a time, which is no flood. */
    const repeated: [Event, number, number[]][] = [
        [Event.Tamper, 0, [1, 0]],
        [Event.Identity, 4, [0]],
        [Event.State, 2, [2, 8]],
        [Event.Refusal, 1, [2]],
        [Event.Refusal, 3, [4, 5]],
    ]

    test("what the rings tell adds nothing to them but what they have, however often it happens", async () => {
        const rig = await new LogRig().start()
        for (const [event, cause, details] of repeated)
            for (const detail of details) await rig.recordAt(1, event, cause, detail)
        const before = Buffer.from(rig.rings.bytes)
        for (let n = 0; n < 300; n++) {
            await rig.start()
            for (const [event, cause, details] of repeated)
                for (const detail of details) await rig.recordAt(2 + (n % 500), event, cause, detail)
        }
        expect(rig.rings.bytes).toEqual(before)
        expect((await rig.kinds()).map(([kind, times]) => [kind, times])).toEqual([
            ["Log 0", 1],
            ...repeated.map(([event, cause, details]) => [`${Event[event]} ${cause}`, 301 * details.length]),
        ])
        expect(rig.log.ledger.total).toBe(1 + 301 * 8)
    })

    test.each<[string, Event, number, number, Event, number, number, boolean]>([
        ["the same", Event.State, 2, 8, Event.State, 2, 8, false],
        ["another detail", Event.State, 2, 8, Event.State, 2, 9, true],
        ["a detail beyond 31 bits", Event.State, 2, 0x8000_0000, Event.State, 2, 0, true],
        ["another cause", Event.State, 2, 8, Event.State, 3, 8, true],
        ["another event", Event.State, 2, 8, Event.Identity, 2, 8, true],
        ["an update of the next number", Event.Update, 7, 2, Event.Update, 7, 3, true],
        ["another reason of a refusal", Event.Refusal, 2, 8, Event.Refusal, 2, 9, false],
        ["a refusal of another kind", Event.Refusal, 2, 8, Event.Refusal, 3, 8, true],
    ])("%s is news or not", async (_, event, cause, detail, later, laterCause, laterDetail, isNews) => {
        const rig = await new LogRig().start()
        await rig.recordAt(1, event, cause, detail)
        await rig.start()
        await rig.recordAt(1, later, laterCause, laterDetail)
        expect(await rig.story()).toHaveLength(isNews ? 3 : 2)
        await rig.log.tick(QUIET_S)
        expect(await rig.story()).toHaveLength(3)
    })

    test("what is told no more is news again", async () => {
        const rig = await new LogRig().start()
        for (let detail = 0; detail < 9; detail++) await rig.record(Event.State, 2, detail)
        await rig.start()
        await rig.recordAt(1, Event.State, 2, 1)
        await rig.recordAt(1, Event.State, 2, 0)
        expect((await rig.entries(1)).map(({ fields }) => fields[Field.Detail])).toEqual([2, 3, 4, 5, 6, 7, 8, 0])
    })

    test("what is told is told again when the program has run for the quiet time, with its number", async () => {
        const rig = await new LogRig().start()
        await rig.recordAt(1, Event.Tamper, 0, 1)
        await rig.start()
        for (const s of [3, 4, 5, QUIET_S - 1]) await rig.recordAt(s, Event.Tamper, 0, 1)
        expect(await rig.story()).toEqual(["Log Begun 0", "Tamper 0 1"])
        await rig.log.tick(QUIET_S)
        expect(await rig.story()).toEqual(["Log Begun 0", "Tamper 0 1", "Tamper 0 1 ×4"])
        // The entry is another one than the row knew of; when it happened is not.
        expect((await rig.kinds())[1]).toEqual(["Tamper 0", 5, [2, 1, 1, 1], [3, 2, QUIET_S - 1, 1]])
        await rig.recordAt(2 * QUIET_S - 1, Event.Tamper, 0, 1)
        expect(await rig.story()).toHaveLength(3)
        await rig.log.tick(2 * QUIET_S)
        expect(await rig.story()).toHaveLength(4)
    })

    test("that came late, it is told again at once", async () => {
        const rig = await new LogRig().start()
        await rig.recordAt(1, Event.Tamper, 0, 1)
        await rig.start()
        await rig.recordAt(QUIET_S, Event.Tamper, 0, 1)
        expect(await rig.story()).toEqual(["Log Begun 0", "Tamper 0 1", "Tamper 0 1"])
    })

    test("slow repeats over months leave the first and the last of every kind", async () => {
        const rig = await new LogRig().start()
        await rig.recordAt(1, Event.Pairing, 0, 0)
        for (let n = 0; n < 200; n++) {
            await rig.start()
            await rig.recordAt(QUIET_S + 1, Event.Tamper, 0, 1)
            await rig.recordAt(2 * QUIET_S + 2, Event.Tamper, 0, 0)
        }
        expect((await rig.kinds()).slice(1)).toEqual([
            ["Pairing 0", 1, [2, 1, 1, 0], [2, 1, 1, 0]],
            ["Tamper 0", 400, [3, 2, QUIET_S + 1, 1], [402, 201, 2 * QUIET_S + 2, 0]],
        ])
    })
})

describe("repeats", () => {
    const times = async (rig: LogRig) => (await rig.kinds())[1][1]

    test("are counted in the row once in ten seconds, the first at once", async () => {
        const rig = await new LogRig().start()
        await rig.recordAt(100, Event.Tamper, 0, 1)
        expect(await times(rig)).toBe(1)
        await rig.recordAt(100 + COUNT_S - 1, Event.Tamper, 0, 1)
        expect(await times(rig)).toBe(1)
        await rig.log.tick(100 + COUNT_S)
        expect(await times(rig)).toBe(2)
        await rig.recordAt(100 + 2 * COUNT_S - 1, Event.Tamper, 0, 1)
        expect(await times(rig)).toBe(2)
        await rig.recordAt(100 + 2 * COUNT_S, Event.Tamper, 0, 1)
        expect(await times(rig)).toBe(4)
        expect((await rig.entries(0)).length).toBe(2)
        // The last of them is when it was counted.
        expect((await rig.kinds())[1][3]).toEqual([2, 1, 100 + 2 * COUNT_S, 1])
    })

    test("of another detail are counted at once too", async () => {
        const rig = await new LogRig().start()
        await rig.recordAt(100, Event.Tamper, 0, 1)
        await rig.recordAt(100, Event.Tamper, 0, 0)
        expect(await times(rig)).toBe(2)
    })

    test("are counted beyond what an entry can tell", async () => {
        const rig = await new LogRig().start()
        for (let n = 0; n < 70_000; n++) rig.log.record(Event.Tamper, 0, 1)
        await rig.log.tick(1)
        expect((await rig.story()).at(-1)).toBe("Tamper 0 1 ×65535")
        expect(await times(rig)).toBe(70_000)
    })

    test("that happen while their row is written are counted in the next", async () => {
        const rig = await new LogRig().start()
        const { write } = rig.rows
        rig.rows.write = async (at, bytes) => {
            rig.rows.write = write
            rig.log.record(Event.Refusal, 1, 7)
            await write.call(rig.rows, at, bytes)
        }
        await rig.recordAt(1, Event.Refusal, 1, 7)
        expect(await times(rig)).toBe(1)
        await rig.log.tick(1 + COUNT_S)
        expect(await times(rig)).toBe(2)
        await rig.log.tick(1 + QUIET_S)
        expect(await rig.story()).toEqual(["Log Begun 0", "Refusal 1 7", "Refusal 1 7"])
        expect(await times(rig)).toBe(2)
    })

    test("are counted no further than can be told, and the last of them stays right", async () => {
        const rig = await new LogRig().start()
        await rig.recordAt(5, Event.Tamper, 0, 1)
        await keepRow(
            rig,
            rowAt(rig, 1)
                .fields.with(RowField.Count, MAX_TOTAL - 3)
                .with(RowField.Total, MAX_TOTAL - 2),
        )
        await rig.start()
        for (let n = 0; n < 3; n++) rig.log.record(Event.Tamper, 0, 0)
        await rig.log.tick(1)
        expect(rig.log.ledger.total).toBe(MAX_TOTAL)
        await rig.recordAt(QUIET_S, Event.Tamper, 0, 9)
        await rig.start()
        expect(rig.log.ledger.total).toBe(MAX_TOTAL)
        expect(await rig.kinds()).toEqual([BEGUN, ["Tamper 0", MAX_TOTAL - 1, [2, 1, 5, 1], [4, 2, QUIET_S, 9]]])
        expect(await rig.story()).toEqual(["Log Begun 0", "Tamper 0 1", "Tamper 0 0 ×3", "Tamper 0 9"])
    })
})

describe("more kinds than there are rows", () => {
    async function crowded(): Promise<LogRig> {
        const rig = await new LogRig().start()
        for (let cause = 0; cause < 20; cause++) await rig.record(Event.Consent, cause, cause)
        return rig
    }
    /** Cells for kinds of their own: without the journal, the one for all the others, and that of `Log Begun`. */
    const own = ROWS - 3
    const others: Kind = ["others", 20 - own, [own + 2, 1, 10_000 * (own + 1), own], [21, 1, 200_000, 19]]

    test("are counted together, the first and the last of them too", async () => {
        const rig = await crowded()
        const kinds = await rig.kinds()
        expect(kinds.length).toBe(ROWS - 1)
        expect(kinds.slice(1, -1).map(([kind, times]) => [kind, times])).toEqual(
            Array.from({ length: own }, (_, cause) => [`Consent ${cause}`, 1]),
        )
        expect(kinds.at(-1)).toEqual(others)
    })

    test("stay there over a restart, and add nothing to the rings", async () => {
        const rig = await crowded()
        await rig.start()
        expect((await rig.kinds()).at(-1)).toEqual(others)
        const before = Buffer.from(rig.rings.bytes)
        await rig.recordAt(1, Event.Consent, 19, 19)
        expect((await rig.kinds()).at(-1)?.[1]).toBe(others[1] + 1)
        expect(rig.rings.bytes).toEqual(before)
        await rig.recordAt(1, Event.Consent, 1, 1)
        expect((await rig.kinds())[2][1]).toBe(2)
    })
})

/** What the log tells of itself after the next start, but for its beginning. Told once is enough. */
async function toldAfter(rig: LogRig): Promise<string[]> {
    const later = await rig.copy().start()
    const story = await later.story()
    const kinds = await later.kinds()
    for (let n = 0; n < 3; n++) await later.start()
    expect(await later.story()).toEqual(story)
    expect(await later.kinds()).toEqual(kinds)
    return story.filter(line => line.startsWith("Log") && line !== "Log Begun 0")
}

describe("what is done to the ledger's memory is told at the next start:", () => {
    /** Rows 0 to 5 with 1, 3, 2, 4, 1 and 1 occurrences; the last was written last. */
    async function kept(): Promise<LogRig> {
        const rig = await new LogRig().start()
        for (const [event, times] of HISTORY) for (let n = 0; n < times; n++) await rig.record(event, 0, n)
        return rig
    }
    const HISTORY: [Event, number][] = [
        [Event.Tamper, 3],
        [Event.State, 2],
        [Event.Refusal, 4],
        [Event.Pairing, 1],
        [Event.Disable, 1],
    ]
    const counts = [1, ...HISTORY.map(([, times]) => times)]
    const newest = counts.length - 1
    const journal = ROWS - 1

    test("nothing, if nothing was", async () => {
        expect(await toldAfter(await kept())).toEqual([])
    })

    test("any byte of any row changed", async () => {
        const rig = await kept()
        for (const [at, times] of counts.entries())
            for (let byte = 0; byte < ROW_BYTES; byte++) {
                const hit = rig.copy()
                cell(hit, at)[byte] ^= 0x10
                const inRow = byte < rowAt(rig, at).bytes.length
                const kinds = await rig.kinds()
                await hit.start()
                // The journal has the newest row once more.
                if (!inRow || at === newest) expect(await hit.kinds()).toEqual(kinds)
                else expect((await hit.story()).at(-1)).toBe(`Log Miscounted ${times}`)
            }
    })

    test.each(counts.map((_, at) => at).filter(at => at !== newest))("row %i made blank", async at => {
        const rig = await kept()
        cell(rig, at).fill(0)
        expect(await toldAfter(rig)).toEqual([`Log Miscounted ${counts[at]}`])
    })

    test("any two rows swapped, one copied over another, one copied to where none is", async () => {
        const rig = await kept()
        for (let one = 0; one < newest; one++)
            for (let other = 0; other < newest; other++) {
                if (other === one) continue
                const copied = rig.copy()
                cell(copied, other).set(cell(rig, one))
                expect(await toldAfter(copied)).toEqual([`Log Miscounted ${counts[other]}`])
                const swapped = copied.copy()
                cell(swapped, one).set(cell(rig, other))
                expect(await toldAfter(swapped)).toEqual([`Log Miscounted ${counts[one] + counts[other]}`])
            }
        const doubled = rig.copy()
        cell(doubled, 8).set(cell(rig, 2))
        expect(await toldAfter(doubled)).toEqual([])
        expect(await (await doubled.start()).kinds()).toEqual(await rig.kinds())
    })

    test("an entry put in a row's place, and a row in an entry's", async () => {
        const rig = await kept()
        cell(rig, 1).fill(0).set(rig.rings.bytes.subarray(0, 60))
        expect(await toldAfter(rig)).toEqual(["Log Miscounted 3"])
        const other = await kept()
        other.rings.bytes.subarray(0, 72).set(cell(other, 1).subarray(0, 72))
        expect((await toldAfter(other))[0]).toMatch("Log Damaged")
    })

    test("an older copy of any row put back, also of the newest and with the journal", async () => {
        const rig = await kept()
        const old = rig.copy()
        for (const [event] of HISTORY) await rig.record(event, 0, 9)
        for (let at = 1; at < newest; at++) {
            const hit = rig.copy()
            cell(hit, at).set(cell(old, at))
            expect(await toldAfter(hit)).toEqual(["Log Miscounted 1"])
        }
        const hit = rig.copy()
        cell(hit, newest).set(cell(old, newest))
        expect(await toldAfter(hit)).toEqual([])
        expect(await (await hit.start()).kinds()).toEqual(await rig.kinds())
        cell(hit, newest).set(cell(old, newest))
        cell(hit, journal).set(cell(old, journal))
        // That is all as it was one entry before.
        expect(await toldAfter(hit)).toEqual(["Log Miscounted 0"])
    })

    test("all rows but one set back", async () => {
        const rig = await kept()
        const old = rig.copy()
        for (const [event] of HISTORY) await rig.record(event, 0, 9)
        for (let at = 1; at <= newest; at++) {
            const hit = rig.copy()
            hit.rows.bytes.set(old.rows.bytes)
            cell(hit, at).set(cell(rig, at))
            // All that were written before the one that stayed are missed; the last goes the way of the journal.
            expect(await toldAfter(hit)).toEqual([`Log Miscounted ${at === newest ? 0 : at - 1}`])
        }
    })

    test("all of it set back, or emptied", async () => {
        const rig = await kept()
        const old = rig.copy()
        await rig.record(Event.Tamper, 0, 9)
        rig.rows.bytes.set(old.rows.bytes)
        expect(await toldAfter(rig)).toEqual(["Log Miscounted 0"])
        rig.rows.bytes.fill(0)
        expect(await toldAfter(rig)).toEqual(["Log Miscounted 0"])
        expect(await (await rig.start()).kinds()).toEqual([["Log 4", 1, [14, 2, 0, 0], [14, 2, 0, 0]]])
    })

    test("the rings emptied or set back, and their counter too", async () => {
        const rig = await kept()
        const old = rig.copy()
        for (let n = 0; n < 2; n++) await rig.record(Event.Tamper, 0, n)
        const { sequence } = rig.log
        const hit = rig.copy()
        hit.rings.bytes.set(old.rings.bytes)
        hit.counter.value = old.counter.value
        expect(await toldAfter(hit)).toEqual([`Log RolledBack ${sequence - 1}`])
        hit.rings.bytes.fill(0)
        hit.counter.value = 0
        expect(await toldAfter(hit)).toContain(`Log RolledBack ${sequence - 1}`)
    })

    test("but not all of it set back to how it was after the same entry", async () => {
        const rig = await kept()
        await rig.start()
        const old = rig.copy()
        await rig.recordAt(1, Event.Tamper, 0, 1)
        rig.rows.bytes.set(old.rows.bytes)
        expect(await toldAfter(rig)).toEqual([])
    })

    test("and counted on from what is left, with what is missing as the fault's", async () => {
        const rig = await kept()
        cell(rig, 3).fill(0)
        await rig.start()
        await rig.recordAt(5, Event.Refusal, 0, 8)
        await rig.recordAt(6, Event.Tamper, 0, 8)
        expect(await rig.kinds()).toEqual([
            BEGUN,
            ["Tamper 0", 4, [2, 1, 10_000, 0], [14, 2, 6, 8]],
            ["State 0", 2, [5, 1, 40_000, 0], [6, 1, 50_000, 1]],
            // It took the free place, and found it free again.
            [`Log ${LogFault.Miscounted}`, 5, [13, 2, 0, 4], [13, 2, 0, 4]],
            ["Pairing 0", 1, [11, 1, 100_000, 0], [11, 1, 100_000, 0]],
            ["Disable 0", 1, [12, 1, 110_000, 0], [12, 1, 110_000, 0]],
            // The ring still tells of an earlier one, so this has no entry of its own yet.
            ["Refusal 0", 1, [13, 2, 5, 8], [13, 2, 5, 8]],
        ])
        expect(await toldAfter(rig)).toEqual(["Log Miscounted 4"])
    })

    test("a row spoiled while the program runs", async () => {
        const rig = await kept()
        cell(rig, 1)[20] ^= 1
        await rig.record(Event.Tamper, 0, 5)
        expect(await toldAfter(rig)).toEqual(["Log Miscounted 3"])
        const swapped = await kept()
        const copy = Buffer.from(cell(swapped, 1))
        cell(swapped, 1).set(cell(swapped, 2))
        cell(swapped, 2).set(copy)
        await swapped.record(Event.Tamper, 0, 5)
        expect((await toldAfter(swapped))[0]).toMatch("Log Miscounted")
    })

    test("another device's rows are none", async () => {
        const rig = await kept()
        const { bytes } = await new EntrySealer(digest, Buffer.alloc(32), noPause).make(
            Buffer.alloc(0),
            rowAt(rig, 1).fields,
        )
        cell(rig, 1).set(bytes)
        expect(await toldAfter(rig)).toEqual(["Log Miscounted 3"])
    })
})
