/** What somebody has recorded on the bus and says again later, byte for byte: none of it is done again. */
import { describe, expect, test } from "vitest"
import type { Bus, BusNode } from "../../simulators/bus/bus"
import { jacdac } from "../../simulators/bus/jacdac"
import { US_PER_MS } from "../../simulators/clock"
import type { Fram } from "../../simulators/parts/fram"
import { CELL_BYTES, Field, readEntry } from "../../src/core/eventlog/entry"
import { Event } from "../../src/core/eventlog/event"
import { LOG_AT, LOG_BYTES } from "../../src/core/store/memory-layout"
import { recordsInFram } from "../campaigns/subjects"
import { labelOf, Phone } from "./phone"
import { type Rig, rig } from "./rig"

const PROFILES = ["stock", "verified"] as const
const DEVICES = [
    { name: "gas-valve", board: "valve_pico", touch: "button" },
    { name: "doorbell", board: "doorbell_c3", touch: "release" },
]
const CASES = DEVICES.flatMap(device => PROFILES.map(profile => ({ ...device, profile })))

/** Longest that a reset takes after the press, with room. */
const RESET_S = 25
/** A press counts no longer than this. */
const LATER_S = 61
const LOUDNESS = 1

/** Somebody on the bus who records what others send to devices. */
class Tape implements BusNode {
    readonly name = "tape"
    readonly #bus: Bus
    readonly #rig: Rig
    #frames: Uint8Array[] | undefined

    constructor(rig: Rig) {
        this.#bus = rig.bus
        this.#rig = rig
        rig.bus.attach(this)
    }

    receive(frame: Uint8Array): void {
        const [packet] = jacdac.Packet.fromFrame(frame, 0)
        if (packet?.isCommand) this.#frames?.push(frame.slice())
    }

    /** @returns says again what was said meanwhile */
    async record(said: () => Promise<void>): Promise<() => void> {
        const frames: Uint8Array[] = []
        this.#frames = frames
        await said()
        this.#frames = undefined
        if (frames.length === 0) throw new Error("nothing was said")
        return () => {
            for (const frame of frames) {
                this.#bus.send(this, frame)
                this.#rig.run(1.5)
            }
        }
    }
}

/** What of the owner's is on record; not how often somebody has failed, and not keys, which follow each other. */
async function owners(device: Rig) {
    const { household, consents, disabled } = await recordsInFram(device.board)
    return { household, consents, disabled }
}

function restart(device: Rig): void {
    device.board.powerOff()
    device.run(1)
    device.boot()
    device.run(2)
}

