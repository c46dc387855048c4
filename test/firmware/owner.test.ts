import { describe, expect, test } from "vitest"
import type { Fram } from "../../simulators/parts/fram"
import { CELL_BYTES, Field, readEntry } from "../../src/core/eventlog/entry"
import { Event, Let } from "../../src/core/eventlog/event"
import { MOST_PEOPLE } from "../../src/core/owner/owner-records"
import { Role } from "../../src/core/owner/rights"
import { Standing } from "../../src/core/session/device/household"
import { SessionRefusal } from "../../src/core/session/refusal"
import { listingAt, TAG_MASK, tagOf } from "../../src/core/store/head"
import { LOG_AT, LOG_BYTES, SLOT_BYTES } from "../../src/core/store/memory-layout"
import { UpdateRefusal } from "../../src/core/update/update-refusal"
import { recordsInFram } from "../campaigns/subjects"
import { labelOf, Phone } from "./phone"
import { type Rig, rig } from "./rig"
import { Stranger } from "./stranger"

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
        const phone = new Phone(device, "Anna")
        device.boot()
        return { device, phone }
    }

    async function owned() {
        const { device, phone } = await started()
        await phone.claim(touch)
        return { device, phone }
    }

    /** Somebody holds the button for so long, in seconds. */
    function hold(device: Rig, seconds: number): void {
        device.act(touch, "press")
        device.run(seconds)
        device.act(touch, "release")
    }

    test("gets its first owner from somebody who is at the device and has its label, and from nobody else", async () => {
        const { device, phone } = await started()
        const label = labelOf(device)
        const thief = new Phone(device, "thief")
        expect(await phone.pair(label)).toBe("NobodyThere")
        device.press(touch)
        device.run(121)
        expect(await phone.pair(label)).toBe("NobodyThere")
        for (const wrong of [Buffer.alloc(16, 7), Buffer.from(label.secret).reverse()]) {
            expect(await thief.pair({ ...label, secret: wrong }, touch)).toBe("NotAuthentic")
            expect(await thief.people()).toBe("KeysWanted")
            // Whoever has failed waits.
            device.run(5)
        }
        for (const invitation of [0, 1]) {
            expect(
                await thief.pair({ standing: Standing.ByInvitation + invitation, secret: label.secret }, touch),
            ).toBe("UnknownCredential")
            device.run(20)
        }
        await phone.claim(touch)
        expect(await phone.people()).toEqual([{ place: 0, role: "owner", isMe: true }])
        expect(await thief.pair(label, touch)).toBe("UnknownCredential")
        expect(await phone.people()).toEqual([{ place: 0, role: "owner", isMe: true }])
    })

    test("takes no answer about an update from anybody but an owner, once it has one", async () => {
        const { device, phone } = await started()
        const stranger = new Stranger(device)
        const yes = { answer: "Yes", digest: Buffer.alloc(32) }
        device.run(1)
        expect(stranger.ask("domovoi", "answer_update", yes)).toEqual({ refusal: UpdateRefusal.Unexpected })
        await phone.claim(touch)
        const ben = await phone.bring("Ben", "family", touch)
        expect(stranger.ask("domovoi", "answer_update", yes)).toBe("not implemented")
        expect(await ben.answerUpdate()).toBe(UpdateRefusal.NotAllowed)
        // There is no update, but she would be listened to.
        expect(await phone.answerUpdate()).toBe(UpdateRefusal.Unexpected)
    })

    test("believes for 30 s after a press that somebody is there, and for one command", async () => {
        const { device, phone } = await owned()
        device.run(31)
        expect(await phone.disable(true)).toBe("None")
        phone.touch(touch)
        device.run(31)
        expect(await phone.disable(false)).toBe("NotAllowed")
        phone.touch(touch)
        device.run(28)
        expect(await phone.disable(false)).toBe("None")
        expect(await phone.disable(true)).toBe("None")
        expect(await phone.disable(false)).toBe("NotAllowed")
    })

    test("lets the owner alone invite and remove people, of whom it knows eight at most", async () => {
        const { device, phone } = await owned()
        const ben = await phone.bring("Ben", "family", touch)
        await expect(ben.invite("owner")).rejects.toThrow("refused: Forbidden")
        expect(await ben.remove(0)).toBe("Forbidden")
        expect(await ben.people()).toBe("Forbidden")
        for (let n = 2; n < MOST_PEOPLE; n++) await phone.bring(`guest ${n}`, "guest", touch)
        expect(await phone.people()).toHaveLength(MOST_PEOPLE)
        const late = new Phone(device, "late")
        const invitation = await phone.invite("guest")
        expect(await late.pair(invitation, touch)).toBe("Full")
        expect(await phone.remove(1)).toBe("None")
        expect(await phone.remove(1)).toBe("NotFound")
        expect(await ben.people()).toBe("Unauthorized")
        expect(await late.pair(invitation, touch)).toBe("None")
        expect(await phone.remove(0)).toBe("Forbidden")
        expect(await phone.people()).toContainEqual({ place: 0, role: "owner", isMe: true })
    })

    test("is disabled from anywhere, by the owner; stays so over a power cut; and is enabled at the device", async () => {
        const { device, phone } = await owned()
        const ben = await phone.bring("Ben", "family", touch)
        const stranger = new Stranger(device)
        device.run(31)
        expect(await ben.disable(true)).toBe("NotAllowed")
        expect(stranger.ask("owner", "disable", { disabled: true })).toBe("not implemented")
        expect(await phone.disable(true)).toBe("None")
        device.run(0.7)
        expect(device.register("state")).toEqual(LOCKDOWN)
        expect(device.see("deadman")).toMatchObject({ alive: false })
        device.board.powerOff()
        device.run(1)
        device.boot()
        expect(device.register("state")).toEqual(LOCKDOWN)
        expect(await phone.disable(false)).toBe("NotAllowed")
        phone.touch(touch)
        expect(await ben.disable(false)).toBe("NotAllowed")
        phone.touch(touch)
        expect(await phone.disable(false)).toBe("None")
        device.run(1)
        expect(device.register("state")).toEqual(NORMAL)
        expect(device.see("deadman")).toMatchObject({ alive: true })
    })

    test("forgets its owner when the button is held for 10 s by somebody who has no keys, and nothing else", async () => {
        const { device, phone } = await owned()
        /** What lay in the memory of its people, by record and how much there was before. */
        const left = new Map<string, string>()
        const note = async () => {
            for (const [record, value] of Object.entries(await recordsInFram(device.board)))
                if (OF_PEOPLE.test(record)) left.set(`${record} ${value}`, value)
        }
        await note()
        const ben = await phone.bring("Ben", "family", touch)
        await note()
        const invitation = await phone.invite("guest")
        expect(await new Phone(device, "thief").pair({ ...invitation, secret: Buffer.alloc(16) }, touch)).toBe(
            "NotAuthentic",
        )
        expect(await phone.disable(true)).toBe("None")
        await note()
        device.run(1)
        const before = await recordsInFram(device.board)
        const names = [...left.keys()].map(key => key.split(" ")[0])
        const expected = ["household", "tries", "disabled", "session0a", "session0b", "session1a"]
        expect(names).toEqual(expect.arrayContaining(expected))
        hold(device, 9.5)
        device.run(5)
        expect((await recordsInFram(device.board)).household).toBe(before.household)
        device.run(1)
        hold(device, 10.5)
        device.run(RESET_S)
        const after = await recordsInFram(device.board)
        for (const record of Object.keys(after)) expect(record).not.toMatch(/^resetting|^forgetting/)
        // A new device has counted no tries and knows nobody, and nor does this one.
        expect(Object.keys(after).filter(record => OF_PEOPLE.test(record))).toEqual([])
        for (const record of ["root", "identity", "pairing"]) expect(after[record]).toBe(before[record])
        const fram = Buffer.from((device.board.parts.get("fram") as Fram).bytes)
        expect([...left].filter(([, value]) => fram.includes(Buffer.from(value, "hex")))).toEqual([])
        expect(fram.includes(invitation.secret)).toBe(false)
        expect(device.register("state")).toEqual(NORMAL)
        for (const former of [phone, ben]) {
            expect(await former.people()).toBe("Unauthorized")
            expect(await former.disable(true)).toBeUndefined()
        }
        expect(device.register("state")).toEqual(NORMAL)
        expect(await new Phone(device, "late").pair(invitation, touch)).toBe("UnknownCredential")
        device.run(10)
        const next = new Phone(device, "Carla")
        await next.claim(touch)
        expect(await next.people()).toEqual([{ place: 0, role: "owner", isMe: true }])
        expect(await phone.people()).toBe("Unauthorized")
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
        await phone.claim(touch)
        device.run(3)
        const pairing = { event: Event.Pairing, cause: Let.Known, detail: Role.Owner }
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
        expect(await recordsInFram(device.board)).not.toHaveProperty("household")
    })
})

