import { describe, expect, test } from "vitest"
import type { Fram } from "../../simulators/parts/fram"
import { CELL_BYTES, Field, readEntry } from "../../src/core/eventlog/entry"
import { Event } from "../../src/core/eventlog/event"
import { listingAt, TAG_MASK, tagOf } from "../../src/core/store/head"
import { LOG_AT, LOG_BYTES, SLOT_BYTES } from "../../src/core/store/memory-layout"
import { UpdateRefusal } from "../../src/core/update/update-refusal"
import { recordsInFram } from "../campaigns/subjects"
import { ANNA, BEN, Phone, STRANGER } from "./phone"
import { type Rig, rig } from "./rig"

/** The button at which a person stands, and what shows that the device works. */
const DEVICES = [
    { name: "gas-valve", board: "valve_pico", touch: "button" },
    { name: "doorbell", board: "doorbell_c3", touch: "release" },
]

/** Longest that a reset takes after the press, in seconds, with room: the doorbell erases Wi-Fi credentials too. */
const RESET_S = 25

const LOCKDOWN = { state: "Lockdown", cause: "Owner" }
const NORMAL = { state: "Normal", cause: "None" }

describe.each(DEVICES)("$name", ({ name, board, touch }) => {
    async function started(): Promise<{ device: Rig; phone: Phone }> {
        const device = await rig(name, board)
        const phone = new Phone(device)
        device.boot()
        return { device, phone }
    }

    async function owned() {
        const { device, phone } = await started()
        phone.touch(touch)
        expect(phone.give(STRANGER, "Owner", ANNA)).toBe("None")
        return { device, phone }
    }

    /** Somebody holds the button for so long, in seconds. */
    function hold(device: Rig, seconds: number): void {
        device.act(touch, "press")
        device.run(seconds)
        device.act(touch, "release")
    }

    test("gets its first owner from somebody who is at the device, and from nobody else", async () => {
        const { phone } = await started()
        expect(phone.give(ANNA, "Owner", ANNA)).toBe("NotAllowed")
        phone.touch(touch)
        expect(phone.give(ANNA, "Family", ANNA)).toBe("NoOwner")
        phone.touch(touch)
        expect(phone.give(ANNA, "Owner", ANNA.subarray(0, 7))).toBe("Size")
        phone.touch(touch)
        expect(phone.give(STRANGER, "Owner", ANNA)).toBe("None")
        expect(phone.give(STRANGER, "Owner", STRANGER)).toBe("NotAllowed")
    })

    test("takes no answer about an update from anybody but an owner, once it has one", async () => {
        const { phone } = await started()
        expect(phone.answerUpdate(STRANGER)).toBe(UpdateRefusal.Unexpected)
        phone.touch(touch)
        expect(phone.give(STRANGER, "Owner", ANNA)).toBe("None")
        expect(phone.give(ANNA, "Family", BEN)).toBe("None")
        for (const credential of [STRANGER, BEN, Buffer.alloc(0)])
            expect(phone.answerUpdate(credential)).toBe(UpdateRefusal.NotAllowed)
        // There is no update, but she would be listened to.
        expect(phone.answerUpdate(ANNA)).toBe(UpdateRefusal.Unexpected)
    })

    test("believes for 30 s after a press that somebody is there", async () => {
        const { device, phone } = await started()
        phone.touch(touch)
        device.run(31)
        expect(phone.give(ANNA, "Owner", ANNA)).toBe("NotAllowed")
        phone.touch(touch)
        device.run(28)
        expect(phone.give(ANNA, "Owner", ANNA)).toBe("None")
    })

    test("lets the owner alone give and take credentials, eight at most", async () => {
        const { phone } = await owned()
        expect(phone.give(ANNA, "Family", BEN)).toBe("None")
        expect(phone.give(BEN, "Owner", BEN)).toBe("NotAllowed")
        for (let n = 0; n < 6; n++) expect(phone.give(ANNA, "Guest", Buffer.alloc(8, n))).toBe("None")
        expect(phone.give(ANNA, "Guest", STRANGER)).toBe("Full")
        expect(phone.give(ANNA, "Nobody", BEN)).toBe("None")
        expect(phone.give(ANNA, "Nobody", BEN)).toBe("Unknown")
        expect(phone.give(ANNA, "Nobody", ANNA)).toBe("NoOwner")
    })

    test("is disabled from anywhere, by the owner; stays so over a power cut; and is enabled at the device", async () => {
        const { device, phone } = await owned()
        device.run(31)
        for (const by of [STRANGER, Buffer.alloc(0)]) expect(phone.disable(by, true)).toBe("NotAllowed")
        expect(phone.disable(ANNA, true)).toBe("None")
        device.run(0.7)
        expect(device.register("state")).toEqual(LOCKDOWN)
        expect(device.see("deadman")).toMatchObject({ alive: false })
        device.board.powerOff()
        device.run(1)
        device.boot()
        expect(device.register("state")).toEqual(LOCKDOWN)
        expect(phone.disable(ANNA, false)).toBe("NotAllowed")
        phone.touch(touch)
        expect(phone.disable(STRANGER, false)).toBe("NotAllowed")
        phone.touch(touch)
        expect(phone.disable(ANNA, false)).toBe("None")
        device.run(1)
        expect(device.register("state")).toEqual(NORMAL)
        expect(device.see("deadman")).toMatchObject({ alive: true })
    })

    test("forgets its owner when the button is held for 10 s, and nothing else", async () => {
        const { device, phone } = await owned()
        phone.disable(ANNA, true)
        const before = await recordsInFram(device.board)
        hold(device, 9.5)
        device.run(5)
        expect((await recordsInFram(device.board)).people).toBe(before.people)
        device.run(1)
        hold(device, 10.5)
        device.run(RESET_S)
        const after = await recordsInFram(device.board)
        for (const record of ["people", "disabled", "resetting", "forgetting"]) expect(after).not.toHaveProperty(record)
        for (const record of ["root", "identity", "pairing"]) expect(after[record]).toBe(before[record])
        expect(device.register("state")).toEqual(NORMAL)
        expect(phone.disable(ANNA, true)).toBe("NotAllowed")
    })

    test("has its log forget an owner once, if the memory fails for a moment too: what it tells of the next one stays", async () => {
        const { device, phone } = await owned()
        const fram = device.board.parts.get("fram") as Fram
        const transfer = fram.transfer.bind(fram)
        let failed = 0
        fram.transfer = (write, readLength) => {
            if (failed > 0 || !takesOffTheList(fram, write, "forgetting")) return transfer(write, readLength)
            failed++
            return undefined
        }
        hold(device, 10.5)
        device.run(RESET_S)
        expect(failed).toBe(1)
        phone.claim(touch)
        device.run(3)
        const pairing = { event: Event.Pairing, cause: 0, detail: 0 }
        expect(entriesIn(device)).toContainEqual(pairing)
        device.board.powerOff()
        device.boot()
        device.run(5)
        expect(entriesIn(device)).toContainEqual(pairing)
        expect(await recordsInFram(device.board)).not.toHaveProperty("forgetting")
    })

    test("is reset without a valid identity, too", async () => {
        const { device } = await owned()
        const fram = device.board.parts.get("fram") as Fram
        // The first byte of the device's own certificate.
        device.board.powerOff()
        fram.bytes[8192] ^= 0xff
        device.boot()
        device.run(1)
        expect(device.register("state")).toMatchObject({ cause: "Identity" })
        hold(device, 10.5)
        device.run(RESET_S)
        expect(await recordsInFram(device.board)).not.toHaveProperty("people")
    })
})