describe.each(CASES)(
    "$name, $profile: what was recorded and is said again is not done again",
    ({ name, board, touch, profile }) => {
        async function owned() {
            const device = await rig(name, board, undefined, profile)
            const phone = new Phone(device, "Anna")
            const tape = new Tape(device)
            device.boot()
            const claim = await tape.record(async () => await phone.claim(touch))
            return { device, phone, tape, claim }
        }

        /** At once, later, while the owner has a hand on the button, after a restart, and after the owner has come back since. */
        async function saidAgain(device: Rig, phone: Phone, again: () => void): Promise<void> {
            const before = await owners(device)
            for (const meanwhile of [
                () => {},
                () => device.run(LATER_S),
                () => device.press(touch),
                () => restart(device),
                () => device.press(touch),
                async () => expect(await phone.people()).toBeInstanceOf(Array),
                () => device.press(touch),
            ]) {
                await meanwhile()
                again()
                expect(await owners(device)).toEqual(before)
            }
        }

        test("that somebody was invited, and that somebody was removed whose place another has now", async () => {
            const { device, phone, tape } = await owned()
            await phone.bring("Ben", "family", touch)
            const removed = await tape.record(async () => expect(await phone.remove(1)).toBe("None"))
            const invited = await tape.record(async () => void (await phone.invite("owner")))
            const carla = await phone.bring("Carla", "family", touch)
            expect(await phone.people()).toMatchObject([{ place: 0 }, { place: 1, role: "family" }])
            // The open invitation ages by starts: it is used up, and only then is the record to stay as it is.
            for (let n = 0; n < 9; n++) restart(device)
            await saidAgain(device, phone, removed)
            await saidAgain(device, phone, invited)
            expect(await carla.people()).toBe("Forbidden")
            expect(await phone.people()).toHaveLength(2)
        })

        test("that the device was enabled, and disabled since", async () => {
            const { device, phone, tape } = await owned()
            expect(await phone.disable(true)).toBe("None")
            phone.touch(touch)
            const again = await tape.record(async () => expect(await phone.disable(false)).toBe("None"))
            expect(await phone.disable(true)).toBe("None")
            await saidAgain(device, phone, again)
            expect(device.register("state")).toEqual({ state: "Lockdown", cause: "Owner" })
        })

        test("that it was disabled, and enabled since", async () => {
            const { device, phone, tape } = await owned()
            const again = await tape.record(async () => expect(await phone.disable(true)).toBe("None"))
            phone.touch(touch)
            expect(await phone.disable(false)).toBe("None")
            await saidAgain(device, phone, again)
        })

        test("the pairing of an owner, and of a former one after a reset", async () => {
            const { device, phone, claim } = await owned()
            device.press(touch)
            await saidAgain(device, phone, claim)
            expect(await phone.people()).toEqual([{ place: 0, role: "owner", isMe: true }])
            device.act(touch, "press")
            device.run(10.5)
            device.act(touch, "release")
            device.run(RESET_S)
            // A key for a pairing is there by then, and somebody has a hand on the button.
            device.run(60)
            device.press(touch)
            claim()
            const { household } = await owners(device)
            restart(device)
            device.press(touch)
            claim()
            expect(await phone.people()).toBe("Unauthorized")
            expect((await owners(device)).household).toBe(household)
            expect(household).toBeUndefined()
            // Whoever says the old pairing again can keep the device busy with it for two minutes.
            device.run(121)
            const next = new Phone(device, "Carla")
            await next.claim(touch)
            expect(await next.people()).toHaveLength(1)
        })
    },
)

describe.each(PROFILES)("doorbell, %s: what was recorded and is said again is not done again", profile => {
    async function watched() {
        const device = await rig("doorbell", "doorbell_c3", undefined, profile)
        const phone = new Phone(device, "Anna")
        const tape = new Tape(device)
        device.boot()
        await phone.claim("release")
        return { device, phone, tape }
    }

    test("a yes, withdrawn since", async () => {
        const { device, phone, tape } = await watched()
        const again = await tape.record(async () => expect(await phone.answer(LOUDNESS, "Yes")).toBe(0))
        expect(await phone.answer(LOUDNESS, "No")).toBe(0)
        const before = await owners(device)
        for (const meanwhile of [
            () => {},
            () => device.run(LATER_S),
            () => restart(device),
            () => phone.touch("release"),
            async () => expect(await phone.people()).toHaveLength(1),
        ]) {
            await meanwhile()
            again()
            expect(await owners(device)).toEqual(before)
        }
    })

    test("the reading of what is kept: nothing of it is told, nor has anybody read it", async () => {
        const { device, phone, tape } = await watched()
        expect(await phone.answer(LOUDNESS, "Yes")).toBe(0)
        device.act("microphone", "set", 0.8)
        const visit = () => {
            device.press("button")
            device.run(11)
        }
        visit()
        const heard: string[] = []
        phone.way.listen("domovoi", "exchange", ({ answer }) =>
            heard.push(Buffer.from(answer as Uint8Array).toString("hex")),
        )
        const again = await tape.record(async () =>
            expect(await phone.readKept(LOUDNESS)).toMatchObject({ refusal: 0, data: Buffer.of(204) }),
        )
        expect(heard).toHaveLength(1)
        const [answer] = heard
        // Sealed, and not in clear.
        expect(answer).not.toContain("00000000cc")
        expect(readings(device)).toBe(1)
        for (const [at, meanwhile] of [() => {}, () => device.run(LATER_S), () => restart(device)].entries()) {
            meanwhile()
            visit()
            heard.length = 0
            again()
            // As long as it was the last that somebody known has said, the same answer comes again; later a refusal without a seal.
            if (at < 2) expect(heard).toEqual([answer])
            else expect(heard[0]).not.toBe(answer)
            expect(heard.join().length).toBeLessThanOrEqual(answer.length)
            expect(readings(device)).toBe(1)
        }
        visit()
        // There was something to be heard.
        expect((await phone.readKept(LOUDNESS))?.data).toHaveLength(1)
        device.run(1)
        expect(readings(device)).toBe(2)
    })

    /**
     * How many entries of the log tell that somebody has read what is kept. The second within ten minutes is not written, so it is asked of the
     * device anew.
     */
    function readings(device: Rig): number {
        device.board.jumpClock(601e6)
        device.run(2)
        const { bytes } = device.board.parts.get("fram") as Fram
        let count = 0
        for (let at = LOG_AT; at + CELL_BYTES <= LOG_AT + LOG_BYTES; at += CELL_BYTES)
            if (readEntry(Buffer.from(bytes.subarray(at, at + CELL_BYTES)))?.fields[Field.Event] === Event.Watch)
                count++
        return count
    }
})