test("people who come, go and fail, consents, disabling, refusals and a reset are in the log until it is done, by roles alone", async () => {
    const device = await rig("doorbell", "doorbell_c3")
    const phone = new Phone(device, "Anna")
    device.boot()
    expect(await phone.pair(labelOf(device))).toBe("NobodyThere")
    await phone.claim("release")
    const ben = await phone.bring("Ben", "family", "release")
    expect(await phone.answer(1, "Yes")).toBe(0)
    expect(await ben.answer(1, "No")).toBe(0)
    // Eight kinds of events at a time have entries of their own, for ten minutes each: as many come of two people who move in.
    device.board.jumpClock(600e6)
    device.run(2)
    expect(await ben.disable(true)).toBe("NotAllowed")
    expect(await phone.disable(true)).toBe("None")
    expect(await phone.remove(1)).toBe("None")
    device.run(1)
    device.act("release", "press")
    device.run(10.4)
    const told = entriesIn(device)
    expect(told.find(({ event }) => event === Event.PairingFailed)).toMatchObject({
        detail: SessionRefusal.NobodyThere,
    })
    expect(told.filter(({ event }) => event === Event.Refusal)).toMatchObject([{ cause: 3, detail: 5 }])
    expect(told.filter(({ event }) => OWNERS_EVENTS.includes(event))).toMatchObject([
        { event: Event.Credential, cause: Let.In, detail: Role.Owner },
        { event: Event.Pairing, cause: Let.Known, detail: Role.Owner },
        { event: Event.Credential, cause: Let.Invited, detail: Role.Family },
        { event: Event.Credential, cause: Let.In, detail: Role.Family },
        { event: Event.Credential, cause: Let.Known, detail: Role.Family },
        { event: Event.Consent, cause: 1, detail: 1 },
        { event: Event.Consent, cause: 1, detail: 0 },
        { event: Event.Disable, detail: 1 },
        { event: Event.Credential, cause: Let.Out, detail: 0 },
        { event: Event.Reset, detail: 0 },
    ])
    device.act("release", "release")
    device.run(RESET_S)
    expect(entriesIn(device).filter(({ event }) => event !== Event.State)).toMatchObject([
        { event: Event.Log, cause: 0, detail: 1 },
        { event: Event.Reset, detail: 1 },
    ])
})

