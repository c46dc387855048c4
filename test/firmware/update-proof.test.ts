/** A host believes only what a unit proves. Each case here was once taken for a confirmed update, or could not be finished. */
import { beforeAll, describe, expect, test } from "vitest"
import type { Fram } from "../../simulators/parts/fram"
import { buildFirmware, type Firmware } from "../../src/host/build/firmware"
import { simulatedRelease } from "../../src/host/unit/simulated-factory"
import type { SimulatedUnit } from "../../src/host/unit/simulated-unit"
import { MemoryJournal } from "../../src/host/update/journal"
import { newUnit, packageOf, release, update, vendorPolicy } from "../host/update/releases"

/** Changes after which a release works long enough to be confirmed, and then fails for ever; and after which it never works. */
const FAILS_LATER = 'const wasOpen = valve.active\n    if (ds.millis() > 60000) throw new Error("broken release")\n'
const NEVER_WORKS = 'const wasOpen = valve.active\n    if (ds.millis()) throw new Error("broken release")\n'
const WHERE = "const wasOpen = valve.active\n"

let [one, two, failing]: Firmware[] = []
let [first, second, broken]: Buffer[] = []
beforeAll(async () => {
    one = await buildFirmware("gas-valve")
    two = await release("gas-valve", 2)
    failing = await release("gas-valve", 2, [WHERE, NEVER_WORKS])
    first = await packageOf("gas-valve", 1, one.image)
    second = await packageOf("gas-valve", 2, two.image)
    broken = await packageOf("gas-valve", 2, failing.image)
})

async function valve(): Promise<SimulatedUnit> {
    const unit = await newUnit("gas-valve")
    await unit.powerOn()
    return unit
}

/** The unit; when a program was installed, or a share of it, something happens to it. */
function disturbed(unit: SimulatedUnit, happens: () => void, share = 1) {
    let isOver = false
    const happen = (done: number) => {
        if (isOver || done < share) return
        isOver = true
        happens()
    }
    return {
        get: (register: string) => unit.get(register),
        call: (command: string, values?: Parameters<SimulatedUnit["call"]>[1]) => unit.call(command, values),
        programSha256: () => unit.programSha256(),
        wait: (ms: number) => unit.wait(ms),
        close: () => unit.close(),
        chip: () => unit.chip(),
        find: (timeoutMs: number) => unit.find(timeoutMs),
        install: async (image: Uint8Array) => {
            await unit.install(image, happen)
            happen(1)
        },
    }
}

describe("not taken for confirmed", () => {
    test.each([
        ["pulled", (fram: Fram) => void fram.act("unplug", undefined)],
        ["blanked", (fram: Fram) => void fram.bytes.fill(0)],
    ])("a unit whose memory is %s once the program is installed", async (_, spoil) => {
        const unit = await valve()
        const journal = new MemoryJournal()
        const trust = vendorPolicy("gas-valve")
        const link = disturbed(unit, () => spoil(unit.board.parts.get("fram") as Fram))
        const outcome = await update(link, second, { journal, trust })
        expect(outcome.outcome).toBe("unproved")
        expect(["notAtWork", "noIdentity"]).toContain(outcome.refusal)
        expect(journal.lastGood(await unit.chip())).toBeUndefined()
    })

    test("a unit that has crashed since", async () => {
        const unit = await valve()
        const later = await release("gas-valve", 2, [WHERE, FAILS_LATER])
        const bytes = await packageOf("gas-valve", 2, later.image)
        await update(unit, bytes)
        await unit.wait(60_000)
        expect(await unit.get("state")).toEqual({ state: "Safe", cause: "Crash" })
        expect(await update(unit, bytes)).toMatchObject({ outcome: "unproved", refusal: "notAtWork" })
    })

    test("a program under a package with a forged signature, though the unit runs that program", async () => {
        const unit = await valve()
        expect(await update(unit, second)).toEqual({ outcome: "confirmed" })
        const signer = { ...simulatedRelease("SLH-DSA-SHA2-128s"), sign: async () => Buffer.alloc(7856, 1) }
        const forged = await packageOf("gas-valve", 2, two.image, { signer })
        const journal = new MemoryJournal()
        const trust = vendorPolicy("gas-valve")
        expect(await update(unit, forged, { journal, trust })).toEqual({ outcome: "refused", refusal: "signature" })
        // Where the host knows no policy it says so, and keeps nothing.
        const notes: string[] = []
        await update(unit, forged, { journal, note: note => notes.push(note) })
        expect(notes).toEqual(["signaturesUnchecked"])
        expect(journal.lastGood(await unit.chip())).toBeUndefined()
    })

    test("a program that calls itself by another number than its package does", async () => {
        const unit = await valve()
        const renumbered = await packageOf("gas-valve", 2, one.image)
        expect(await update(unit, renumbered)).toMatchObject({ outcome: "refused", refusal: "imageNumber" })
        expect(await unit.programSha256()).toBe(one.sha256)
    })
})

describe("finished by the same command", () => {
    test.each([0.05, 0.5, 1])("power lost on the way back, after a share of %s", async share => {
        const unit = await valve()
        const journal = new MemoryJournal()
        const options = { journal, lastGood: first, trust: vendorPolicy("gas-valve") }
        const link = disturbed(unit, () => {}, 2)
        let installs = 0
        const install = link.install
        link.install = image =>
            ++installs === 1
                ? install(image)
                : unit.install(image, done => {
                      if (done >= share) unit.board.powerOff()
                  })
        if (share === 1)
            link.install = async image => {
                await unit.install(image, () => {})
                if (++installs === 2) unit.board.powerOff()
            }
        await expect(update(link, broken, options)).rejects.toThrow()
        await unit.connect()
        await unit.wait(10_000)
        expect(await update(unit, broken, options)).toEqual({ outcome: "reverted", refusal: "trialFailed" })
        expect(await unit.programSha256()).toBe(one.sha256)
        expect(await unit.get("state")).toEqual({ state: "Normal", cause: "None" })
        // And it is over: the next release is taken as ever.
        expect(journal.course(await unit.chip())).toBeUndefined()
    })
})
