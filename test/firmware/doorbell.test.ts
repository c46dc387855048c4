import { beforeEach, describe, expect, test } from "vitest"
import { Phone } from "./phone"
import { type Rig, rig } from "./rig"

let device: Rig
beforeEach(async () => {
    device = await rig("doorbell", "doorbell_c3")
    device.boot()
})

const LOCKED = { state: "locked" }
const RELEASED = { state: "released" }
const LOCKDOWN = { state: "Lockdown", cause: "Tamper" }
const NORMAL = { state: "Normal", cause: "None" }

test("starts locked, silent and blind", () => {
    expect(device.see("strike")).toMatchObject(LOCKED)
    expect(device.see("chime")).toMatchObject({ sounding: false, count: 0 })
    expect(device.see("recording")).toMatchObject({ lit: false })
    expect(device.see("camera")).toMatchObject({ present: false })
    expect(device.register("state")).toEqual(NORMAL)
})

describe("a ring", () => {
    beforeEach(async () => {
        const phone = new Phone(device, "Anna")
        device.run(1)
        await phone.claim("release")
        for (const use of [0, 1]) expect(await phone.answer(use, "Yes")).toBe(0)
    })

    test("sounds the chime, takes one picture under a lit indicator, and ends the recording within 10 s", () => {
        device.press("button")
        expect(device.see("chime")).toMatchObject({ count: 1 })
        expect(device.see("recording")).toMatchObject({ lit: true })
        expect(device.see("microphone")).toMatchObject({ present: true })
        device.run(5)
        expect(device.see("camera")).toMatchObject({ present: true, frames: 1 })

        expect(device.secondsUntil("recording", { lit: false }, 10)).toBeLessThan(5)
        expect(device.see("camera")).toMatchObject({ present: false })
        device.run(1)
        expect(device.register("state")).toEqual(NORMAL)
    })

    test("with the privacy switch open only sounds the chime", () => {
        device.act("kill", "open")
        device.press("button")
        device.run(3)
        expect(device.see("chime")).toMatchObject({ count: 1 })
        expect(device.see("recording")).toMatchObject({ lit: false, flashes: 0 })
        expect(device.see("camera")).toMatchObject({ present: false, frames: 0 })
        expect(device.register("state")).toEqual(NORMAL)
    })

    test("with a burnt indicator takes no picture, gives up the supply within 300 ms, and says that a module is missing", () => {
        device.act("recording", "burn")
        device.act("button", "press")
        expect(device.secondsUntil("microphone", { present: true }, 1)).toBeDefined()
        expect(device.secondsUntil("microphone", { present: false }, 1)).toBeLessThan(0.3)
        device.act("button", "release")
        device.run(5)
        expect(device.see("camera")).toMatchObject({ frames: 0 })
        expect(device.register("state")).toEqual({ state: "Degraded", cause: "Module" })
    })

    test("without a camera is a ring all the same; the next complete recording clears the state", () => {
        device.act("camera", "unplug")
        device.press("button")
        device.run(11)
        expect(device.see("chime")).toMatchObject({ count: 1 })
        expect(device.register("state")).toEqual({ state: "Degraded", cause: "Module" })

        device.act("camera", "plug")
        device.press("button")
        device.run(11)
        expect(device.see("camera")).toMatchObject({ frames: 1 })
        expect(device.register("state")).toEqual(NORMAL)
    })

    test("opening the privacy switch ends a recording at once, and closing it does not resume it", () => {
        device.press("button")
        device.run(2)
        device.act("kill", "open")
        expect(device.see("camera")).toMatchObject({ present: false })
        device.run(1)
        device.act("kill", "close")
        device.run(1)
        expect(device.see("recording")).toMatchObject({ lit: false })
    })
})

describe("the release button", () => {
    test("does nothing before anybody has rung", () => {
        device.press("release")
        device.run(5)
        expect(device.see("strike")).toMatchObject({ ...LOCKED, releases: 0 })
    })

    test("within 30 s of a ring releases the door for 3 s", () => {
        device.press("button")
        device.run(28)
        device.press("release")
        expect(device.see("strike")).toMatchObject(RELEASED)
        expect(device.secondsUntil("strike", LOCKED, 5)).toBeGreaterThan(2.2)
        expect(device.see("strike")).toMatchObject({ releases: 1 })
    })

    test("does nothing 31 s after a ring", () => {
        device.press("button")
        device.run(31)
        device.press("release")
        device.run(5)
        expect(device.see("strike")).toMatchObject({ releases: 0 })
    })
})

describe("an opened case", () => {
    test("locks the strike, even while it is released", () => {
        device.press("button")
        device.press("release")
        expect(device.see("strike")).toMatchObject(RELEASED)
        device.act("tamper", "open")
        expect(device.secondsUntil("strike", LOCKED, 1)).toBeLessThan(0.3)
        device.run(0.5)
        expect(device.register("state")).toEqual(LOCKDOWN)
    })

    test("stays noticed over closing and a power cycle, until the release button is pressed", () => {
        device.act("tamper", "open")
        device.run(1)
        device.press("release")
        device.act("tamper", "close")
        device.run(1)
        expect(device.register("state")).toEqual(LOCKDOWN)
        device.board.powerOff()
        device.run(1)
        device.boot()
        expect(device.register("state")).toEqual(LOCKDOWN)

        device.press("button")
        device.press("release")
        device.run(1)
        expect(device.register("state")).toEqual(NORMAL)
        expect(device.see("strike")).toMatchObject({ ...LOCKED, releases: 0 })
        device.press("release")
        expect(device.see("strike")).toMatchObject(RELEASED)
    })

    test("while the device was off is noticed at the next start", () => {
        device.board.powerOff()
        device.act("tamper", "open")
        device.boot()
        expect(device.register("state")).toEqual(LOCKDOWN)
    })
})
