/** What a device makes of a record that was there and cannot be read any more: the safe value, and a way out. */
import { beforeEach, describe, expect, test } from "vitest"
import type { Fram } from "../../simulators/parts/fram"
import type { Json } from "../../simulators/trace"
import { sessionRecords } from "../../src/core/owner/owner-records"
import { listingAt, TAG_MASK, tagOf } from "../../src/core/store/head"
import { SLOT_BYTES } from "../../src/core/store/memory-layout"
import { recordsInFram } from "../campaigns/subjects"
import { labelOf, Phone } from "./phone"
import { type Rig, rig } from "./rig"
import { commandsOf, Stranger } from "./stranger"

interface Subject {
    name: string
    board: string
    /** The button at which a person stands. */
    touch: string
    /** What happens at the device that holds its output until somebody releases it, and how it shows. */
    latch(device: Rig): void
    latched: Json
    /** Counters on which nobody's safety depends. */
    counters: string[]
    secrets: string[]
}

const SUBJECTS: Subject[] = [
    {
        name: "gas-valve",
        board: "valve_pico",
        touch: "button",
        latch(device) {
            device.act("gas", "set", 20)
            device.run(1)
            device.act("gas", "set", 0)
            device.run(1)
        },
        latched: { state: "Safe", cause: "Hazard" },
        counters: ["boots", "openings", "log", "floor"],
        secrets: ["identity", "key"],
    },
    {
        name: "doorbell",
        board: "doorbell_c3",
        touch: "release",
        latch(device) {
            device.act("tamper", "open")
            device.run(1)
            device.act("tamper", "close")
            device.run(1)
        },
        latched: { state: "Lockdown", cause: "Tamper" },
        counters: ["boots", "rings"],
        secrets: ["identity"],
    },
]

const NORMAL = { state: "Normal", cause: "None" }
/** A factory reset takes a long press, a restart, and on the doorbell the erasure of Wi-Fi credentials. */
const RESET_S = 25

/** Where two bits are flipped: in the header of each copy, or in its value. */
const PLACES = { header: 12, value: 33 }

/** @throws Error if the head lists no record of that name */
function spoil(device: Rig, name: string, at: number): void {
    const { bytes } = device.board.parts.get("fram") as Fram
    const head = Buffer.from(bytes.subarray(0, SLOT_BYTES))
    for (let place = 1; place < 30; place++) {
        const listing = listingAt(head, place)
        if (listing === 0 || (listing & TAG_MASK) !== tagOf(name)) continue
        for (const copy of [0, 1])
            for (const byte of [at, at + 1]) bytes[(2 * place + copy) * SLOT_BYTES + byte] ^= 0x11
        return
    }
    throw new Error(`no record ${name}`)
}