/** Records of people: who is known or invited, keys, tries, and what an owner wants. */
const OF_PEOPLE = /^(household|tries|consents|disabled|session\d[ab])$/
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
    const phone = new Phone(device, "Anna")
    device.boot()
    await phone.claim("button")
    if (device.see("valve").state !== "open") device.press("button")
    expect(device.see("valve")).toMatchObject({ state: "open" })
    expect(await phone.disable(true)).toBe("None")
    expect(device.secondsUntil("valve", { state: "shut" }, 1)).toBeLessThan(0.5)
    device.press("button")
    expect(device.see("valve")).toMatchObject({ state: "shut" })
})

test("a doorbell that is disabled does not ring, does not look, and does not let anybody in", async () => {
    const device = await rig("doorbell", "doorbell_c3")
    const phone = new Phone(device, "Anna")
    device.boot()
    await phone.claim("release")
    for (const use of [0, 1]) expect(await phone.answer(use, "Yes")).toBe(0)
    expect(await phone.disable(true)).toBe("None")
    device.press("button")
    device.press("release")
    device.run(5)
    expect(device.see("chime")).toMatchObject({ count: 0 })
    expect(device.see("recording")).toMatchObject({ flashes: 0 })
    expect(device.see("strike")).toMatchObject({ releases: 0 })
})

describe("at the doorbell, nobody is taken to be there", () => {
    async function found() {
        const device = await rig("doorbell", "doorbell_c3")
        const phone = new Phone(device, "Anna")
        device.boot()
        return { device, phone, label: labelOf(device) }
    }

    test("who presses the button in the street", async () => {
        const { device, phone, label } = await found()
        device.act("button", "press")
        device.run(15)
        expect(await phone.pair(label)).toBe("NobodyThere")
        expect(device.board.state).toBe("running")
        device.act("button", "release")
        await phone.claim("release")
    })

    test("who presses the button in the street while its owner asks for what takes a hand on it", async () => {
        const { device, phone } = await found()
        await phone.claim("release")
        device.run(31)
        expect(await phone.disable(true)).toBe("None")
        device.press("button")
        expect(await phone.disable(false)).toBe("NotAllowed")
        expect(device.register("state")).toEqual(LOCKDOWN)
    })

    test.each([0.2, 12])("who lifts the lockdown by a press of %s s", async seconds => {
        const { device, phone, label } = await found()
        device.act("tamper", "open")
        device.run(0.5)
        device.act("tamper", "close")
        device.run(0.5)
        device.act("release", "press")
        device.run(seconds)
        device.act("release", "release")
        device.run(0.5)
        expect(device.register("state")).toEqual(NORMAL)
        expect(await phone.pair(label)).toBe("NobodyThere")
        await phone.claim("release")
    })

    test("while the case is open, or was and nobody inside has lifted the lockdown", async () => {
        const { device, phone, label } = await found()
        device.act("tamper", "open")
        device.run(0.5)
        expect(await phone.pair(label, "release")).toBe("NobodyThere")
    })
})
