import { describe, expect, test } from "vitest"
import type { Atecc608 } from "../../../simulators/parts/atecc608"
import { CUT_PHASES } from "../../../simulators/power-cut"
import { attest } from "../../../src/host/unit/attestation"
import type { SimulatedUnit } from "../../../src/host/unit/simulated-unit"
import { authority, der, later, seeded } from "../identity/factory"
import { assembled, DOORBELL, provisioned, register } from "./factory"

const ca = await authority("ed25519")
const policy = { ca: der(ca), revoked: new Set<string>(), now: later(), serial: DOORBELL.serial }
const SAFE = { state: "Safe", cause: "Identity" }

const elementOf = (unit: SimulatedUnit) => unit.board.parts.get("element") as Atecc608

async function doorbell(): Promise<SimulatedUnit> {
    const unit = await assembled("doorbell_c3")
    await unit.powerOn()
    await provisioned(unit, { ca, register: register(ca), unit: DOORBELL })
    return unit
}

test("a class 2 unit signs in its element, and its certificate verifies", async () => {
    const unit = await doorbell()
    expect(await unit.get("security_class")).toBe(2)
    const verdict = await attest(unit, policy, seeded("a"))
    expect(verdict).toMatchObject({ unit: { algorithm: "p256" }, claims: { securityClass: 2, serial: "DB-0001" } })
})

test("without --lock nothing is locked, and nothing certified", async () => {
    const units = register(ca)
    const unit = await assembled("doorbell_c3")
    await unit.powerOn()
    await unit.wait(1000)
    expect(await unit.get("identity")).toBe("ElementOpen")
    const refused = provisioned(unit, { ca, register: units, unit: DOORBELL, lock: false })
    await expect(refused).rejects.toMatchObject({ refusal: "lockNeeded" })
    expect(elementOf(unit).observe()).toMatchObject({ configurationLocked: false, dataLocked: false })
    expect(units.serials()).toEqual([])
    expect(await unit.get("state")).toEqual(SAFE)
})

test("power cut at any change of the element while it is provisioned: the next run finishes", async () => {
    const { operations } = elementOf(await doorbell())
    let cuts = 0
    for (let operation = 0; operation < operations; operation++)
        for (const phase of CUT_PHASES) {
            const units = register(ca)
            const unit = await assembled("doorbell_c3")
            elementOf(unit).cutPowerAt({ operation, phase })
            const options = { ca, register: units, unit: DOORBELL }
            const start = async () => {
                await unit.powerOn()
                await provisioned(unit, options)
            }
            await expect(start()).rejects.toThrow()
            cuts++
            await start()
            expect(await unit.get("identity")).toBe("Valid")
            expect(units.serials()).toEqual([DOORBELL.serial])
        }
    expect(cuts).toBeGreaterThan(40)
})

describe("a unit whose element fails", () => {
    test.each(["unplug", "mute", "hang"])(
        "%s: is safe within 2 s, says why, and works again when it is back",
        async fault => {
            const unit = await doorbell()
            await unit.wait(1500)
            expect(await unit.get("state")).toEqual({ state: "Normal", cause: "None" })
            for (let offsetMs = 0; offsetMs < 500; offsetMs += 170) {
                await unit.wait(offsetMs)
                elementOf(unit).act(fault)
                await unit.wait(2000)
                expect(await unit.get("state")).toEqual(SAFE)
                expect(await unit.get("identity")).toBe("NoElement")
                elementOf(unit).act({ unplug: "plug", mute: "unmute", hang: "unhang" }[fault]!)
                await unit.wait(4000)
                expect(await unit.get("state")).toEqual({ state: "Normal", cause: "None" })
            }
        },
    )

    test("from the start: stays safe", async () => {
        const unit = await doorbell()
        elementOf(unit).act("unplug")
        await unit.powerOn()
        await unit.wait(5000)
        expect(await unit.get("state")).toEqual(SAFE)
        expect(await unit.get("identity")).toBe("NoElement")
        expect(await attest(unit, policy, seeded("b"))).toMatchObject({ refusal: "noIdentity", detail: "NoElement" })
    })

    test("whose answers are damaged now and then: nobody notices", async () => {
        const unit = await doorbell()
        await unit.wait(1500)
        for (let n = 0; n < 5; n++) {
            elementOf(unit).act("corrupt", 1)
            await unit.wait(700)
            expect(await unit.get("state")).toEqual({ state: "Normal", cause: "None" })
            expect(await attest(unit, policy, seeded(`c${n}`))).toHaveProperty("claims")
        }
    })

    test("another one in its place: the certificate is not its own", async () => {
        const unit = await doorbell()
        const other = await assembled("doorbell_c3", "9".repeat(16))
        await other.powerOn()
        await provisioned(other, { ca, register: register(ca), unit: { ...DOORBELL, serial: "DB-0002" } })
        await unit.close()
        elementOf(unit).load(elementOf(other).save())
        await unit.powerOn()
        await unit.wait(1000)
        expect(await unit.get("identity")).toBe("Foreign")
        expect(await unit.get("state")).toEqual(SAFE)
    })
})
