import { beforeEach, describe, expect, test } from "vitest"
import { Phone } from "./phone"
import { type Rig, rig } from "./rig"
import { Stranger } from "./stranger"

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
    phone = new Phone(device, "Anna")
    device.boot()
    await phone.claim("release")
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
const kept = async (by = phone) => await by.readKept(LOUDNESS)
const answers = async () => [await answerTo(PICTURE), await answerTo(LOUDNESS)]

async function answerTo(use: number) {
    return (await phone.ask("privacy", "describe", { use }))?.answer
}

/** The notice itself is the same on every unit, and for anybody. */
function notice(use: number): string {
    let text = ""
    for (;;) {
        const piece = phone.way.ask("privacy", "read_notice", { use, offset: text.length })!
        text += Buffer.from(piece.text as Uint8Array).toString("ascii")
        if (text.length >= (piece.size as number)) return text
    }
}

describe("without consent", () => {
    test("a ring sounds the chime, and never gives camera or microphone power", async () => {
        expect(await answers()).toEqual(["None", "None"])
        visit()
        expect(device.see("chime")).toMatchObject({ count: 1 })
        expect(powerings).toBe(0)
        expect(frames()).toBe(0)
        expect(device.register("state")).toEqual({ state: "Normal", cause: "None" })
    })

    test("a refusal is the same", async () => {
        for (const use of [PICTURE, LOUDNESS]) expect(await phone.answer(use, "No")).toBe(0)
        expect(await answers()).toEqual(["No", "No"])
        visit()
        expect(powerings).toBe(0)
    })
})

describe("with consent", () => {
    test("for the picture, it is taken, and nothing is kept of the sound", async () => {
        expect(await phone.answer(PICTURE, "Yes")).toBe(0)
        visit()
        expect(powerings).toBe(1)
        expect(frames()).toBe(1)
        expect((await kept())?.data).toHaveLength(0)
    })

    test("for the sound, its level is kept, and no picture is taken", async () => {
        expect(await phone.answer(LOUDNESS, "Yes")).toBe(0)
        visit()
        expect(powerings).toBe(1)
        expect(frames()).toBe(0)
        expect(await kept()).toMatchObject({ refusal: 0, data: Buffer.of(LOUD_BYTE) })
    })

    test("and a burnt indicator, the power is cut within 300 ms, and nothing is taken or kept", async () => {
        for (const use of [PICTURE, LOUDNESS]) await phone.answer(use, "Yes")
        device.act("recording", "burn")
        device.act("button", "press")
        expect(device.secondsUntil("camera", { present: true }, 1)).toBeDefined()
        expect(device.secondsUntil("camera", { present: false }, 1)).toBeLessThan(0.3)
        device.run(11)
        expect(frames()).toBe(0)
        expect((await kept())?.data).toHaveLength(0)
    })

    test("that is withdrawn in the middle of a recording, the power goes within 200 ms", async () => {
        for (const use of [PICTURE, LOUDNESS]) await phone.answer(use, "Yes")
        device.act("button", "press")
        expect(device.secondsUntil("microphone", { present: true }, 1)).toBeDefined()
        device.run(1)
        await phone.answer(PICTURE, "No")
        expect(device.see("recording")).toMatchObject({ lit: true })
        expect(await phone.answer(LOUDNESS, "No")).toBe(0)
        expect(device.secondsUntil("microphone", { present: false }, 1)).toBeLessThan(0.2)
        device.run(11)
        expect((await kept())?.data).toHaveLength(0)
    })

    test("it stands after a power cut, and what was kept does not: nobody knows how old it is", async () => {
        for (const use of [PICTURE, LOUDNESS]) await phone.answer(use, "Yes")
        visit()
        expect((await kept())?.data).toHaveLength(1)
        device.board.powerOff()
        device.run(1)
        device.boot()
        expect(await answers()).toEqual(["Yes", "Yes"])
        expect((await kept())?.data).toHaveLength(0)
        visit()
        expect(frames()).toBe(2)
    })
})

test("a consent can be looked at and withdrawn of a device that is disabled, and was when it was switched on", async () => {
    for (const use of [PICTURE, LOUDNESS]) await phone.answer(use, "Yes")
    expect(await phone.disable(true)).toBe("None")
    device.board.powerOff()
    device.run(1)
    device.boot()
    expect(await answers()).toEqual(["Yes", "Yes"])
    expect(await phone.answer(PICTURE, "No")).toBe(0)
    device.board.powerOff()
    device.run(1)
    device.boot()
    expect(device.register("state")).toEqual({ state: "Lockdown", cause: "Owner" })
    expect(await answers()).toEqual(["No", "Yes"])
})

