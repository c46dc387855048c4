/** As soon as somebody is known, what sessions are for is served in sessions alone: whoever is on the bus gets none of it, whatever state the device is in. */
import { describe, expect, test } from "vitest"
import { takesSession } from "../../src/host/session/session-link"
import { SERVICES, type ServiceName } from "../../src/host/unit/service-specs"
import { recordsInFram } from "../campaigns/subjects"
import { Phone } from "./phone"
import { type Rig, rig } from "./rig"
import { commandsOf, SOUND, Stranger } from "./stranger"

const DEVICES = [
    { name: "gas-valve", board: "valve_pico", touch: "button", dangerous: ["valve_drive"] },
    { name: "doorbell", board: "doorbell_c3", touch: "release", dangerous: ["strike_drive", "capture"] },
]

/** By then a device that has just been switched on knows who is known to it. */
const KNOWN_S = 5
/** Longest that a signature in software takes, beside a key for a pairing. */
const SIGNED_S = 60

test("there is a sound command here for each that takes a session", () => {
    const services = Object.entries(SERVICES) as [ServiceName, (typeof SERVICES)[ServiceName]][]
    const inside = services.flatMap(([service, { commands }]) =>
        commands.filter(command => takesSession(service, command)).map(command => `${service}.${command}`),
    )
    expect([...new Set(SOUND.map(([service, command]) => `${service}.${command}`))].sort()).toEqual(inside.sort())
})

