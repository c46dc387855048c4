/** Commands that somebody has recorded on the bus and says again later, byte for byte: none of them counts. */
import { describe, expect, test } from "vitest"
import type { Bus, BusNode } from "../../simulators/bus/bus"
import { jacdac } from "../../simulators/bus/jacdac"
import { US_PER_MS } from "../../simulators/clock"
import { OwnerRefusal } from "../../src/core/owner/owner-refusal"
import { recordsInFram } from "../campaigns/subjects"
import { ANNA, BEN, Phone, STRANGER } from "./phone"
import { type Rig, rig } from "./rig"

const PROFILES = ["stock", "verified"] as const
const DEVICES = [
    { name: "gas-valve", board: "valve_pico", touch: "button" },
    { name: "doorbell", board: "doorbell_c3", touch: "release" },
]
const CASES = DEVICES.flatMap(device => PROFILES.map(profile => ({ ...device, profile })))

/** Longest that a reset takes after the press, with room. */
const RESET_S = 20
/** A press counts, and a challenge can be used, no longer than this. */
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
    record(said: () => void): () => void {
        const frames: Uint8Array[] = []
        this.#frames = frames
        said()
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

/** What of the owner's is on record. */
async function owners(device: Rig) {
    const { people, consents, disabled } = await recordsInFram(device.board)
    return { people, consents, disabled }
}

function restart(device: Rig): void {
    device.board.powerOff()
    device.run(1)
    device.boot()
    device.run(2)
}

describe.each(CASES)(
    "$name, $profile: what was recorded and is said again counts nothing",
    ({ name, board, touch, profile }) => {
        async function owned() {
            const device = await rig(name, board, undefined, profile)
            const phone = new Phone(device)
            const tape = new Tape(device)
            device.boot()
            const claim = tape.record(() => phone.claim(touch))
            return { device, phone, tape, claim }
        }

        /** At once, later, after a restart, and while somebody else has a hand on the button. */
        async function saidAgain(device: Rig, again: () => void): Promise<void> {
            const before = await owners(device)
            const other = new Phone(device)
            for (const meanwhile of [
                () => {},
                () => device.run(LATER_S),
                () => restart(device),
                () => device.press(touch),
                () => other.touch(touch),
            ]) {
                meanwhile()
                again()
                expect(await owners(device)).toEqual(before)
            }
        }

        test("a credential that was given, and taken away since", async () => {
            const { device, phone, tape } = await owned()
            const again = tape.record(() => expect(phone.give(ANNA, "Family", BEN)).toBe("None"))
            expect(phone.give(ANNA, "Nobody", BEN)).toBe("None")
            await saidAgain(device, again)
        })

        test("that the device was enabled, and disabled since", async () => {
            const { device, phone, tape } = await owned()
            phone.disable(ANNA, true)
            phone.touch(touch)
            const again = tape.record(() => expect(phone.disable(ANNA, false)).toBe("None"))
            expect(phone.disable(ANNA, true)).toBe("None")
            await saidAgain(device, again)
            expect(device.register("state")).toEqual({ state: "Lockdown", cause: "Owner" })
        })

        test("that it was disabled, and enabled since", async () => {
            const { device, phone, tape } = await owned()
            const again = tape.record(() => expect(phone.disable(ANNA, true)).toBe("None"))
            phone.touch(touch)
            expect(phone.disable(ANNA, false)).toBe("None")
            await saidAgain(device, again)
        })

        test("the claim of a former owner, after a reset", async () => {
            const { device, claim } = await owned()
            device.act(touch, "press")
            device.run(10.5)
            device.act(touch, "release")
            device.run(RESET_S)
            await saidAgain(device, claim)
            expect(await owners(device)).toEqual({})
            // Whoever says the old claim again draws a challenge with it, and so can disturb whoever has a hand on the button.
            device.run(LATER_S)
            const next = new Phone(device)
            next.touch(touch)
            expect(next.give(BEN, "Owner", BEN)).toBe("None")
        })
    },
)

describe.each(PROFILES)("doorbell, %s: what was recorded and is said again counts nothing", profile => {
    async function watched() {
        const device = await rig("doorbell", "doorbell_c3", undefined, profile)
        const phone = new Phone(device)
        const tape = new Tape(device)
        device.boot()
        phone.claim("release")
        return { device, phone, tape }
    }

    test("a yes, withdrawn since", async () => {
        const { device, phone, tape } = await watched()
        const again = tape.record(() => expect(phone.answer(ANNA, LOUDNESS, "Yes")).toBe(0))
        expect(phone.answer(ANNA, LOUDNESS, "No")).toBe(0)
        const before = await owners(device)
        for (const meanwhile of [
            () => {},
            () => device.run(LATER_S),
            () => restart(device),
            () => phone.touch("release"),
        ]) {
            meanwhile()
            again()
            expect(await owners(device)).toEqual(before)
        }
    })

    test("the reading of what is kept", async () => {
        const { device, phone, tape } = await watched()
        phone.answer(ANNA, LOUDNESS, "Yes")
        device.act("microphone", "set", 0.8)
        const visit = () => {
            device.press("button")
            device.run(11)
        }
        visit()
        const heard: unknown[] = []
        const ear = new Phone(device)
        ear.listen("privacy", "read_kept", report => heard.push(report))
        const again = tape.record(() => phone.ask("privacy", "read_kept", { use: LOUDNESS, by: ANNA }))
        expect(heard).toMatchObject([{ refusal: 0, data: Uint8Array.of(204) }])
        for (const meanwhile of [() => {}, () => device.run(LATER_S), () => restart(device)]) {
            meanwhile()
            visit()
            heard.length = 0
            again()
            expect(heard).toMatchObject([{ refusal: OwnerRefusal.NotFresh, data: new Uint8Array(0) }])
        }
        // There was something to be heard.
        expect(phone.ask("privacy", "read_kept", { use: LOUDNESS, by: ANNA })?.data).toHaveLength(1)
    })
})

describe.each(CASES)(
    "$name, $profile: a touch is of whoever had the only challenge then",
    ({ name, board, touch, profile }) => {
        async function found() {
            const device = await rig(name, board, undefined, profile)
            const phones = { anna: new Phone(device), stranger: new Phone(device) }
            device.boot()
            return { device, ...phones }
        }

        test("a stranger who sends in somebody's window is only in the home", async () => {
            const { anna, stranger } = await found()
            anna.touch(touch)
            expect(stranger.give(STRANGER, "Owner", STRANGER)).toBe("NotAllowed")
            expect(anna.give(ANNA, "Owner", ANNA)).toBe("None")
        })

        test("if two have one, nobody is there", async () => {
            const { device, anna, stranger } = await found()
            stranger.prepare()
            anna.touch(touch)
            expect(stranger.give(STRANGER, "Owner", STRANGER)).toBe("NotAllowed")
            expect(anna.give(ANNA, "Owner", ANNA)).toBe("NotAllowed")
            expect(await owners(device)).toEqual({})
            anna.touch(touch)
            expect(anna.give(ANNA, "Owner", ANNA)).toBe("None")
        })

        test("a button that is held is pressed once, and one that was held at the start not at all", async () => {
            const { device, anna } = await found()
            device.act(touch, "press")
            device.run(1)
            anna.prepare()
            device.run(5)
            expect(anna.give(ANNA, "Owner", ANNA)).toBe("NotAllowed")
            restart(device)
            anna.prepare()
            device.run(5)
            expect(anna.give(ANNA, "Owner", ANNA)).toBe("NotAllowed")
            device.act(touch, "release")
            device.run(1)
            anna.touch(touch)
            expect(anna.give(ANNA, "Owner", ANNA)).toBe("None")
        })

        test("a press is good for one command", async () => {
            const { anna } = await found()
            anna.touch(touch)
            expect(anna.give(ANNA, "Family", ANNA)).toBe("NoOwner")
            expect(anna.give(ANNA, "Owner", ANNA)).toBe("NotAllowed")
        })
    },
)

describe("a flood of requests for challenges", () => {
    /** As fast as a program answers: none of them can be used for longer than 0.1 s then. */
    function flood(device: Rig, stranger: Phone): void {
        const next = () => {
            stranger.send("owner", "challenge", {})
            device.clock.after(25 * US_PER_MS, next)
        }
        next()
    }

    test("prevents no withdrawal, ends no program, and leaves nothing in the log", async () => {
        const device = await rig("doorbell", "doorbell_c3")
        const phone = new Phone(device)
        device.boot()
        phone.claim("release")
        expect(phone.answer(ANNA, LOUDNESS, "Yes")).toBe(0)
        device.run(2)
        const writes = device.see("fram").writes as number
        device.log.length = 0
        flood(device, new Phone(device))
        device.run(60)
        expect(device.see("fram").writes).toBe(writes)
        expect(device.log.filter(line => /Exception|\* start:|packet:/.test(line))).toEqual([])
        const stale = { challenge_low: 0, challenge_high: 0 }
        const withdrawal = { ...stale, use: LOUDNESS, version: 1, answer: "No", by: ANNA }
        const before = await owners(device)
        expect(phone.ask("privacy", "answer", { ...withdrawal, answer: "Yes" })?.refusal).toBe(OwnerRefusal.NotFresh)
        expect(phone.ask("privacy", "answer", { ...withdrawal, by: STRANGER })?.refusal).toBe(OwnerRefusal.NotAllowed)
        expect(await owners(device)).toEqual(before)
        expect(phone.ask("privacy", "answer", withdrawal)?.refusal).toBe(OwnerRefusal.None)
        expect((await owners(device)).consents).not.toBe(before.consents)
    })
})
