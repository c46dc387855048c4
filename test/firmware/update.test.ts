/** Updates of the reference devices in the real runtime, from the offer to the end of the trial. */

import { beforeAll, describe, expect, test } from "vitest"
import type { Fram } from "../../simulators/parts/fram"
import { CERTIFICATES_AT, LOG_AT, RECORD_SLOTS, SLOT_BYTES } from "../../src/core/store/memory-layout"
import { RecordStore } from "../../src/core/store/record-store"
import { buildFirmware, type Firmware } from "../../src/host/build/firmware"
import { simulatedRelease } from "../../src/host/unit/simulated-factory"
import type { SimulatedUnit } from "../../src/host/unit/simulated-unit"
import type { InstallLink } from "../../src/host/unit/unit-link"
import { MemoryJournal } from "../../src/host/update/journal"
import { recordNames } from "../core/store/record-names"
import { noPause } from "../core/store/slot-memory"
import { MALLORY } from "../core/suit/signers"
import { newUnit, packageOf, release, update, vendorPolicy } from "../host/update/releases"

/** A change after which a release fails whenever it works. */
const BREAK: [string, string] = [
    "const wasOpen = valve.active\n",
    'const wasOpen = valve.active\n    if (ds.millis()) throw new Error("broken release")\n',
]

let [one, two, failing]: Firmware[] = []
let [first, second]: Buffer[] = []
beforeAll(async () => {
    one = await buildFirmware("gas-valve")
    two = await release("gas-valve", 2)
    failing = await release("gas-valve", 2, BREAK)
    first = await packageOf("gas-valve", 1, one.image)
    second = await packageOf("gas-valve", 2, two.image)
})

const confirmed = (unit: SimulatedUnit) => unit.get("update") as Promise<{ state: string }>

test("release 2 replaces release 1, and after that release 1 is refused", async () => {
    const unit = await newUnit("gas-valve")
    await unit.powerOn()
    expect(await update(unit, second)).toEqual({ outcome: "confirmed" })
    expect(await unit.get("sequence_number")).toBe(2)
    expect(await unit.programSha256()).toBe(two.sha256)
    expect(await unit.get("state")).toEqual({ state: "Normal", cause: "None" })
    expect(await confirmed(unit)).toMatchObject({ state: "Confirmed" })
    for (const restart of [false, true]) {
        if (restart) await unit.powerOn()
        expect(await update(unit, first)).toEqual({ outcome: "refused", refusal: "sequenceOlder" })
        expect(await unit.programSha256()).toBe(two.sha256)
    }
    expect(await update(unit, second)).toEqual({ outcome: "confirmed" })
})

/** What the unit has on record, but for how far its log is. */
async function recordsOf(unit: SimulatedUnit): Promise<Record<string, string>> {
    const { bytes } = unit.board.parts.get("fram") as Fram
    const store = new RecordStore(
        {
            slots: RECORD_SLOTS,
            slotBytes: SLOT_BYTES,
            read: async (slot, length) => Buffer.from(bytes.subarray(slot * SLOT_BYTES, slot * SLOT_BYTES + length)),
            // What was interrupted is finished by the device itself.
            write: async () => {},
        },
        noPause,
    )
    await store.mount()
    const names = recordNames(store).filter(name => name !== "log")
    const records = names.sort().map(async name => [name, (await store.get(name))!.toString("hex")])
    return Object.fromEntries(await Promise.all(records))
}

describe("refused, and what the unit keeps is as it was, but for its log", () => {
    const cases: [string, () => Promise<Buffer>, string][] = [
        [
            "a tampered manifest",
            async () => {
                const bytes = Buffer.from(second)
                bytes[bytes.indexOf("valve_pico")] ^= 1
                return bytes
            },
            "manifestDigest",
        ],
        ["a stranger's package", () => packageOf("gas-valve", 2, two.image, { signer: MALLORY }), "threshold"],
        [
            "a forged signature",
            () =>
                packageOf("gas-valve", 2, two.image, {
                    signer: { ...simulatedRelease("SLH-DSA-SHA2-128s"), sign: async () => Buffer.alloc(7856, 1) },
                }),
            "signature",
        ],
        ["a package for another model", () => packageOf("gas-valve", 2, two.image, { model: "toaster" }), "class"],
    ]
    test.each(cases)("%s", async (_, make, refusal) => {
        const unit = await newUnit("gas-valve")
        await unit.powerOn()
        const { bytes } = unit.board.parts.get("fram") as Fram
        const kept = async () => [await recordsOf(unit), Buffer.from(bytes.subarray(CERTIFICATES_AT, LOG_AT))]
        const [before, flash] = [await kept(), unit.board.save().flash]
        expect(await update(unit, await make())).toEqual({ outcome: "refused", refusal })
        expect(await kept()).toEqual(before)
        expect(unit.board.save().flash).toBe(flash)
        expect(await unit.get("state")).toEqual({ state: "Normal", cause: "None" })
    })
})