describe.each(CASES)("$name, $profile: a press", ({ name, board, touch, profile }) => {
    async function owned() {
        const device = await rig(name, board, undefined, profile)
        const phone = new Phone(device, "Anna")
        device.boot()
        await phone.claim(touch)
        expect(await phone.disable(true)).toBe("None")
        device.run(31)
        return { device, phone }
    }

    test("is good for one command, and for none of somebody who may not do it with a hand on the device, either", async () => {
        const { phone } = await owned()
        const ben = await phone.bring("Ben", "family", touch)
        phone.touch(touch)
        expect(await ben.disable(false)).toBe("NotAllowed")
        expect(await phone.disable(false)).toBe("None")
        expect(await phone.disable(true)).toBe("None")
        expect(await phone.disable(false)).toBe("NotAllowed")
    })

    test("is one, however long the button is held, and none of a button that was held at the start", async () => {
        const { device, phone } = await owned()
        device.act(touch, "press")
        device.run(1)
        expect(await phone.disable(false)).toBe("None")
        expect(await phone.disable(true)).toBe("None")
        expect(await phone.disable(false)).toBe("NotAllowed")
        restart(device)
        expect(await phone.disable(false)).toBe("NotAllowed")
        device.act(touch, "release")
        device.run(1)
        expect(await phone.disable(false)).toBe("NotAllowed")
        phone.touch(touch)
        expect(await phone.disable(false)).toBe("None")
    })

    test("before the start, or with the button held at the start, lets nobody be paired", async () => {
        const device = await rig(name, board, undefined, profile)
        const phone = new Phone(device, "Anna")
        device.boot()
        device.press(touch)
        device.act(touch, "press")
        restart(device)
        expect(await phone.pair(labelOf(device))).toBe("NobodyThere")
        device.act(touch, "release")
        device.run(1)
        expect(await phone.pair(labelOf(device))).toBe("NobodyThere")
        await phone.claim(touch)
    })
})

test("a flood of what was recorded prevents no withdrawal, and ends no program", async () => {
    const device = await rig("doorbell", "doorbell_c3")
    const phone = new Phone(device, "Anna")
    device.boot()
    await phone.claim("release")
    expect(await phone.answer(LOUDNESS, "Yes")).toBe(0)
    const recorded = await phone.seal("privacy", "answer", { use: LOUDNESS, version: 1, answer: "Yes" })
    expect(await phone.people()).toHaveLength(1)
    phone.send(recorded)
    device.run(2)
    device.log.length = 0
    const stranger = new Phone(device, "stranger")
    const next = () => {
        stranger.send(recorded)
        device.clock.after(25 * US_PER_MS, next)
    }
    next()
    device.run(30)
    const before = await owners(device)
    const fromUs = device.clock.nowUs
    expect(await phone.answer(LOUDNESS, "No")).toBe(0)
    // Of its own it takes 0.3 s. The hub says it again and again, since it hears the answers to the others as well.
    expect((device.clock.nowUs - fromUs) / 1e6).toBeLessThan(120)
    device.run(30)
    expect((await owners(device)).consents).not.toBe(before.consents)
    expect((await phone.ask("privacy", "describe", { use: LOUDNESS }))?.answer).toBe("No")
    expect(device.log.filter(line => /Exception|\* start:|packet:/.test(line))).toEqual([])
})