describe("what is kept", () => {
    beforeEach(async () => {
        await phone.answer(LOUDNESS, "Yes")
        visit()
    })

    test("goes when its time is over, and not before", async () => {
        pass(DAY_S - 60)
        const before = (await kept())!
        expect(before.data).toHaveLength(1)
        expect(before.age).toBeGreaterThan(DAY_S - 60)
        pass(60)
        device.run(2)
        expect((await kept())?.data).toHaveLength(0)
    })

    test("is counted from the first that was kept: a later visit does not prolong it", async () => {
        pass(DAY_S - 60)
        visit()
        expect((await kept())!.age).toBeGreaterThan(DAY_S - 60)
        pass(60)
        device.run(2)
        expect((await kept())?.data).toHaveLength(0)
    })

    test("goes at once when the consent is withdrawn", async () => {
        await phone.answer(LOUDNESS, "No")
        expect((await kept())?.data).toHaveLength(0)
    })

    test("is for who may watch, and for nobody else", async () => {
        const stranger = new Stranger(device)
        device.run(1)
        expect(stranger.ask("privacy", "read_kept", { use: LOUDNESS })).toBe("not implemented")
        const child = await phone.bring("Chris", "child", "release")
        expect(await kept(child)).toMatchObject({ refusal: 5, data: Buffer.alloc(0) })
        child.touch("release")
        expect(await kept(child)).toMatchObject({ refusal: 5, data: Buffer.alloc(0) })
        const ben = await phone.bring("Ben", "family", "release")
        expect(await kept(ben)).toMatchObject({ refusal: 0, data: Buffer.of(LOUD_BYTE) })
        expect(await phone.remove(2)).toBe("None")
        expect(await kept(ben)).toBeUndefined()
    })
})

describe("an answer", () => {
    test("is taken from the owner alone; the family may withdraw", async () => {
        const stranger = new Stranger(device)
        const ben = await phone.bring("Ben", "family", "release")
        const others = [ben]
        for (const role of ["guest", "child", "service"] as const) others.push(await phone.bring(role, role, "release"))
        const tell = (answer: string) => stranger.ask("privacy", "answer", { use: PICTURE, version: 1, answer })
        for (const other of others) {
            other.touch("release")
            expect([5, "NotAllowed"]).toContain(await other.answer(PICTURE, "Yes"))
        }
        expect(tell("Yes")).toBe("not implemented")
        expect(await answers()).toEqual(["None", "None"])
        expect(await phone.answer(PICTURE, "Yes")).toBe(0)
        for (const other of others.slice(1)) {
            other.touch("release")
            expect([5, "NotAllowed"]).toContain(await other.answer(PICTURE, "No"))
        }
        expect(tell("No")).toBe("not implemented")
        expect(await answers()).toEqual(["Yes", "None"])
        expect(await ben.answer(PICTURE, "No")).toBe(0)
        expect(await answers()).toEqual(["No", "None"])
    })

    test("is for the use as it was described, and for no other", async () => {
        expect(await phone.answer(PICTURE, "Yes", 2)).toBe(8)
        expect(await phone.answer(2, "Yes")).toBe(8)
        expect(await phone.answer(255, "Yes", 0)).toBe(8)
        expect(await answers()).toEqual(["None", "None"])
    })
})

test("the notices come from the device: a short one that fits a packet, and the long one in pieces", async () => {
    expect(await phone.ask("privacy", "describe", { use: PICTURE })).toMatchObject({
        retention: 0,
        notice: expect.stringContaining("picture"),
    })
    expect(await phone.ask("privacy", "describe", { use: LOUDNESS })).toMatchObject({
        retention: DAY_S,
        notice: expect.stringContaining("how loud"),
    })
    expect(notice(PICTURE)).toMatch(/^When the button .* withdraw this at any time\.$/)
    expect(notice(LOUDNESS)).toMatch(/^For up to 10 seconds .* withdraw this at any time\.$/)
    expect(phone.way.ask("privacy", "read_notice", { use: PICTURE, offset: 9999 })?.text).toHaveLength(0)
    expect(await phone.ask("privacy", "describe", { use: 2 })).toMatchObject({ notice: "" })
})
