import { beforeEach, describe, expect, test } from "vitest"
import { ANNA, BEN, Phone, STRANGER } from "./phone"
import { type Rig, rig } from "./rig"

const PICTURE = 0
const LOUDNESS = 1
/** How loud the visitor is, and how the doorbell writes that. */
const LOUD = 0.8
const LOUD_BYTE = 204
const DAY_S = 86_400

let device: Rig
let phone: Phone
/** How often camera and microphone were given power. */
let powerings: number
beforeEach(async () => {
    device = await rig("doorbell", "doorbell_c3")
    phone = new Phone(device)
    device.boot()
    phone.touch("release")
    expect(phone.give(STRANGER, "Owner", ANNA)).toBe("None")
    device.act("microphone", "set", LOUD)
    powerings = 0
    device.board.wiring.watch("capture", high => {
        if (high) powerings++
    })
})

/** Somebody rings and speaks, until everything is over. */
function visit(): void {
    device.press("button")
    device.run(11)
}

/** Lets time go by, half an hour at a leap: the runtime's clock has 32 bits of microseconds. */
function pass(seconds: number): void {
    for (let left = seconds; left > 0; left -= 1800) {
        device.board.jumpClock(Math.min(left, 1800) * 1e6)
        device.run(0.1)
    }
}

const frames = () => device.see("camera").frames
const kept = (by = ANNA) => phone.ask("privacy", "read_kept", { use: LOUDNESS, by })
const answers = () => [PICTURE, LOUDNESS].map(use => phone.ask("privacy", "describe", { use })?.answer)

function notice(use: number): string {
    let text = ""
    for (;;) {
        const piece = phone.ask("privacy", "read_notice", { use, offset: text.length })!
        text += Buffer.from(piece.text as Uint8Array).toString("ascii")
        if (text.length >= (piece.size as number)) return text
    }
}

describe("without consent", () => {
    test("a ring sounds the chime, and never gives camera or microphone power", () => {
        expect(answers()).toEqual(["None", "None"])
        visit()
        expect(device.see("chime")).toMatchObject({ count: 1 })
        expect(powerings).toBe(0)
        expect(frames()).toBe(0)
        expect(device.register("state")).toEqual({ state: "Normal", cause: "None" })
    })

    test("a refusal is the same", () => {
        for (const use of [PICTURE, LOUDNESS]) expect(phone.answer(ANNA, use, "No")).toBe(0)
        expect(answers()).toEqual(["No", "No"])
        visit()
        expect(powerings).toBe(0)
    })
})

describe("with consent", () => {
    test("for the picture, it is taken, and nothing is kept of the sound", () => {
        expect(phone.answer(ANNA, PICTURE, "Yes")).toBe(0)
        visit()
        expect(powerings).toBe(1)
        expect(frames()).toBe(1)
        expect(kept()?.data).toHaveLength(0)
    })

    test("for the sound, its level is kept, and no picture is taken", () => {
        expect(phone.answer(ANNA, LOUDNESS, "Yes")).toBe(0)
        visit()
        expect(powerings).toBe(1)
        expect(frames()).toBe(0)
        expect(kept()).toMatchObject({ refusal: 0, data: Uint8Array.of(LOUD_BYTE) })
    })

    test("and a burnt indicator, the power is cut within 300 ms, and nothing is taken or kept", () => {
        for (const use of [PICTURE, LOUDNESS]) phone.answer(ANNA, use, "Yes")
        device.act("recording", "burn")
        device.act("button", "press")
        expect(device.secondsUntil("camera", { present: true }, 1)).toBeDefined()
        expect(device.secondsUntil("camera", { present: false }, 1)).toBeLessThan(0.3)
        device.run(11)
        expect(frames()).toBe(0)
        expect(kept()?.data).toHaveLength(0)
    })

    test("that is withdrawn in the middle of a recording, the power goes within 200 ms", () => {
        for (const use of [PICTURE, LOUDNESS]) phone.answer(ANNA, use, "Yes")
        device.act("button", "press")
        expect(device.secondsUntil("microphone", { present: true }, 1)).toBeDefined()
        device.run(1)
        phone.answer(ANNA, PICTURE, "No")
        expect(device.see("recording")).toMatchObject({ lit: true })
        expect(phone.answer(ANNA, LOUDNESS, "No")).toBe(0)
        expect(device.secondsUntil("microphone", { present: false }, 1)).toBeLessThan(0.2)
        device.run(11)
        expect(kept()?.data).toHaveLength(0)
    })

    test("it stands after a power cut, and what was kept does not: nobody knows how old it is", () => {
        for (const use of [PICTURE, LOUDNESS]) phone.answer(ANNA, use, "Yes")
        visit()
        expect(kept()?.data).toHaveLength(1)
        device.board.powerOff()
        device.run(1)
        device.boot()
        expect(answers()).toEqual(["Yes", "Yes"])
        expect(kept()?.data).toHaveLength(0)
        visit()
        expect(frames()).toBe(2)
    })
})

