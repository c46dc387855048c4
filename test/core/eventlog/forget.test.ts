import { describe, expect, test } from "vitest"
import { Event, LogFault, outlivesOwner } from "../../../src/core/eventlog/event"
import { ROW_BYTES } from "../../../src/core/eventlog/ledger"
import { LogRig } from "./rig"

/** What an owner leaves in a log, and what an intruder does. */
const LIFE: [Event, cause: number, detail: number][] = [
    [Event.Tamper, 0, 1],
    [Event.Pairing, 0, 1],
    [Event.Credential, 0, 3],
    [Event.Consent, 1, 1],
    [Event.State, 2, 4],
    [Event.Watch, 1, 0],
    [Event.Refusal, 3, 5],
    [Event.Credential, 0, 255],
    [Event.Consent, 1, 0],
    [Event.Tamper, 0, 0],
]

async function lived(): Promise<LogRig> {
    const rig = await new LogRig().start()
    for (const [event, cause, detail] of LIFE) await rig.record(event, cause, detail)
    return rig
}

/** Seals of all entries and rows of a log, which nothing else looks like. */
async function seals(rig: LogRig): Promise<Buffer[]> {
    const entries = [...(await rig.entries(0)), ...(await rig.entries(1))]
    return entries.map(({ seal }) => seal)
}

const forget = async (rig: LogRig) => void (await rig.start(true))

describe("when the owner's data is erased", () => {
    test("no entry is left, in the memory neither, and the log goes on", async () => {
        const rig = await lived()
        const before = await seals(rig)
        const { sequence } = rig.log
        await forget(rig)
        expect(await rig.story()).toEqual(["Log Begun 1"])
        expect(rig.log.sequence).toBe(sequence + 1)
        expect(before.filter(seal => rig.memory.bytes.includes(seal))).toEqual([])
        await rig.record(Event.Tamper, 0, 1)
        await rig.start()
        expect(await rig.story()).toEqual(["Log Begun 1", "Tamper 0 1"])
    })

    test("of what tells of the owner, only its number outlives him; of what tells of trust, the first and the last time too", async () => {
        const rig = await lived()
        const before = new Map((await rig.kinds()).map(kind => [kind[0], kind]))
        await forget(rig)
        for (const [kind, times, first, last] of await rig.kinds()) {
            const [, timesBefore, firstBefore, lastBefore] = before.get(kind)!
            expect(times).toBe(kind === "Log 0" ? timesBefore + 1 : timesBefore)
            const event = Event[kind.split(" ")[0] as keyof typeof Event]
            if (kind === "Log 0") continue
            if (outlivesOwner(event)) expect([first, last]).toEqual([firstBefore, lastBefore])
            else
                expect([first, last]).toEqual([
                    [firstBefore[0], 0, 0, 0],
                    [lastBefore[0], 0, 0, 0],
                ])
        }
    })

    test("which events these are", () => {
        const names = Object.keys(Event).filter(name => Number.isNaN(Number(name)))
        expect(names.filter(name => !outlivesOwner(Event[name as keyof typeof Event]))).toEqual([
            "Pairing",
            "Credential",
            "Consent",
            "Disable",
            "Watch",
            "State",
            "PairingFailed",
        ])
    })

    test("a power cut at any byte only makes it begin again: nothing is left, and nothing is told as lost or set back", async () => {
        const before = await lived()
        const whole = before.copy()
        const start = whole.memory.writtenBytes
        await forget(whole)
        const bytes = whole.memory.writtenBytes - start
        const expected = await whole.kinds()
        expect(bytes).toBeGreaterThan(500)
        for (let byte = 0; byte <= bytes; byte++) {
            const rig = before.copy()
            rig.memory.cutAtByte = rig.memory.writtenBytes + byte
            await expect(forget(rig)).rejects.toThrow("power cut")
            const later = rig.copy()
            await forget(later)
            expect(await later.story()).toEqual(["Log Begun 1"])
            const kinds = await later.kinds()
            expect(kinds.slice(1)).toEqual(expected.slice(1))
            expect(kinds.map(([kind]) => kind)).toEqual(expected.map(([kind]) => kind))
        }
    })

    test("no byte tells any more what a row said of him, of a damaged row neither", async () => {
        const WORD = 0xdead_beef
        const holdsWord = (rig: LogRig) => rig.memory.bytes.includes(Buffer.from(WORD.toString(16), "hex"))
        const rig = await lived()
        await rig.record(Event.State, 0, WORD)
        const damaged = rig.copy()
        // Of the row, and of the journal before it is copied there.
        for (let at = damaged.rows.bytes.indexOf("deadbeef", 0, "hex"); at >= 0; ) {
            damaged.rows.bytes[at - 10] ^= 1
            at = damaged.rows.bytes.indexOf("deadbeef", at + 1, "hex")
        }
        for (const before of [rig, damaged]) {
            expect(holdsWord(before)).toBe(true)
            await forget(before)
            expect(holdsWord(before)).toBe(false)
        }
    })

    /** Somebody has hidden what the ledger told. (Of the newest row the journal has a copy.) */
    const HIDDEN: Record<string, (rig: LogRig) => Promise<void>> = {
        "a row is gone": async rig => {
            const at = (await rig.kinds()).findIndex(([kind]) => kind === "Refusal 3")
            rig.rows.bytes.fill(0, at * ROW_BYTES, (at + 1) * ROW_BYTES)
        },
        "all rows were set back": async rig => {
            const then = await new LogRig().start()
            rig.rows.bytes.set(then.rows.bytes)
        },
    }

    test.each(Object.entries(HIDDEN))(
        "it outlives him that %s, whenever the power goes, also twice",
        async (_, hide) => {
            const before = await lived()
            // His row is the newest, which knows of all.
            await before.record(Event.State, 2, 9)
            await hide(before)
            const told = async (rig: LogRig) =>
                (await rig.kinds()).some(([kind]) => kind === `Log ${LogFault.Miscounted}`)
            const whole = before.copy()
            await forget(whole)
            expect(await told(whole)).toBe(true)
            const bytes = whole.memory.writtenBytes
            for (let byte = 0; byte < bytes; byte += 5) {
                let rig = before.copy()
                for (const cut of [byte, (byte * 7) % 400]) {
                    rig.memory.cutAtByte = cut
                    await forget(rig).catch(error => expect(String(error)).toContain("power cut"))
                    rig = rig.copy()
                }
                await forget(rig)
                expect(await told(rig), `cut at ${byte}`).toBe(true)
                await rig.start()
                expect(await rig.story()).toEqual(["Log Begun 1"])
            }
        },
    )

    test("rings that were emptied by anybody else are told as set back", async () => {
        const rig = await lived()
        rig.rings.bytes.fill(0)
        await rig.start()
        expect((await rig.story())[0]).toBe(`Log RolledBack ${LIFE.length + 1}`)
    })
})