test("pairing, credentials, consents, disabling, refusals and a reset are in the log until it is done, and nobody's credential", async () => {
    const device = await rig("doorbell", "doorbell_c3")
    const phone = new Phone(device)
    device.boot()
    phone.give(STRANGER, "Owner", ANNA)
    phone.touch("release")
    phone.give(STRANGER, "Owner", ANNA)
    phone.give(ANNA, "Family", BEN)
    phone.answer(ANNA, 1, "Yes")
    phone.answer(BEN, 1, "No")
    phone.disable(ANNA, true)
    device.run(1)
    device.act("release", "press")
    device.run(10.4)
    const told = entriesIn(device)
    expect(told.filter(({ event }) => event === Event.Refusal)).toMatchObject([{ cause: 3, detail: 5 }])
    expect(told.filter(({ event }) => OWNERS_EVENTS.includes(event))).toMatchObject([
        { event: Event.Pairing, detail: 0 },
        { event: Event.Credential, detail: 1 },
        { event: Event.Consent, cause: 1, detail: 1 },
        { event: Event.Consent, cause: 1, detail: 0 },
        { event: Event.Disable, detail: 1 },
        { event: Event.Reset, detail: 0 },
    ])
    device.act("release", "release")
    device.run(RESET_S)
    expect(entriesIn(device).filter(({ event }) => event !== Event.State)).toMatchObject([
        { event: Event.Log, cause: 0, detail: 1 },
        { event: Event.Reset, detail: 1 },
    ])
})

