import { createHmac } from "node:crypto"
import { decode } from "cbor-x"
import { describe, expect, test } from "vitest"
import { CELL_BYTES, Field } from "../../../src/core/eventlog/entry"
import { Event, FIRST_ROUTINE } from "../../../src/core/eventlog/event"
import { EventLog } from "../../../src/core/eventlog/event-log"
import { MAX_KINDS, QUIET_S } from "../../../src/core/eventlog/repeats"
import { digest, KEY, LogRig } from "./rig"

describe("an entry", () => {
    test("is CBOR, sealed with HMAC-SHA-256 and linked to the one before, as others read it", async () => {
        const rig = await new LogRig().start()
        await rig.record(Event.Tamper, 1, 0xffff_ffff)
        const [begun, tamper] = await rig.entries(0)
        const [seal, body] = decode(rig.memory.bytes.subarray(CELL_BYTES, CELL_BYTES + tamper.bytes.length))
        expect(seal).toEqual(createHmac("sha256", KEY).update(body).digest().subarray(0, 16))
        expect(decode(body)).toEqual([begun.seal, 2, 0, 1, 10_000, Event.Tamper, 1, 0xffff_ffff, 1])
    })

    test("fits its cell with every number at its largest, and is read back", async () => {
        const rig = new LogRig()
        rig.counter.value = 0xffff_fff0
        rig.boot = 0xffff_fffe
        await rig.start()
        await rig.recordAt(0xffff_ffff, Event.Pairing, 255, 0xffff_ffff)
        const [, entry] = await rig.entries(0)
        expect(entry.fields.slice(2)).toEqual([0xffff_ffff, 0xffff_ffff, Event.Pairing, 255, 0xffff_ffff, 1])
        expect(entry.bytes.length).toBeLessThanOrEqual(CELL_BYTES)
    })
})

test("critical events outlive any number of routine ones", async () => {
    const rig = await new LogRig().start()
    await rig.record(Event.Tamper)
    for (let n = 0; n < 100; n++) await rig.record(Event.Refusal, 0, n)
    expect((await rig.story()).slice(0, 2)).toEqual(["Log Begun 0", "Tamper 0 0"])
    expect(await rig.entries(1)).toHaveLength(8)
})

test("what anybody can bring about at will is routine", () => {
    const routine = Object.values(Event).filter(event => typeof event === "number" && event >= FIRST_ROUTINE)
    expect(routine.map(event => Event[event as Event])).toEqual(["State", "Refusal", "PairingFailed", "Flood"])
})

test("the log goes on over restarts, with rising numbers and the restart that each entry is from", async () => {
    const rig = new LogRig()
    for (let n = 0; n < 4; n++) {
        await rig.start()
        await rig.record(Event.Consent, n, n)
        await rig.record(Event.State, n, n)
    }
    const routine = await rig.entries(1)
    expect(routine.map(({ fields }) => [fields[Field.Sequence], fields[Field.Boot]])).toEqual([
        [3, 1],
        [5, 2],
        [7, 3],
        [9, 4],
    ])
    expect(await rig.story()).toEqual([
        "Consent 0 0",
        "State 0 0",
        "Consent 1 1",
        "State 1 1",
        "Consent 2 2",
        "State 2 2",
        "Consent 3 3",
        "State 3 3",
    ])
})

