import { describe, expect, test } from "vitest"
import { Event } from "../../../src/core/eventlog/event"
import { LogRig } from "./rig"

/** More than fill both rings, so that cuts hit blank cells and old entries. */
const EVENTS: [Event, number][] = Array.from({ length: 30 }, (_, n) => [n % 3 === 0 ? Event.Consent : Event.State, n])

async function logged(count: number): Promise<LogRig> {
    const rig = await new LogRig().start()
    for (const [event, cause] of EVENTS.slice(0, count)) await rig.record(event, cause)
    return rig
}

/** Bytes that `act` writes, on a copy. */
async function bytesWritten(before: LogRig, act: (rig: LogRig) => Promise<void>): Promise<number> {
    const rig = before.copy()
    await rig.start()
    const start = rig.memory.writtenBytes
    await act(rig)
    return rig.memory.writtenBytes - start
}

/** What the log tells after a cut at one byte of `act`, and a new start. */
async function afterCut(before: LogRig, act: (rig: LogRig) => Promise<void>, byte: number) {
    const rig = before.copy()
    await rig.start()
    const untouched = Buffer.from(rig.rings.bytes)
    rig.memory.cutAtByte = rig.memory.writtenBytes + byte
    await expect(act(rig)).rejects.toThrow("power cut")
    const touched = !rig.rings.bytes.equals(untouched)
    const later = await rig.copy().start()
    return { touched, later, story: await later.story() }
}

describe("a power cut at any byte of an entry", () => {
    test.each(EVENTS.map((_, n) => n))(
        "after %i others leaves it whole, or not begun, or told as lost",
        async count => {
            const before = await logged(count)
            const [event, cause] = EVENTS[count]
            const write = async (rig: LogRig) => await rig.record(event, cause)
            const earlier = await (await before.copy().start()).story()
            const whole = `${Event[event]} ${cause} 0`
            for (let byte = 0; byte <= (await bytesWritten(before, write)); byte++) {
                const { touched, later, story } = await afterCut(before, write, byte)
                const added = story.at(-1)
                if (added !== whole) expect(added).toBe(touched ? "Log Lost 1" : earlier.at(-1))
                // Nothing else is gone, but for the oldest entry, which made room.
                for (const line of earlier.slice(-3)) expect(story).toContain(line)
                // And it is told once.
                expect(await (await later.copy().start()).story()).toEqual(story)
            }
        },
    )
})

test("a cut while the lost entry is told: it is told in the end", async () => {
    const before = await logged(20)
    const torn = await before.copy().start()
    torn.cutInNextEntry(40)
    await expect(torn.record(Event.Tamper)).rejects.toThrow("power cut")
    const whole = await torn.copy().start()
    for (let byte = 0; byte <= whole.memory.writtenBytes; byte++) {
        const rig = torn.copy()
        rig.memory.cutAtByte = byte
        await expect(rig.start()).rejects.toThrow("power cut")
        const story = await (await rig.copy().start()).story()
        expect(story.filter(line => line === "Log Lost 1")).toHaveLength(1)
    }
})

test("a cut between an entry and the counter loses nothing and accuses nobody", async () => {
    const rig = await logged(10)
    rig.counter.raise = async () => {
        throw new Error("power cut")
    }
    await expect(rig.record(Event.Tamper)).rejects.toThrow("power cut")
    const story = await (await rig.copy().start()).story()
    expect(story.at(-1)).toBe("Tamper 0 0")
})

test("a cut at any byte of the very first start leaves a log that begins", async () => {
    const whole = await new LogRig().start()
    for (let byte = 0; byte <= whole.memory.writtenBytes; byte++) {
        const rig = new LogRig()
        rig.memory.bytes.fill(0x5a)
        rig.memory.cutAtByte = byte
        await rig.start().catch(error => expect(error.message).toMatch("power cut"))
        const later = await rig.copy().start()
        await later.record(Event.Tamper)
        expect(await later.story()).toEqual(["Log Begun 0", "Tamper 0 0"])
    }
})