const OWNERS_EVENTS = [Event.Reset, Event.Pairing, Event.Credential, Event.Consent, Event.Disable]

/** Whether what is written to the memory, a piece of the head, has that not list a record any more which is listed there. */
function takesOffTheList({ bytes }: Fram, write: Uint8Array, name: string): boolean {
    const lists = (head: Buffer) =>
        Array.from({ length: 29 }, (_, i) => listingAt(head, i + 1) & TAG_MASK).includes(tagOf(name))
    const at = (write[0] << 8) | write[1]
    if (write.length <= 2 || at >= SLOT_BYTES) return false
    const before = Buffer.from(bytes.subarray(0, SLOT_BYTES))
    const after = Buffer.from(before)
    after.set(write.subarray(2), at)
    return lists(before) && !lists(after)
}

/** The entries of the log as they lie in the memory, by their numbers. */
function entriesIn(device: Rig) {
    const { bytes } = device.board.parts.get("fram") as Fram
    const entries: number[][] = []
    for (let at = LOG_AT; at + CELL_BYTES <= LOG_AT + LOG_BYTES; at += CELL_BYTES) {
        const entry = readEntry(Buffer.from(bytes.subarray(at, at + CELL_BYTES)))
        if (entry) entries.push(entry.fields)
    }
    return entries
        .sort((a, b) => a[Field.Sequence] - b[Field.Sequence])
        .map(fields => ({ event: fields[Field.Event], cause: fields[Field.Cause], detail: fields[Field.Detail] }))
}

test("a gas valve that is disabled shuts, and a press does not open it", async () => {
    const device = await rig("gas-valve", "valve_pico")
    const phone = new Phone(device)
    device.boot()
    device.press("button")
    phone.touch("button")
    phone.give(ANNA, "Owner", ANNA)
    device.press("button")
    expect(device.see("valve")).toMatchObject({ state: "open" })
    phone.disable(ANNA, true)
    expect(device.secondsUntil("valve", { state: "shut" }, 1)).toBeLessThan(0.5)
    device.press("button")
    expect(device.see("valve")).toMatchObject({ state: "shut" })
})

test("a doorbell that is disabled does not ring, does not look, and does not let anybody in", async () => {
    const device = await rig("doorbell", "doorbell_c3")
    const phone = new Phone(device)
    device.boot()
    phone.touch("release")
    phone.give(ANNA, "Owner", ANNA)
    for (const use of [0, 1]) phone.answer(ANNA, use, "Yes")
    phone.disable(ANNA, true)
    device.press("button")
    device.press("release")
    device.run(5)
    expect(device.see("chime")).toMatchObject({ count: 0 })
    expect(device.see("recording")).toMatchObject({ flashes: 0 })
    expect(device.see("strike")).toMatchObject({ releases: 0 })
})

describe("at the doorbell, nobody is taken to be there", () => {
    test("who presses the button in the street", async () => {
        const device = await rig("doorbell", "doorbell_c3")
        const phone = new Phone(device)
        device.boot()
        device.act("button", "press")
        device.run(15)
        expect(phone.give(STRANGER, "Owner", STRANGER)).toBe("NotAllowed")
        expect(device.board.state).toBe("running")
    })

    test.each([0.2, 12])("who lifts the lockdown by a press of %s s", async seconds => {
        const device = await rig("doorbell", "doorbell_c3")
        const phone = new Phone(device)
        device.boot()
        device.act("tamper", "open")
        device.run(0.5)
        device.act("tamper", "close")
        device.run(0.5)
        phone.prepare()
        device.act("release", "press")
        device.run(seconds)
        device.act("release", "release")
        device.run(0.5)
        expect(device.register("state")).toEqual(NORMAL)
        expect(phone.give(STRANGER, "Owner", STRANGER)).toBe("NotAllowed")
        phone.touch("release")
        expect(phone.give(ANNA, "Owner", ANNA)).toBe("None")
    })

    test("while the case is open, or was and nobody inside has lifted the lockdown", async () => {
        const device = await rig("doorbell", "doorbell_c3")
        const phone = new Phone(device)
        device.boot()
        device.act("tamper", "open")
        device.run(0.5)
        phone.touch("release")
        expect(phone.give(STRANGER, "Owner", STRANGER)).toBe("NotAllowed")
    })
})
