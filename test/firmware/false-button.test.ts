/** Whatever is on the bus says of itself what it is. So none of it can be a person: it releases, unlocks, claims and resets nothing. */
import { describe, expect, test } from "vitest"
import { recordsInFram } from "../campaigns/subjects"
import { FalseButton } from "./false-module"
import { labelOf, Phone } from "./phone"
import { type Rig, rig } from "./rig"

const CASES = [
    { name: "gas-valve", board: "valve_pico", button: "button", output: "valve", safe: { state: "shut" } },
    { name: "doorbell", board: "doorbell_c3", button: "release", output: "strike", safe: { state: "locked" } },
].flatMap(device => (["stock", "verified"] as const).map(profile => ({ ...device, profile })))

const LOCKDOWN = { state: "Lockdown", cause: "Tamper" }
/** How long it takes until a module that came late has taken over every role that an honest one let go of. */
const BOUND_S = 3
/** Longer than the press that resets a device takes, and the reset after it. */
const LONG_PRESS_S = 12
const RESET_S = 20

describe.each(CASES)("$name, $profile: a false button module", ({ name, board, button, output, safe, profile }) => {
    const made = () => rig(name, board, undefined, profile)

    /** It is there from the start, or comes later and waits for a restart. */
    const ARRIVALS: Record<string, (device: Rig) => FalseButton> = {
        "from the start": device => {
            const button = new FalseButton(device)
            device.boot()
            return button
        },
        "after a restart": device => {
            device.boot()
            const button = new FalseButton(device)
            device.run(1)
            device.board.powerOff()
            device.run(1)
            device.boot()
            return button
        },
        "after the others were lost": device => {
            device.boot()
            const button = new FalseButton(device)
            for (const part of ["release", "gas"])
                if (device.board.parts.get(part)?.observe().present !== undefined) device.act(part, "unplug")
            device.run(BOUND_S)
            return button
        },
    }

    describe.each(Object.keys(ARRIVALS))("%s", arrival => {
        async function attacked() {
            const device = await made()
            const phone = new Phone(device, "thief")
            const falseButton = ARRIVALS[arrival](device)
            device.run(BOUND_S)
            return { device, phone, falseButton }
        }

        test("opens nothing, rung or not", async () => {
            const { device, falseButton } = await attacked()
            for (let n = 0; n < 3; n++) {
                if (name === "doorbell") device.press("button")
                falseButton.press(0.3)
                expect(device.see(output)).toMatchObject(safe)
            }
        })

        test("makes nobody the owner of a device that has none", async () => {
            const { device, phone, falseButton } = await attacked()
            const before = await recordsInFram(device.board)
            falseButton.press(0.3)
            // Even one who has the label is nobody without a hand on the device.
            expect(await phone.pair(labelOf(device))).toBe("NobodyThere")
            expect((await recordsInFram(device.board)).household).toBe(before.household)
        })
    })

    test("resets nothing, and enables nothing, however long it is held", async () => {
        const device = await made()
        const phone = new Phone(device, "Anna")
        device.boot()
        await phone.claim(button)
        expect(await phone.disable(true)).toBe("None")
        const before = await recordsInFram(device.board)
        device.board.powerOff()
        device.run(1)
        const falseButton = new FalseButton(device)
        device.boot()
        falseButton.press(LONG_PRESS_S)
        device.run(RESET_S)
        falseButton.press(0.3)
        expect(await phone.disable(false)).toBe("NotAllowed")
        const after = await recordsInFram(device.board)
        for (const record of ["household", "disabled"]) expect(after[record]).toBe(before[record])
        expect(after).not.toHaveProperty("resetting")
    })

    test("says nothing in the window after an honest press", async () => {
        const device = await made()
        const phone = new Phone(device, "thief")
        const falseButton = new FalseButton(device)
        device.boot()
        device.press(button)
        device.run(121)
        falseButton.press(0.3)
        expect(await phone.pair(labelOf(device))).toBe("NobodyThere")
        expect(await recordsInFram(device.board)).not.toHaveProperty("household")
    })
})

describe.each(["stock", "verified"] as const)("doorbell, %s: a lockdown", profile => {
    test("is lifted by no module, and by the button inside", async () => {
        const device = await rig("doorbell", "doorbell_c3", undefined, profile)
        const falseButton = new FalseButton(device)
        device.boot()
        device.act("tamper", "open")
        device.run(1)
        device.act("tamper", "close")
        device.run(1)
        const { latches } = await recordsInFram(device.board)
        for (const seconds of [0.3, LONG_PRESS_S]) {
            falseButton.press(seconds)
            device.press("button")
            falseButton.press(0.3)
            expect(device.see("strike")).toMatchObject({ state: "locked", releases: 0 })
        }
        expect(device.register("state")).toEqual(LOCKDOWN)
        expect((await recordsInFram(device.board)).latches).toBe(latches)
        device.press("release")
        device.run(1)
        expect(device.register("state")).toEqual({ state: "Normal", cause: "None" })
    })
})
