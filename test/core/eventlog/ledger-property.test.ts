import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { Field, readEntry } from "../../../src/core/eventlog/entry"
import { Event, LogFault } from "../../../src/core/eventlog/event"
import { ROW_BYTES, ROW_FIELDS } from "../../../src/core/eventlog/ledger"
import { LedgerModel, newsIn, type Snapshot } from "./ledger-model"
import { LogRig } from "./rig"

/** What a device records, and how an attacker repeats it: with the power to cut at every byte that is written. */
type Act =
    | { act: "record"; event: Event; cause: number; detail: number }
    | { act: "wait"; seconds: number }
    | { act: "restart" }
    | { act: "cut"; bytes: number }

/** Fewer than there are rows, with the flood and what the log tells of itself. */
const KINDS: [Event, number][] = [
    [Event.Tamper, 0],
    [Event.Identity, 4],
    [Event.Update, 7],
    [Event.State, 2],
    [Event.Refusal, 1],
    [Event.Refusal, 3],
]
const kind = fc.constantFrom(...KINDS)
const acts: fc.Arbitrary<Act>[] = [
    fc.tuple(kind, fc.nat({ max: 2 })).map(([[event, cause], detail]) => ({ act: "record", event, cause, detail })),
    fc.constantFrom(0, 1, 4, 9, 10, 11, 300, 599, 600, 601).map(seconds => ({ act: "wait", seconds })),
    fc.constant({ act: "restart" }),
    fc.nat({ max: 700 }).map(bytes => ({ act: "cut", bytes })),
]
const story = fc.array(fc.oneof({ arbitrary: acts[0], weight: 5 }, ...acts.slice(1)), { maxLength: 60 })

/** A log and what it should hold. */
class Compared {
    rig = new LogRig()
    readonly model = new LedgerModel()
    #nowS = 0

    async start(): Promise<void> {
        this.#nowS = 0
        this.model.start()
        await this.rig.start()
        await this.#agree()
    }

    async play(step: Act): Promise<void> {
        if (step.act === "record") {
            this.rig.log.record(step.event, step.cause, step.detail)
            this.model.record(step.event, step.cause, step.detail)
        } else if (step.act === "wait") {
            this.#nowS += step.seconds
            this.model.tick(this.#nowS)
            await this.rig.log.tick(this.#nowS)
            await this.#agree()
        } else if (step.act === "restart") {
            this.rig = this.rig.copy()
            await this.start()
        } else await this.#cut(step.bytes)
    }

    /** The power goes while what is due is written, if there is as much. */
    async #cut(bytes: number): Promise<void> {
        const { memory } = this.rig
        const states = this.model.tick(this.#nowS)
        memory.cutAtByte = memory.writtenBytes + bytes
        await this.rig.log.tick(this.#nowS).catch(error => expect(error.message).toMatch("power cut"))
        const whole = memory.writtenBytes < memory.cutAtByte
        this.rig = this.rig.copy()
        this.model.start()
        await this.rig.start()
        if (whole) return await this.#agree()
        const kinds = await this.rig.kinds()
        const found = states.flatMap(state => this.#after(state)).find(state => same(state, kinds))
        expect(found, "the rows are as they were before one of the writes, or after it").toBeDefined()
        this.model.goOnFrom({ kinds, sequence: this.rig.log.sequence }, [await this.#news(0), await this.#news(1)])
    }

    async #news(ring: 0 | 1): Promise<string[]> {
        const entries = await this.rig.entries(ring)
        return entries.map(({ fields }) => newsIn(fields[Field.Event], fields[Field.Cause], fields[Field.Detail]))
    }

    /** What a start makes of rows: nothing, or it tells of an entry that the cut has cost. */
    #after(state: Snapshot): Snapshot[] {
        const telling = new LedgerModel()
        telling.boot = this.model.boot
        // The row spoke of an entry that did not come to be; this one has its number.
        telling.goOnFrom({ ...state, sequence: state.sequence - 1 }, [[], []])
        telling.told(`Log ${LogFault.Lost}`, 1)
        return [state, telling.snapshot()]
    }

    async #agree(): Promise<void> {
        expect(await this.rig.kinds()).toEqual(this.model.kinds())
        expect(this.rig.log.sequence).toBe(this.model.sequence)
        expect(this.rig.log.ledger.total).toBe(this.model.kinds().reduce((sum, [, times]) => sum + times, 0))
    }
}

const same = (state: Snapshot, kinds: unknown) => JSON.stringify(state.kinds) === JSON.stringify(kinds)

describe("whatever happens in which order, with restarts and power cuts anywhere", () => {
    test("the rows tell first, last and number of each kind, but for what was in RAM when the power went", async () => {
        await fc.assert(
            fc.asyncProperty(story, async steps => {
                const compared = new Compared()
                await compared.start()
                for (const step of steps) await compared.play(step)
                // Nobody touched the memory, so nothing is told of it.
                const told = (await compared.rig.story()).filter(line => /Damaged|RolledBack|Miscounted/.test(line))
                expect(told).toEqual([])
            }),
            { numRuns: 300 },
        )
    })
})

describe("a power cut at any byte", () => {
    const outcomes = async (before: LogRig, act: (rig: LogRig) => Promise<void>) => {
        const whole = await before.copy().start()
        const start = whole.memory.writtenBytes
        await act(whole)
        const written = whole.memory.writtenBytes - start
        const found: { byte: number; times: number; story: string[] }[] = []
        for (let byte = 0; byte <= written; byte++) {
            const rig = await before.copy().start()
            rig.memory.cutAtByte = rig.memory.writtenBytes + byte
            await expect(act(rig)).rejects.toThrow("power cut")
            const later = await rig.copy().start()
            found.push({ byte, times: (await later.kinds())[1]?.[1] ?? 0, story: await later.story() })
        }
        // Once in the journal, once in its cell.
        return { found, row: written / 2 }
    }

    test("of a repeat leaves its row as it was, or counted, and nothing else to tell", async () => {
        const before = await new LogRig().start()
        await before.recordAt(1, Event.Tamper, 0, 1)
        const { found, row } = await outcomes(before, async rig => await rig.recordAt(1, Event.Tamper, 0, 1))
        for (const { byte, times, story } of found) {
            // Once the journal is whole, it counts.
            expect(times).toBe(byte < row ? 1 : 2)
            expect(story).toEqual(["Log Begun 0", "Tamper 0 1"])
        }
        expect(found.length).toBe(2 * row + 1)
        expect(row).toBeGreaterThan(30)
    })

    test("of the start after it counts once all the same", async () => {
        const before = await new LogRig().start()
        await before.recordAt(1, Event.Tamper, 0, 1)
        const torn = await before.copy().start()
        const row = readEntry(torn.rows.bytes.subarray(ROW_BYTES), ROW_FIELDS)!.bytes.length
        torn.memory.cutAtByte = torn.memory.writtenBytes + row + 10
        await expect(torn.recordAt(1, Event.Tamper, 0, 1)).rejects.toThrow("power cut")
        for (let byte = 0; byte < row; byte++) {
            const rig = torn.copy()
            rig.memory.cutAtByte = byte
            await expect(rig.start()).rejects.toThrow("power cut")
            expect((await (await rig.copy().start()).kinds())[1][1]).toBe(2)
        }
    })
})
