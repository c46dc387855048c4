import { describe, expect, test } from "vitest"
import { CELL_BYTES, readEntry } from "../../../src/core/eventlog/entry"
import { Event } from "../../../src/core/eventlog/event"
import { CELLS, LogRig } from "./rig"

/** A log with both rings full, or with neither. */
async function logged(events: number): Promise<LogRig> {
    const rig = await new LogRig().start()
    for (let n = 0; n < events; n++) await rig.record(n % 3 === 0 ? Event.Consent : Event.State, n)
    return rig
}
const FILLS = [6, 40]

/** What the next start says of the log. */
async function faultsAfter(rig: LogRig): Promise<string[]> {
    const before = await rig.story()
    const story = await (await rig.copy().start()).story()
    return story.filter(line => line.startsWith("Log") && !before.includes(line))
}

const cell = (rig: LogRig, at: number) => rig.memory.bytes.subarray(at * CELL_BYTES, (at + 1) * CELL_BYTES)
const firstCell = [0, 4]

/** Cells of a ring from its oldest entry to its newest. */
function order(rig: LogRig, ring: 0 | 1): number[] {
    const { position, cells } = rig.log.rings[ring]
    const all = Array.from({ length: cells }, (_, i) => firstCell[ring] + ((position + 1 + i) % cells))
    return all.filter(at => cell(rig, at)[0] !== 0)
}

test("an untouched log has nothing to say of itself", async () => {
    for (const events of [...FILLS, 0, 1, 2, 3, 11, 12, 13, 14])
        expect(await faultsAfter(await logged(events))).toEqual([])
})

describe.each(FILLS)("in a log of %i events, the next start tells of", events => {
    test.each([0, 1] as const)("any byte changed in any entry of ring %i", async ring => {
        const rig = await logged(events)
        const untouched = await (await rig.copy().start()).story()
        for (const at of order(rig, ring))
            for (let byte = 0; byte < CELL_BYTES; byte++) {
                const hit = rig.copy()
                const { length } = readEntry(cell(hit, at))!.bytes
                cell(hit, at)[byte] ^= 0x10
                const story = await (await hit.start()).story()
                if (byte < length) expect(story.some(line => /Log (Damaged|RolledBack|Lost)/.test(line))).toBe(true)
                else expect(story).toEqual(untouched)
            }
    })

    test.each([0, 1] as const)("any two entries of ring %i swapped", async ring => {
        const rig = await logged(events)
        const cells = order(rig, ring)
        for (const [i, one] of cells.entries())
            for (const other of cells.slice(i + 1)) {
                const hit = rig.copy()
                cell(hit, one).set(cell(rig, other))
                cell(hit, other).set(cell(rig, one))
                const story = await (await hit.start()).story()
                expect(story.some(line => /Log (Damaged|RolledBack)/.test(line))).toBe(true)
            }
    })

    test.each([0, 1] as const)("any entry of ring %i made blank", async ring => {
        const rig = await logged(events)
        for (const at of order(rig, ring)) {
            const hit = rig.copy()
            cell(hit, at).fill(0)
            const faults = (await (await hit.start()).story()).filter(line => /Damaged|RolledBack/.test(line))
            // The oldest of a full ring makes room anyway: without it, the ring is as it is after a cut.
            const room = events > CELLS && at === order(rig, ring)[0]
            expect(faults.length > 0).toBe(!room)
        }
    })

    test.each([0, 1] as const)("the end of ring %i cut off, however much of it", async ring => {
        const rig = await logged(events)
        const cells = order(rig, ring)
        for (let left = 0; left < cells.length; left++) {
            const hit = rig.copy()
            for (const at of cells.slice(left)) cell(hit, at).fill(0)
            const story = await (await hit.start()).story()
            expect(story.some(line => line.startsWith("Log RolledBack"))).toBe(true)
        }
    })

    test.each([0, 1] as const)("ring %i set back to how it was", async ring => {
        const before = await logged(events)
        const rig = before.copy()
        await rig.start()
        await rig.record(Event.Tamper)
        await rig.record(Event.State, 99)
        const start = firstCell[ring] * CELL_BYTES
        const end = (ring === 0 ? firstCell[1] : CELLS) * CELL_BYTES
        rig.memory.bytes.set(before.memory.bytes.subarray(start, end), start)
        expect((await faultsAfter(rig)).some(line => line.startsWith("Log RolledBack"))).toBe(true)
    })

    test("the whole memory set back, and not the counter", async () => {
        const before = await logged(events)
        const rig = before.copy()
        await rig.start()
        await rig.record(Event.Tamper)
        before.memory.bytes.copy(rig.memory.bytes)
        expect(await faultsAfter(rig)).toEqual([`Log RolledBack ${rig.counter.value}`])
    })

    test("the whole memory emptied, and not the counter", async () => {
        const rig = await logged(events)
        rig.memory.bytes.fill(0)
        expect(await faultsAfter(rig)).toContain(`Log RolledBack ${rig.counter.value}`)
    })

    test("an entry of another device", async () => {
        const rig = await logged(events)
        const [at] = order(rig, 0).slice(1)
        cell(rig, at)[5] ^= 1
        expect(await faultsAfter(rig)).toContainEqual(expect.stringMatching("Log Damaged"))
    })
})

test("something where nothing was ever written is damage, and where: a cut leaves no more than the next cell half written", async () => {
    const rig = await logged(6)
    const { position, cells } = rig.log.rings[1]
    const at = (position + 3) % cells
    expect(cell(rig, firstCell[1] + at)[0]).toBe(0)
    cell(rig, firstCell[1] + at)[0] = 1
    expect(await faultsAfter(rig)).toEqual([`Log Damaged ${0x1_0000 + at}`])
})

test("damage is told once, and again when there is other damage", async () => {
    const rig = await logged(40)
    const cells = order(rig, 1)
    const told = async () => (await rig.story()).filter(line => line.startsWith("Log Damaged"))
    cell(rig, cells[5])[30] ^= 1
    for (let n = 0; n < 3; n++) await rig.start()
    expect(await told()).toEqual([expect.stringMatching("Log Damaged")])
    cell(rig, cells[5])[31] ^= 1
    await rig.start()
    expect(await told()).toHaveLength(1)
    cell(rig, cells[3])[30] ^= 1
    for (let n = 0; n < 3; n++) await rig.start()
    expect(await told()).toHaveLength(2)
    for (let n = 0; n < 8; n++) await rig.record(Event.State, n)
    await rig.start()
    expect(await told()).toEqual([])
})

test("memory and counter set back together are not noticed by the device", async () => {
    const before = await logged(10)
    const rig = before.copy()
    await rig.start()
    await rig.record(Event.Tamper)
    before.memory.bytes.copy(rig.memory.bytes)
    rig.counter.value = before.counter.value
    expect(await faultsAfter(rig)).toEqual([])
})
