import { beforeAll, describe, expect, test } from "vitest"
import type { CutPhase } from "../../simulators/power-cut"
import { LOG_AT, LOG_BYTES } from "../../src/core/store/memory-layout"
import type { Firmware } from "../../src/host/build/firmware"
import { entryText } from "../../src/host/eventlog/entry-text"
import type { SimulatedUnit } from "../../src/host/unit/simulated-unit"
import { LinkError } from "../../src/host/unit/unit-link"
import { MALLORY } from "../core/suit/signers"
import { type Device, newUnit, packageOf, release, update } from "../host/update/releases"
import { framOf, logOf, storyOf, working } from "./unit-log"

const DEVICES: Device[] = ["gas-valve", "doorbell"]
/** Something that changes the state of each, and how the log tells it. */
const ACTS = {
    "gas-valve": { part: "gas", action: "set", argument: 10, told: ["State Safe, Hazard"] },
    doorbell: {
        part: "tamper",
        action: "open",
        argument: undefined,
        told: ["Tamper opened", "State Lockdown, Tamper"],
    },
} as const

const CUTS: [starts: number, phase: CutPhase][] = [
    [1, "before"],
    [2, "inside"],
    [3, "inside"],
    [1, "after"],
]

function act(device: Device, unit: SimulatedUnit): void {
    const { part, action, argument } = ACTS[device]
    unit.board.parts.get(part)!.act(action, argument)
}

const logBytes = (unit: SimulatedUnit) => framOf(unit).bytes.subarray(LOG_AT, LOG_AT + LOG_BYTES)

describe.each(DEVICES)("the %s", device => {
    test("tells what happened, in a log that holds", async () => {
        const unit = await working(device)
        const before = await logOf(unit)
        expect(before.findings).toEqual([])
        expect(storyOf(before)[0]).toBe("Log Begun")
        expect(storyOf(before)).toContain("State Safe, Starting")
        expect(storyOf(before).at(-1)).toBe("State Normal")

        act(device, unit)
        await unit.wait(1000)
        await unit.call("attest", { challenge: new Uint8Array(3) })
        await unit.wait(500)
        const { entries, findings } = await logOf(unit)
        expect(findings).toEqual([])
        expect(entries.slice(before.entries.length).map(entryText)).toEqual([
            ...ACTS[device].told,
            "Refusal identity, ChallengeSize",
        ])
    })

    test("keeps its log over a power cut, and says of an entry that it lost", async () => {
        const factory = await working(device)
        const before = storyOf(await logOf(factory))
        await factory.close()
        const state = factory.board.save()
        /** How much of a write is done when the power goes is drawn by the part, and differs with the number of starts. */
        const started = async (starts: number) => {
            const unit = await newUnit(device)
            unit.board.restore(state)
            for (let n = 0; n < starts; n++) await unit.powerOn()
            await unit.wait(5000)
            return unit
        }
        const whole = await started(1)
        const first = framOf(whole).operations
        act(device, whole)
        await whole.wait(1000)
        const count = framOf(whole).operations - first
        expect(count).toBeGreaterThan(2)

        let losses = 0
        for (let operation = 0; operation < count; operation++)
            for (const [starts, phase] of CUTS) {
                const unit = await started(starts)
                framOf(unit).cutPowerAt({ operation: framOf(unit).operations + operation, phase })
                act(device, unit)
                await unit.wait(1000)
                expect(unit.board.state).toBe("off")
                await unit.powerOn()
                await unit.wait(3000)
                const report = await logOf(unit)
                const story = storyOf(report)
                expect(report.findings).toEqual(story.includes("Log Lost") ? ["toldLost"] : [])
                // Nothing that was there before is gone, and what goes on is told in the end.
                expect(story.slice(0, before.length)).toEqual(before)
                expect(story).toEqual(expect.arrayContaining([...ACTS[device].told]))
                if (story.includes("Log Lost")) losses++
            }
        expect(losses).toBeGreaterThan(0)
    })

    test("writes a bounded number of entries, whatever is asked of it how often", async () => {
        const unit = await working(device)
        const before = await logOf(unit)
        const writes = framOf(unit).operations
        const requests = 200
        for (let n = 0; n < requests; n++) {
            await unit.call("attest", { challenge: new Uint8Array(n % 32) })
            await unit.call("create_key")
            await unit.call("grant_update", { challenge: new Uint8Array(32) })
            await unit.call("answer_update", { answer: 1, digest: new Uint8Array(n % 32) })
            await unit.call("sign_log", { challenge: new Uint8Array(n % 32) })
        }
        await unit.wait(1000)
        const after = await logOf(unit)
        expect(after.findings).toEqual([])
        // A kind of refusal each, and nothing more for ten minutes but their numbers, every ten seconds.
        const told = storyOf(after).slice(before.entries.length)
        expect(told.map(line => line.replace(/, \d+ times$/, "")).sort()).toEqual([
            "Refusal identity, AlreadyProvisioned",
            "Refusal identity, ChallengeSize",
            "Refusal update, unexpected",
        ])
        // A cell of the ring, a row of the ledger and a number in two places of the records for each, in pieces of 72 bytes.
        expect(framOf(unit).operations - writes).toBeLessThan(60)
    })

    test("tells at its next start what was done to its log's memory", async () => {
        const unit = await working(device)
        await unit.close()
        // An entry of the routine ring, which begins after 28 cells of 72 bytes.
        logBytes(unit)[28 * 72 + 40] ^= 1
        await unit.powerOn()
        await unit.wait(3000)
        expect((await logOf(unit)).findings).toContain("toldDamaged")
    })

    test("writes nothing before it has an identity", async () => {
        const unit = await working(device)
        await unit.close()
        framOf(unit).bytes.fill(0)
        await unit.powerOn()
        await unit.wait(5000)
        expect(await unit.get("identity")).not.toBe("Valid")
        expect(logBytes(unit).every(byte => byte === 0)).toBe(true)
        await expect(logOf(unit)).rejects.toThrow(LinkError)
    })
})