describe.each(DEVICES)("$name", ({ name, board, touch, dangerous }) => {
    const commands = commandsOf(name)

    async function started() {
        const device = await rig(name, board)
        const stranger = new Stranger(device)
        device.boot()
        return { device, stranger, phone: new Phone(device, "Anna") }
    }

    async function owned() {
        const home = await started()
        await home.phone.claim(touch)
        // What the pairing leaves to be written.
        home.device.run(2)
        return home
    }

    /** Whatever is sent, sound as it is, is not implemented, and nothing changes by it. */
    async function expectRefused(device: Rig, stranger: Stranger): Promise<void> {
        const before = await recordsInFram(device.board)
        const [state, causes, update] = ["state", "causes", "update"].map(register => device.register(register))
        const on = dangerous.map(net => device.board.wiring.level(net))
        const told = commands.map(([service, command, values]) => stranger.ask(service, command, values))
        expect(told).toEqual(commands.map(() => "not implemented"))
        device.run(1)
        expect(await recordsInFram(device.board)).toEqual(before)
        expect(["state", "causes", "update"].map(register => device.register(register))).toEqual([
            state,
            causes,
            update,
        ])
        expect(dangerous.map(net => device.board.wiring.level(net))).toEqual(on)
    }

    test("of one that nobody has, strangers are told and served, but for what takes a role", async () => {
        const { device, stranger, phone } = await started()
        device.run(KNOWN_S)
        /** All records but of challenges that were answered. */
        const others = async () => {
            const { challenges: _, ...records } = await recordsInFram(device.board)
            return records
        }
        const before = await others()
        const told = new Map<string, unknown>()
        for (const [service, command, values] of commands) {
            const heard = stranger.ask(service, command, values, SIGNED_S)
            expect(heard).not.toBe("nothing")
            expect(heard).not.toBe("not implemented")
            told.set(`${service}.${command} ${values.disabled ?? values.answer ?? ""}`.trim(), heard)
        }
        expect(told.get("domovoi.attest")).toEqual({ refusal: "None" })
        expect(told.get("domovoi.offer_update")).toEqual({ refusal: 0 })
        expect(told.get("owner.disable true")).toEqual({ refusal: "NotAllowed" })
        expect(told.get("owner.disable false")).toEqual({ refusal: "NotAllowed" })
        if (name === "doorbell") {
            expect(told.get("privacy.describe")).toMatchObject({ answer: "None" })
            for (const answer of ["Yes", "No"]) expect(told.get(`privacy.answer ${answer}`)).toEqual({ refusal: 5 })
            expect(told.get("privacy.read_kept")).toMatchObject({ refusal: 5, data: new Uint8Array(0) })
        }
        expect(await others()).toEqual(before)
        // A stranger's touch gives them nothing, either: it takes the label.
        device.press(touch)
        expect(stranger.ask("owner", "disable", { disabled: true })).toEqual({ refusal: "NotAllowed" })
        expect(await phone.disable(true)).toBeUndefined()
        expect(device.register("state")).not.toMatchObject({ cause: "Owner" })
    })

    test("of one that somebody has, no stranger is served, with a hand on it or without", async () => {
        const { device, stranger } = await owned()
        await expectRefused(device, stranger)
        device.press(touch)
        device.run(1)
        await expectRefused(device, stranger)
    })

    test("of one that has just been switched on, no stranger is served, from the first moment on", async () => {
        const { device, stranger } = await owned()
        const before = await recordsInFram(device.board)
        const heard = new Map<string, Set<string>>()
        for (const [service, command, values] of commands) {
            device.board.powerOff()
            device.run(0.5)
            device.board.powerOn()
            const name = `${service}.${command}`
            const told = heard.get(name) ?? new Set<string>()
            heard.set(name, told)
            for (let s = 0; s < KNOWN_S; s += 0.1) {
                stranger.say(service, command, values)
                device.run(0.1)
                told.add(typeof stranger.heard === "string" ? stranger.heard : JSON.stringify(stranger.heard))
            }
        }
        for (const told of heard.values()) expect([...told].sort()).toEqual(["not implemented", "nothing"])
        expect(await recordsInFram(device.board)).toEqual(before)
    })

    test("of one that holds its outputs, and of one that its owner has disabled, no stranger is served", async () => {
        const { device, stranger, phone } = await owned()
        if (name === "gas-valve") device.act("gas", "set", 40)
        else device.act("tamper", "open")
        device.run(2)
        expect(["Hazard", "Tamper"]).toContain((device.register("state") as { cause: string }).cause)
        await expectRefused(device, stranger)
        if (name === "gas-valve") device.act("gas", "set", 0)
        else device.act("tamper", "close")
        device.run(1)
        // Somebody on the spot has seen to it.
        device.press(touch)
        device.run(1)
        expect(await phone.disable(true)).toBe("None")
        device.run(2)
        expect(device.register("state")).toEqual({ state: "Lockdown", cause: "Owner" })
        await expectRefused(device, stranger)
        device.board.powerOff()
        device.run(1)
        device.boot()
        device.run(2)
        expect(device.register("state")).toEqual({ state: "Lockdown", cause: "Owner" })
        await expectRefused(device, stranger)
    })

    test("of one that cannot prove who it is, everything that is anybody's is refused, since nobody knows whom it knows", async () => {
        const { device, stranger, phone } = await owned()
        device.board.powerOff()
        const fram = device.board.parts.get("fram") as unknown as { bytes: Buffer }
        // The first byte of the device's own certificate.
        fram.bytes[8192] ^= 0xff
        device.boot()
        device.run(2)
        expect(device.register("state")).toMatchObject({ cause: "Identity" })
        const told = commands.map(([service, command, values]) => stranger.ask(service, command, values, 2))
        for (const [i, heard] of told.entries()) {
            const [, command] = commands[i]
            const isEverybodys = command === "read" || command === "describe"
            if (typeof heard === "string" || isEverybodys) continue
            expect([0, "None", undefined], `${command}: ${JSON.stringify(heard)}`).not.toContain(heard.refusal)
        }
        expect(told.filter(heard => typeof heard !== "string").length).toBeGreaterThan(3)
        expect(await phone.disable(true)).toBeUndefined()
        expect(device.register("state")).toMatchObject({ cause: "Identity" })
    })
})
