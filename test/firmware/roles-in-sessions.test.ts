/**
 * What each role may have done inside its session, from the home and with a hand on the device: as docs/owner.md has it, for every command that
 * takes a session.
 */
import { describe, expect, test } from "vitest"
import type { FieldValue } from "../../simulators/bus/service-spec"
import { CoapCode } from "../../src/core/session/coap-message"
import { ROLES, type RoleName } from "../../src/host/session/people"
import { takesSession } from "../../src/host/session/session-link"
import { SERVICES, type ServiceName } from "../../src/host/unit/service-specs"
import { Phone } from "./phone"
import { type Rig, rig } from "./rig"
import { commandsOf, SOUND } from "./stranger"

/** Of each role, in the order of `ROLES`: I from the home, T only with a hand on the device, - never. */
const EXPECTED: Readonly<Record<string, string>> = {
    "domovoi.read": "IIIIT",
    "domovoi.attest": "IIIIT",
    "domovoi.read_log": "I---T",
    "domovoi.sign_log": "I---T",
    "domovoi.offer_update": "IIIIT",
    "domovoi.write_update": "IIIIT",
    "domovoi.answer_update": "I----",
    "domovoi.grant_update": "IIIIT",
    "owner.disable true": "I----",
    "owner.disable false": "T----",
    "privacy.describe": "IIIIT",
    "privacy.answer Yes": "I----",
    "privacy.answer No": "II---",
    "privacy.read_kept": "II---",
}

/** No command by a role that has none of these words was allowed. */
const REFUSED = ["NotAllowed", 5, 112]

const DEVICES = [
    { name: "gas-valve", board: "valve_pico", touch: "button" },
    { name: "doorbell", board: "doorbell_c3", touch: "release" },
]

function nameOf([service, command, values]: (typeof SOUND)[number]): string {
    return `${service}.${command} ${values.disabled ?? (service === "privacy" ? values.answer : undefined) ?? ""}`.trim()
}

test("the expected table has every command that takes a session, and each role", () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(SOUND.map(nameOf).sort())
    const services = Object.keys(SERVICES) as ServiceName[]
    for (const service of services)
        for (const command of SERVICES[service].commands)
            expect(SOUND.some(([of, name]) => of === service && name === command)).toBe(takesSession(service, command))
    for (const row of Object.values(EXPECTED)) expect(row).toMatch(new RegExp(`^[IT-]{${ROLES.length}}$`))
})

describe.each(DEVICES)("$name", ({ name, board, touch }) => {
    let device: Rig
    const people = new Map<RoleName, Phone>()

    async function movedIn(): Promise<void> {
        device = await rig(name, board)
        device.boot()
        const owner = new Phone(device, "owner")
        await owner.claim(touch)
        people.set("owner", owner)
        for (const role of ROLES.slice(1)) people.set(role, await owner.bring(role, role, touch))
    }

    /** @returns I, T or -, as in the table */
    async function rightOf(phone: Phone, sound: (typeof SOUND)[number]): Promise<string> {
        const [service, command, values] = sound
        const isServed = async () => {
            const report = await phone.ask(service, command, values)
            expect(report, `${nameOf(sound)} got no answer`).toBeDefined()
            return !REFUSED.includes((report as Record<string, FieldValue>).refusal as never)
        }
        // No press is left that would be taken for a hand on the device.
        device.run(31)
        if (await isServed()) return "I"
        phone.touch(touch)
        if (!(await isServed())) return "-"
        // That was the press: there is none for another command.
        expect(await isServed()).toBe(false)
        return "T"
    }

    test("gives each role its rights by command, and no more", async () => {
        await movedIn()
        const found: Record<string, string> = {}
        for (const sound of commandsOf(name)) {
            let row = ""
            for (const role of ROLES) row += await rightOf(people.get(role)!, sound)
            found[nameOf(sound)] = row
        }
        const expected = Object.entries(EXPECTED).filter(([command]) => command in found)
        expect(found).toEqual(Object.fromEntries(expected))
        expect(Object.keys(found)).toHaveLength(commandsOf(name).length)
    })

    test("lets the owner alone have to do with people, and everybody leave", async () => {
        await movedIn()
        device.run(31)
        for (const role of ROLES.slice(1)) {
            const phone = people.get(role)!
            for (const touched of [false, true]) {
                if (touched) phone.touch(touch)
                expect(await phone.people()).toBe("Forbidden")
                await expect(phone.invite("guest")).rejects.toThrow("refused: Forbidden")
                expect(await phone.remove(0)).toBe("Forbidden")
            }
            expect(await phone.leave()).toBe("None")
            expect(await phone.people()).toBe("Unauthorized")
        }
        const owner = people.get("owner")!
        expect(await owner.people()).toEqual([{ place: 0, role: "owner", isMe: true }])
        expect(await owner.leave()).toBe("Forbidden")
        expect(await owner.people()).toHaveLength(1)
    })

    test("serves in sessions what is in the table and nothing beside it", async () => {
        await movedIn()
        const owner = people.get("owner")!
        const services = Object.keys(SERVICES) as ServiceName[]
        for (const service of services)
            for (const command of SERVICES[service].commands) {
                if (takesSession(service, command)) continue
                const name = command.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
                const path = `${service[0].toUpperCase()}${service.slice(1)}/${name}`
                expect(await owner.post(path)).toBe(CoapCode[CoapCode.NotFound])
            }
        for (const path of [
            "Domovoi/serialNumber",
            "Domovoi/commands",
            "Owner/people",
            "Owner",
            "",
            "Nobody/read",
            "people/all",
        ])
            expect(await owner.post(path)).toBe(CoapCode[CoapCode.NotFound])
        // What is too short does nothing.
        for (const path of [
            "Domovoi/read",
            "Domovoi/offerUpdate",
            "Domovoi/writeUpdate",
            "Domovoi/readLog",
            "Owner/disable",
        ])
            expect(await owner.post(path)).toBe(CoapCode[CoapCode.BadRequest])
        expect(device.register("state")).toEqual({ state: "Normal", cause: "None" })
    })
})