describe("a memory that was set back as a whole", () => {
    async function setBack(device: Device) {
        const unit = await working(device)
        const old = framOf(unit).save()
        act(device, unit)
        await unit.wait(1000)
        const { witness, findings } = await logOf(unit)
        expect(findings).toEqual([])
        await unit.close()
        framOf(unit).load(old)
        await unit.powerOn()
        await unit.wait(3000)
        return { unit, witness }
    }

    test("is told by the doorbell, whose counter is in its secure element", async () => {
        const { unit, witness } = await setBack("doorbell")
        expect((await logOf(unit)).findings).toContain("toldRolledBack")
        expect((await logOf(unit, witness)).findings).toContain("rolledBack")
    })

    test("is not noticed by the gas valve, whose counter went back as well; whoever saw the log before finds it", async () => {
        const { unit, witness } = await setBack("gas-valve")
        expect((await logOf(unit)).findings).toEqual([])
        expect((await logOf(unit, witness)).findings).toEqual(["rolledBack"])
    })
})

describe("an update of the doorbell", () => {
    let v2: Firmware
    beforeAll(async () => {
        v2 = await release("doorbell", 2)
    })

    test("is told from the owner's consent to its confirmation", async () => {
        const unit = await newUnit("doorbell")
        await unit.powerOn()
        expect(await update(unit, await packageOf("doorbell", 2, v2.image))).toMatchObject({ outcome: "confirmed" })
        await unit.wait(1000)
        const report = await logOf(unit)
        expect(report.findings).toEqual([])
        const steps = storyOf(report).filter(line => line.startsWith("Update"))
        expect([...new Set(steps)]).toEqual([
            "Update MakingSafe, sequence number 2",
            "Update Authorised, sequence number 2",
            "Update Installing, sequence number 2",
            "Update Trial, sequence number 2",
            "Update Confirmed, sequence number 2",
        ])
    })

    test("that is refused is told by its reason", async () => {
        const unit = await newUnit("doorbell")
        await unit.powerOn()
        const foreign = await packageOf("doorbell", 2, v2.image, { signer: MALLORY })
        expect(await update(unit, foreign)).toMatchObject({ outcome: "refused" })
        // It is the first thing asked of the unit, whose log is mounted within 3 s of its start.
        await unit.wait(3000)
        const story = storyOf(await logOf(unit))
        expect(story).toContain("Refusal update, threshold")
        expect(story.filter(line => line.startsWith("Update"))).toEqual([])
    })
})