describe.each(SUBJECTS)("$name", subject => {
    const { name, board, touch } = subject
    let device: Rig
    let phone: Phone
    beforeEach(async () => {
        device = await rig(name, board)
        phone = new Phone(device, "Anna")
        device.boot()
    })

    /** The device is switched off, the record is damaged, and the device is switched on again. */
    function damage(record: string, at: number): void {
        device.board.powerOff()
        spoil(device, record, at)
        device.boot()
        device.run(1)
    }

    const state = () => device.register("state") ?? device.register("state")

    describe.each(Object.entries(PLACES))("with a damaged %s of", (_, at) => {
        test("`disabled` stays disabled, until an owner enables it", async () => {
            await phone.claim(touch)
            expect(await phone.disable(true)).toBe("None")
            damage("disabled", at)
            expect(state()).toEqual({ state: "Lockdown", cause: "Owner" })
            phone.touch(touch)
            expect(await phone.disable(false)).toBe("None")
            device.run(2)
            expect(state()).toEqual(NORMAL)
        })

        test("`latches` holds its output, until a person on the spot releases it", () => {
            subject.latch(device)
            expect(state()).toEqual(subject.latched)
            damage("latches", at)
            expect(state()).toEqual(subject.latched)
            device.press(touch)
            device.run(1)
            expect(state()).toEqual(NORMAL)
            device.board.powerOff()
            device.boot()
            expect(state()).toEqual(NORMAL)
        })

        test("`household` lets nobody do anything, and nobody become the owner, until a factory reset on the spot", async () => {
            await phone.claim(touch)
            const invitation = await phone.invite("owner")
            const stranger = new Stranger(device)
            damage("household", at)
            expect(state()).toEqual(NORMAL)
            device.run(5)
            const refused = async () => {
                const told = commandsOf(name).map(([service, command, values]) =>
                    stranger.ask(service, command, values),
                )
                expect(told).toEqual(told.map(() => "not implemented"))
                expect(await phone.disable(true)).toBeUndefined()
                expect(await phone.people()).toBe("Unauthorized")
            }
            await refused()
            phone.touch(touch)
            await refused()
            const thief = new Phone(device, "thief")
            for (const way of [labelOf(device), invitation]) expect(await thief.pair(way, touch)).toBe("RecordsLost")
            expect(await thief.people()).toBe("KeysWanted")
            await refused()
            expect(state()).toEqual(NORMAL)
            device.act(touch, "press")
            device.run(11)
            device.act(touch, "release")
            device.run(RESET_S)
            expect(await thief.pair(invitation, touch)).toBe("UnknownCredential")
            device.run(10)
            const next = new Phone(device, "Carla")
            await next.claim(touch)
            expect(await next.people()).toEqual([{ place: 0, role: "owner", isMe: true }])
            expect(await phone.people()).toBe("Unauthorized")
        })

        test("`tries` has somebody wait for an hour who wants to be paired, and nobody who is known", async () => {
            await phone.claim(touch)
            const invitation = await phone.invite("guest")
            damage("tries", at)
            const guest = new Phone(device, "guest")
            expect(await guest.pair(invitation, touch)).toBe("TooSoon")
            expect(await phone.people()).toHaveLength(1)
            // A valve whose clock leaps takes its key for one that hangs, and starts anew; then the hour begins again.
            if (name === "gas-valve") return
            for (const minutes of [29, 29]) {
                device.board.jumpClock(minutes * 60e6)
                device.run(5)
            }
            expect(await guest.pair(invitation, touch)).toBe("TooSoon")
            let refusal = "TooSoon"
            for (let minutes = 58; minutes < 75 && refusal === "TooSoon"; minutes += 4) {
                device.board.jumpClock(4 * 60e6)
                device.run(5)
                refusal = await guest.pair(invitation, touch)
            }
            expect(refusal).toBe("None")
        })

        test("`session0a` and `session0b` let their person be known by no keys, and the others by theirs, until a factory reset", async () => {
            await phone.claim(touch)
            const ben = await phone.bring("Ben", "family", touch)
            device.board.powerOff()
            device.boot()
            expect(await phone.people()).toHaveLength(2)
            expect(await ben.people()).toBe("Forbidden")
            const records = await recordsInFram(device.board)
            const kept = sessionRecords(0).filter(half => half in records)
            expect(kept.length).toBeGreaterThan(0)
            device.board.powerOff()
            for (const half of kept) spoil(device, half, at)
            device.boot()
            device.run(1)
            expect(await phone.people()).not.toBeInstanceOf(Array)
            expect(await phone.disable(true)).toBeUndefined()
            expect(await ben.people()).toBe("Forbidden")
            expect(await new Phone(device, "thief").pair(labelOf(device), touch)).toBe("UnknownCredential")
            expect(state()).toEqual(NORMAL)
            expect(await ben.people()).toBe("Forbidden")
        })

        test.each(subject.counters)("%s begins anew, and stops nothing", record => {
            if (record === "openings") device.press(touch)
            if (record === "rings") device.press("button")
            device.run(2)
            damage(record, at)
            expect(state()).toEqual(NORMAL)
            device.board.powerOff()
            device.boot()
            expect(state()).toEqual(NORMAL)
        })

        test.each(subject.secrets)("%s cannot prove who it is, and is safe", record => {
            damage(record, at)
            expect(state()).toEqual({ state: "Safe", cause: "Identity" })
            expect(device.register("identity") ?? device.register("identity")).toBe("Damaged")
        })

        test("`root` cannot read its records, and is safe", () => {
            damage("root", at)
            expect(state()).toEqual({ state: "Safe", cause: "Storage" })
        })

        test("`program` is safe until an update or the last good program", () => {
            damage("program", at)
            expect(state()).toEqual({ state: "Safe", cause: "Update" })
        })
    })
})

test.each(Object.entries(PLACES))("the doorbell with a damaged %s of `consents` takes no picture", async (_, at) => {
    const device = await rig("doorbell", "doorbell_c3")
    const phone = new Phone(device, "Anna")
    device.boot()
    await phone.claim("release")
    for (const use of [0, 1]) expect(await phone.answer(use, "Yes")).toBe(0)
    device.board.powerOff()
    spoil(device, "consents", at)
    device.boot()
    device.press("button")
    device.run(3)
    expect(device.see("chime")).toMatchObject({ count: 1 })
    expect(device.see("camera")).toMatchObject({ frames: 0 })
    expect(device.register("state")).toEqual(NORMAL)
    expect(await phone.answer(0, "Yes")).toBe(0)
    device.press("button")
    device.run(3)
    expect(device.see("camera")).toMatchObject({ frames: 1 })
})