describe("a release that fails its trial", () => {
    test("is replaced by the last good one, and the floor stays", async () => {
        const unit = await newUnit("gas-valve")
        await unit.powerOn()
        const broken = await packageOf("gas-valve", 2, failing.image)
        expect(await update(unit, broken, { lastGood: first })).toEqual({ outcome: "reverted", refusal: "trialFailed" })
        expect(await unit.programSha256()).toBe(one.sha256)
        expect(await unit.get("state")).toEqual({ state: "Normal", cause: "None" })
        expect(await update(unit, second)).toEqual({ outcome: "confirmed" })
    })

    test("is replaced by the package that the host has kept, without being told", async () => {
        const unit = await newUnit("gas-valve")
        await unit.powerOn()
        const journal = new MemoryJournal()
        const trust = vendorPolicy("gas-valve")
        expect(await update(unit, second, { journal, trust })).toEqual({ outcome: "confirmed" })
        const third = await release("gas-valve", 3, BREAK)
        const broken = await packageOf("gas-valve", 3, third.image)
        expect(await update(unit, broken, { journal })).toEqual({ outcome: "reverted", refusal: "trialFailed" })
        expect(await unit.programSha256()).toBe(two.sha256)
    })

    test("is unfit without one: the device stays safe, and takes the last good release later", async () => {
        const unit = await newUnit("gas-valve")
        await unit.powerOn()
        const broken = await packageOf("gas-valve", 2, failing.image)
        expect(await update(unit, broken)).toMatchObject({ outcome: "failed", refusal: "trialFailed" })
        expect(await unit.get("state")).toEqual({ state: "Safe", cause: "Update" })
        await unit.powerOn()
        expect(await unit.get("update")).toMatchObject({ state: "Reverting" })
        expect(await update(unit, first)).toEqual({ outcome: "confirmed" })
        expect(await unit.get("sequence_number")).toBe(1)
    })
})

test("a genuine older release that is installed all the same stays in its safe state", async () => {
    const unit = await newUnit("gas-valve")
    await unit.powerOn()
    await update(unit, second)
    await unit.install(one.image, () => {})
    await unit.wait(5000)
    await unit.find(5000)
    expect(await unit.get("state")).toEqual({ state: "Safe", cause: "Update" })
    expect(await unit.get("update")).toMatchObject({ state: "Reverting", refusal: 109 })
    unit.board.parts.get("button")!.act("press")
    await unit.wait(1000)
    expect(unit.board.parts.get("valve")!.observe()).toMatchObject({ state: "shut" })
    // Held for 10 s, it would reset the device in the middle of the update.
    unit.board.parts.get("button")!.act("release")
    expect(await update(unit, second)).toEqual({ outcome: "confirmed" })
})

test("nothing is installed while gas flows", async () => {
    const unit = await newUnit("gas-valve")
    await unit.powerOn()
    await unit.wait(2000)
    const button = unit.board.parts.get("button")!
    button.act("press")
    await unit.wait(200)
    button.act("release")
    await unit.wait(500)
    expect(unit.board.parts.get("valve")!.observe()).toMatchObject({ state: "open" })
    expect(await update(unit, second)).toEqual({ outcome: "refused", refusal: "notSafe" })
    expect(unit.board.parts.get("valve")!.observe()).toMatchObject({ state: "open" })
    expect(await unit.programSha256()).toBe(one.sha256)
})

test("power lost in the middle of the installation: the same command finishes it, and with nothing but the grant that it kept", async () => {
    const unit = await newUnit("gas-valve")
    await unit.powerOn()
    const journal = new MemoryJournal()
    const cut: InstallLink = {
        get: register => unit.get(register),
        call: (command, values) => unit.call(command, values),
        programSha256: () => unit.programSha256(),
        wait: ms => unit.wait(ms),
        close: () => unit.close(),
        chip: () => unit.chip(),
        find: timeoutMs => unit.find(timeoutMs),
        install: image =>
            unit.install(image, share => {
                if (share > 0.5) unit.board.powerOff()
            }),
    }
    await expect(update(cut, second, { journal })).rejects.toThrow(/program/)
    await unit.connect()
    expect(await update(unit, second)).toEqual({ outcome: "refused", refusal: "noProgram" })
    expect(await update(unit, second, { journal })).toEqual({ outcome: "confirmed" })
    expect(await unit.get("identity")).toBe("Valid")
})

test("the doorbell has its secure element check the signature", async () => {
    const unit = await newUnit("doorbell")
    await unit.powerOn()
    const { image } = await release("doorbell", 2)
    const forged = { ...simulatedRelease("ES256"), sign: async () => Buffer.alloc(64, 1) }
    expect(await update(unit, await packageOf("doorbell", 2, image, { signer: forged }))).toEqual({
        outcome: "refused",
        refusal: "signature",
    })
    expect(await update(unit, await packageOf("doorbell", 2, image))).toEqual({ outcome: "confirmed" })
    expect(await unit.get("sequence_number")).toBe(2)
})