describe("repeats", () => {
    test("are counted, and told once in a while", async () => {
        const rig = await new LogRig().start()
        for (let s = 0; s < 3 * QUIET_S; s++) await rig.recordAt(s, Event.Refusal, 1, 7)
        await rig.log.tick(3 * QUIET_S)
        const entries = await rig.entries(1)
        expect(entries.map(({ fields }) => [fields[Field.Uptime], fields[Field.Count]])).toEqual([
            [0, 1],
            [QUIET_S, QUIET_S],
            [2 * QUIET_S, QUIET_S],
            [3 * QUIET_S, QUIET_S - 1],
        ])
    })

    test("are news again after a quiet time", async () => {
        const rig = await new LogRig().start()
        await rig.recordAt(0, Event.Refusal, 1, 7)
        await rig.log.tick(QUIET_S)
        await rig.recordAt(QUIET_S + 1, Event.Refusal, 1, 7)
        expect(await rig.story()).toEqual(["Log Begun 0", "Refusal 1 7", "Refusal 1 7"])
    })

    test("of more kinds than there is room for are a flood; critical events are told all the same", async () => {
        const rig = await new LogRig().start()
        for (let n = 0; n < 1000; n++) await rig.recordAt(0, Event.Refusal, 0, n)
        await rig.recordAt(1, Event.Tamper, 0, 0)
        await rig.log.tick(QUIET_S)
        const story = await rig.story()
        expect(story).toContain("Tamper 0 0")
        expect(story.filter(line => line.startsWith("Flood"))).toEqual([
            "Flood 0 0",
            `Flood 0 0 ×${1000 - MAX_KINDS - 1}`,
        ])
    })

    test("of a program that keeps dying do not fill the log", async () => {
        const rig = new LogRig()
        for (let n = 0; n < 1000; n++) {
            await rig.start()
            await rig.recordAt(1, Event.State, 6, 2)
            await rig.recordAt(5, Event.State, 6, 0)
        }
        expect(await rig.story()).toEqual(["Log Begun 0", "State 6 2", "State 6 0"])
    })

    test("an attack for a day on every kind there is makes a bounded number of entries", async () => {
        const rig = await new LogRig().start()
        const before = rig.log.sequence
        for (let s = 0; s < 86_400; s += 10)
            for (let kind = 0; kind < 40; kind++) await rig.recordAt(s, Event.Refusal, kind, 0)
        expect(rig.log.sequence - before).toBeLessThanOrEqual((MAX_KINDS + 1) * (86_400 / QUIET_S))
        expect(await rig.entries(0)).toHaveLength(1)
    })
})

describe("while the memory cannot be written", () => {
    test("events wait for it", async () => {
        const rig = await new LogRig().start()
        rig.memory.absent = true
        await expect(rig.record(Event.Tamper)).rejects.toThrow("no answer")
        expect(rig.log.mounted).toBe(false)
        await rig.record(Event.Consent)
        rig.memory.absent = false
        await rig.mount()
        expect(await rig.story()).toEqual(["Log Begun 0", "Tamper 0 0", "Consent 0 0"])
    })

    test("events before the first mount wait too", async () => {
        const rig = new LogRig()
        await rig.record(Event.Tamper)
        await rig.mount()
        expect(await rig.story()).toEqual(["Log Begun 0", "Tamper 0 0"])
    })
})

test("events recorded at the same time are written one after the other", async () => {
    const rig = await new LogRig().start()
    for (const n of [0, 1, 2]) rig.log.record(Event.Consent, n, 0)
    await rig.log.tick(1)
    expect(await rig.story()).toEqual(["Log Begun 0", "Consent 0 0", "Consent 1 0", "Consent 2 0"])
})

test("what comes in a second that was looked at already is written in it, also when the memory failed meanwhile", async () => {
    const rig = await new LogRig().start()
    await rig.log.tick(1)
    await rig.recordAt(1, Event.Consent, 0, 0)
    rig.memory.absent = true
    await expect(rig.recordAt(1, Event.Consent, 1, 0)).rejects.toThrow("no answer")
    rig.memory.absent = false
    rig.uptimeS = 1
    await rig.mount()
    expect(await rig.story()).toEqual(["Log Begun 0", "Consent 0 0", "Consent 1 0"])
})

test("what happens while its like is written is counted for the next time", async () => {
    const rig = await new LogRig().start()
    const { write } = rig.memory
    rig.memory.write = async (at, bytes) => {
        rig.memory.write = write
        rig.log.record(Event.Refusal, 1, 7)
        await write.call(rig.memory, at, bytes)
    }
    await rig.recordAt(1, Event.Refusal, 1, 7)
    await rig.log.tick(1 + QUIET_S)
    expect(await rig.story()).toEqual(["Log Begun 0", "Refusal 1 7", "Refusal 1 7"])
})

test("a memory with other contents is taken over as new, once", async () => {
    const memory = new LogRig().memory
    memory.bytes.fill(0xa5)
    const rig = await new LogRig(memory).start()
    await rig.start()
    expect(await rig.story()).toEqual(["Log Begun 0"])
})

test("many at once are written with pauses in between", async () => {
    const rig = new LogRig()
    let pauses = 0
    const log = new EventLog(rig.rings, rig.rows, async () => void pauses++)
    await log.mount({ digest, logKey: KEY, entries: rig.counter }, 1, 0, false)
    for (const count of [1, 5, 17]) {
        for (let n = 0; n < count; n++) log.record(Event.Consent, 100 + count, n)
        pauses = 0
        await log.tick(1)
        // Two for each row and each entry that is made, and one for the row that was there.
        expect(pauses).toBe(5 * count - 1)
    }
})
