/** Whatever an attacker can repeat, with the power to cut in between: what was in the log before is still in it. */
import { describe, expect, test } from "vitest"
import type { SimulatedUnit } from "../../src/host/unit/simulated-unit"
import type { Device } from "../host/update/releases"
import { logOf, storyOf, working } from "./unit-log"

const act = (unit: SimulatedUnit, part: string, action: string, argument?: number) =>
    unit.board.parts.get(part)!.act(action, argument)

/** Commands that are refused, each for another reason. */
async function ask(unit: SimulatedUnit): Promise<void> {
    await unit.call("attest", { challenge: new Uint8Array(3) })
    await unit.call("create_key")
    await unit.call("offer_update", { size: 1_000_000 })
    await unit.call("answer_update", { answer: 1, digest: new Uint8Array(32) })
    await unit.call("grant_update", { challenge: new Uint8Array(32) })
    // Until its log tells of it.
    await unit.wait(2500)
}

interface Attack {
    name: string
    device: Device
    /** Once, before it begins: what must still be told when it is over, the log's own first entry besides. */
    before?: (unit: SimulatedUnit) => void
    told?: string
    restart: (unit: SimulatedUnit) => Promise<void>
    act: (unit: SimulatedUnit) => Promise<void>
    times: number
    /** What the ledger then tells of. */
    counted: { event: string; cause: number; least: number }
}

async function powerCycle(unit: SimulatedUnit): Promise<void> {
    await unit.powerOn()
    await unit.wait(4000)
}

/** The runtime starts a program that died again. */
async function crash(unit: SimulatedUnit): Promise<void> {
    unit.board.panicProgram(60_004)
    await unit.wait(10_000)
    await unit.find(5000)
}

const ATTACKS: Attack[] = [
    {
        name: "power cycles with the case open",
        device: "doorbell",
        before: unit => act(unit, "tamper", "open"),
        told: "Tamper opened",
        restart: powerCycle,
        act: async () => {},
        times: 40,
        counted: { event: "Tamper", cause: 0, least: 41 },
    },
    {
        name: "power cycles with the case opened and closed",
        device: "doorbell",
        restart: powerCycle,
        act: async unit => {
            act(unit, "tamper", "open")
            await unit.wait(500)
            act(unit, "tamper", "close")
            await unit.wait(500)
        },
        times: 30,
        counted: { event: "Tamper", cause: 0, least: 60 },
    },
    {
        name: "crashes with the case open",
        device: "doorbell",
        before: unit => act(unit, "tamper", "open"),
        restart: crash,
        act: async () => {},
        times: 30,
        counted: { event: "Tamper", cause: 0, least: 31 },
    },
    {
        name: "an element that falls silent after every start",
        device: "doorbell",
        restart: powerCycle,
        act: async unit => {
            act(unit, "element", "mute")
            await unit.wait(3000)
            act(unit, "element", "unmute")
            await unit.wait(3000)
        },
        times: 30,
        counted: { event: "Identity", cause: 4, least: 30 },
    },
    {
        name: "refused commands after every start",
        device: "gas-valve",
        before: unit => act(unit, "gas", "set", 40),
        told: "State Safe, Hazard",
        restart: async unit => {
            act(unit, "gas", "set", 0)
            await powerCycle(unit)
        },
        act: ask,
        times: 40,
        counted: { event: "Refusal", cause: 2, least: 40 },
    },
    {
        name: "refused commands after every crash",
        device: "doorbell",
        before: unit => act(unit, "tamper", "open"),
        told: "State Lockdown, Tamper",
        restart: crash,
        act: ask,
        times: 40,
        counted: { event: "Refusal", cause: 1, least: 40 },
    },
]

describe("what was told before is still told after", () => {
    test.each(ATTACKS)("$name of the $device", async ({ device, before, told, ...attack }) => {
        const unit = await working(device)
        before?.(unit)
        await unit.wait(1000)
        const earlier = storyOf(await logOf(unit))
        expect(earlier[0]).toBe("Log Begun")
        if (told) expect(earlier).toContain(told)
        for (let n = 0; n < attack.times; n++) {
            await attack.restart(unit)
            await attack.act(unit)
        }
        await unit.wait(5000)
        const report = await logOf(unit)
        expect(report.findings).toEqual([])
        expect(storyOf(report)).toEqual(expect.arrayContaining(earlier))
        // What was repeated is counted.
        const { event, cause, least } = attack.counted
        const repeated = report.kinds!.find(kind => kind.event === event && kind.cause === cause)!
        expect(repeated.times).toBeGreaterThanOrEqual(least)
        expect(repeated.last.boot).toBeGreaterThanOrEqual(repeated.first.boot + attack.times - 1)
        expect(repeated.dropped).toBeGreaterThanOrEqual(least - 4)
    })
})
