import { beforeAll, describe, expect, test } from "vitest"
import { jacdac } from "../../simulators/bus/jacdac"
import { Phone } from "../firmware/phone"
import { type EraseSubject, eraseCampaign, eraseSubjects, erasure, found, rigOf, tellWifi } from "./erase"

const ALWAYS = [
    "Anna's keys",
    "Ben's keys",
    "event log",
    "open invitation",
    "record disabled",
    "record household",
    "record tries",
    "staged package",
]
const WATCHED = ["Wi-Fi name", "Wi-Fi password", "record consents", "record kept1", "record rings"]

/** Every so many writing operations of a memory. */
const STRIDES = { fram: 41, flash: 79 }

let subjects: Awaited<ReturnType<typeof eraseSubjects>>
beforeAll(async () => {
    subjects = await eraseSubjects()
})

describe.each([
    { device: "valve" as const, left: [...ALWAYS, "record openings"] },
    { device: "doorbell" as const, left: [...ALWAYS, ...WATCHED] },
])("$device", ({ device, left }) => {
    test("the search finds all that its owner left, before the reset and when it has just begun", () => {
        const { lived, begun, secrets } = subjects[device]
        for (const state of [lived, begun])
            expect(found(rigOf(subjects[device], state).board, secrets)).toEqual([...left].sort())
    })

    test("after a reset nothing is left, wherever the power was cut, on the verified profile", () => {
        const erasures = [...eraseCampaign(subjects[device], "verified", STRIDES)]
        expect(erasures.length).toBeGreaterThan(9)
        for (const { completed, found, cut, memory } of erasures)
            expect({ completed, found, cut, memory }).toEqual({ completed: true, found: [], cut, memory })
    })
})

describe("the same search finds what a plain delete leaves behind", () => {
    test("who was known, of somebody who was removed; but not their keys", async () => {
        const { rig, phone } = await enabled(subjects.valve, "button")
        expect(found(rig.board, subjects.valve.secrets)).toContain("Ben's keys")
        expect(await phone.remove(1)).toBe("None")
        rig.run(5)
        const left = found(rig.board, subjects.valve.secrets)
        expect(left).not.toContain("Ben's keys")
        expect(left).toContain("open invitation")
    })

    test("a Wi-Fi network that was forgotten; the next start knows it again", async () => {
        const { doorbell } = subjects
        const { rig } = await enabled(doorbell, "release")
        tellWifi(rig, jacdac.WifiCmd.ForgetAllNetworks)
        expect(found(rig.board, doorbell.secrets)).toContain("Wi-Fi password")
    })

    test("a Wi-Fi network that another took the place of", async () => {
        const { doorbell } = subjects
        const { rig } = await enabled(doorbell, "release")
        tellWifi(rig, jacdac.WifiCmd.AddNetwork, jacdac.jdpack("z z", ["-", ""]))
        expect(found(rig.board, doorbell.secrets)).toContain("Wi-Fi password")
    })
})

/** The device in use again. */
async function enabled(subject: EraseSubject, touch: string) {
    const rig = rigOf(subject, subject.lived)
    const phone = new Phone(rig, "Anna again", subject.anna.copy())
    rig.boot()
    phone.touch(touch)
    expect(await phone.disable(false)).toBe("None")
    return { rig, phone }
}

test("on the stock profile, a cut between the two operations of a settings write can cost the runtime its store for good", () => {
    const cut = { operation: 237, phase: "before" } as const
    expect(erasure(subjects.doorbell, "stock", "flash", cut)).toMatchObject({ reinstalled: true, completed: false })
    expect(erasure(subjects.doorbell, "verified", "flash", cut)).toMatchObject({ reinstalled: true, completed: true })
})