test("a consent can be looked at and withdrawn of a device that is disabled, and was when it was switched on", () => {
    for (const use of [PICTURE, LOUDNESS]) phone.answer(ANNA, use, "Yes")
    expect(phone.disable(ANNA, true)).toBe("None")
    device.board.powerOff()
    device.run(1)
    device.boot()
    expect(answers()).toEqual(["Yes", "Yes"])
    expect(phone.answer(ANNA, PICTURE, "No")).toBe(0)
    device.board.powerOff()
    device.run(1)
    device.boot()
    expect(device.register("state")).toEqual({ state: "Lockdown", cause: "Owner" })
    expect(answers()).toEqual(["No", "Yes"])
})

describe("what is kept", () => {
    beforeEach(() => {
        phone.answer(ANNA, LOUDNESS, "Yes")
        visit()
    })

    test("goes when its time is over, and not before", () => {
        pass(DAY_S - 60)
        const before = kept()!
        expect(before.data).toHaveLength(1)
        expect(before.age).toBeGreaterThan(DAY_S - 60)
        pass(60)
        device.run(2)
        expect(kept()?.data).toHaveLength(0)
    })

    test("is counted from the first that was kept: a later visit does not prolong it", () => {
        pass(DAY_S - 60)
        visit()
        expect(kept()!.age).toBeGreaterThan(DAY_S - 60)
        pass(60)
        device.run(2)
        expect(kept()?.data).toHaveLength(0)
    })

    test("goes at once when the consent is withdrawn", () => {
        phone.answer(ANNA, LOUDNESS, "No")
        expect(kept()?.data).toHaveLength(0)
    })

    test("is for who may watch, and for nobody else", () => {
        expect(kept(STRANGER)).toMatchObject({ refusal: 5, data: new Uint8Array(0) })
        phone.give(ANNA, "Child", BEN)
        expect(kept(BEN)).toMatchObject({ refusal: 5 })
        phone.give(ANNA, "Family", BEN)
        expect(kept(BEN)).toMatchObject({ refusal: 0, data: Uint8Array.of(LOUD_BYTE) })
    })
})

describe("an answer", () => {
    test("is taken from the owner alone; the family may withdraw", () => {
        phone.give(ANNA, "Family", BEN)
        for (const by of [STRANGER, BEN, Buffer.alloc(8), Buffer.alloc(0), ANNA.subarray(0, 7)])
            expect(phone.answer(by, PICTURE, "Yes")).toBe(5)
        expect(answers()).toEqual(["None", "None"])
        phone.answer(ANNA, PICTURE, "Yes")
        expect(phone.answer(STRANGER, PICTURE, "No")).toBe(5)
        expect(answers()).toEqual(["Yes", "None"])
        expect(phone.answer(BEN, PICTURE, "No")).toBe(0)
        expect(answers()).toEqual(["No", "None"])
    })

    test("is for the use as it was described, and for no other", () => {
        expect(phone.answer(ANNA, PICTURE, "Yes", 2)).toBe(8)
        expect(phone.answer(ANNA, 2, "Yes")).toBe(8)
        expect(phone.answer(ANNA, 255, "Yes", 0)).toBe(8)
        expect(answers()).toEqual(["None", "None"])
    })
})

test("the notices come from the device: a short one that fits a packet, and the long one in pieces", () => {
    expect(phone.ask("privacy", "describe", { use: PICTURE })).toMatchObject({
        retention: 0,
        notice: expect.stringContaining("picture"),
    })
    expect(phone.ask("privacy", "describe", { use: LOUDNESS })).toMatchObject({
        retention: DAY_S,
        notice: expect.stringContaining("how loud"),
    })
    expect(notice(PICTURE)).toMatch(/^When the button .* withdraw this at any time\.$/)
    expect(notice(LOUDNESS)).toMatch(/^For up to 10 seconds .* withdraw this at any time\.$/)
    expect(phone.ask("privacy", "read_notice", { use: PICTURE, offset: 9999 })?.text).toHaveLength(0)
    expect(phone.ask("privacy", "describe", { use: 2 })).toMatchObject({ notice: "" })
})
