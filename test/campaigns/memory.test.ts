import { beforeAll, describe, expect, test } from "vitest"
import { programFlash } from "../../simulators/board/factory"
import { NorFlash } from "../../simulators/flash"
import { Random } from "../../simulators/random"
import { type Device, release } from "../host/update/releases"
import {
    casesOf,
    type MemoryCase,
    type MemoryOutcome,
    type MemorySubject,
    memorySubjects,
    nameOf,
    playCase,
} from "./memory"
import { memoryTables, wrongLines } from "./memory/report"

/** `npm run campaign -- memory` plays all. */
const EVERY = 97

const subjects = new Map<Device, MemorySubject>()
beforeAll(async () => {
    for (const subject of await memorySubjects()) subjects.set(subject.device, subject)
})

function caseNamed(subject: MemorySubject, name: string): MemoryCase {
    const found = casesOf(subject, "stock").find(each => nameOf(each) === name)
    if (!found) throw new Error(`no case ${name}`)
    return found
}

describe.each(["gas-valve", "doorbell"] as const)("%s", device => {
    test("is wrong about nothing, whatever happens to its memory", async () => {
        const subject = subjects.get(device)!
        const outcomes: MemoryOutcome[] = []
        for (const each of casesOf(subject).filter((_, i) => i % EVERY === 0))
            outcomes.push(await playCase(subject, each, 1))
        expect(wrongLines(outcomes)).toEqual([])
        // A campaign in which nothing comes to harm has shown nothing.
        const found = new Set(outcomes.map(({ outcome }) => outcome))
        expect(found).toContain("corrected")
        expect(found).toContain("noticed and safe")
    })

    test("tells the same case twice", async () => {
        const subject = subjects.get(device)!
        const chosen = caseNamed(subject, "disabled/running/stuck bits everywhere")
        expect(await playCase(subject, chosen, 5)).toEqual(await playCase(subject, chosen, 5))
    })
})

/** A doorbell that takes what it cannot read for what was never written. */
const CREDULOUS = `const get = device.store.get
;(device.store as any).get = async (name: string) => {
    try {
        return await get(name)
    } catch (error: any) {
        return undefined
    }
}
const rings =`

test("a device that takes damage for absence is found out", async () => {
    const subject = subjects.get("doorbell")!
    const chosen = caseNamed(subject, "disabled/at boot/all values/disabled/2")
    const { outcome, why } = await playCase(await withProgram(subject, ["const rings =", CREDULOUS]), chosen, 1)
    expect(outcome).toBe("wrong")
    expect(why.join()).toContain("gives more: opens at the first press")
    expect((await playCase(subject, chosen, 1)).outcome).not.toBe("wrong")
})

/** The unit in the scene `disabled`, with another program in its flash that goes for the release that it has. */
async function withProgram(subject: MemorySubject, edit: [string, string]): Promise<MemorySubject> {
    const { device, definition, scenes } = subject
    const firmware = await release(device, 2, edit)
    const flash = new NorFlash(definition.chip.flashBytes, new Random("broken"))
    programFlash(flash, definition, firmware.image)
    const state = { ...scenes.disabled.state, flash: Buffer.from(flash.bytes).toString("base64") }
    return { ...subject, scenes: { ...scenes, disabled: { ...scenes.disabled, state, firmware } } }
}

test("what is wrong is told with what plays it again", () => {
    const subject = subjects.get("gas-valve")!
    const chosen = caseNamed(subject, "lived/at boot/value/household/3")
    const wrong = { case: chosen, seed: 4, outcome: "wrong" as const, why: ["gives more: all"] }
    expect(wrongLines([wrong])).toEqual([
        '--device gas-valve --profile stock --seed 4 --only "lived/at boot/value/household/3": gives more: all',
    ])
    expect(memoryTables([wrong])).toContain("| gas-valve: value | 1 | 0 | 0 | 0 | 1 | 0 | 0 | 0 | 0 | 0 |")
    expect(memoryTables([wrong])).toContain("| gas-valve: household | 1 | 0 | 0 | 0 | 1 |")
})
