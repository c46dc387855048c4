/** Some power cuts of many, forward and on the way back: `npm run campaign -- update` plays them all. */
import { beforeAll, describe, expect, test } from "vitest"
import { BOARD_PROFILES, type BoardProfile } from "../../simulators/board/verifier"
import type { Fram } from "../../simulators/parts/fram"
import { CUT_PHASES, type CutPhase } from "../../simulators/power-cut"
import { CERTIFICATES_AT } from "../../src/core/store/memory-layout"
import { buildFirmware } from "../../src/host/build/firmware"
import { MemoryJournal } from "../../src/host/update/journal"
import { brokenBoard } from "../campaigns/broken-board"
import {
    CUT_MEMORIES,
    type CutMemory,
    cutsOf,
    cutUpdate,
    Play,
    type UpdateCut,
    type UpdateSubject,
    updateSubjects,
} from "../campaigns/update-cuts"
import { isFailure, updateCutsSection } from "../campaigns/update-cuts-section"
import type { BrokenPromise } from "../campaigns/update-watch"
import { MALLORY } from "../core/suit/signers"
import { DEVICES, type Device, packageOf } from "../host/update/releases"

const subjects = new Map<Device, Record<BoardProfile, UpdateSubject>>()
beforeAll(async () => {
    for (const device of DEVICES) subjects.set(device, await updateSubjects(device, 1))
})

/** One cut of each phase for each memory, spread over the update. */
function sampleOf(cuts: readonly UpdateCut[]): UpdateCut[] {
    return CUT_MEMORIES.flatMap(memory =>
        CUT_PHASES.flatMap((phase, i) => {
            const ofPhase = cuts.filter(cut => cut.memory === memory && cut.phase === phase)
            return ofPhase.slice(Math.floor((ofPhase.length * (i + 0.5)) / CUT_PHASES.length)).slice(0, 1)
        }),
    )
}

describe.each(DEVICES)("%s", device => {
    test.each(BOARD_PROFILES)(
        "on a %s board: an update in which the power goes away ends as it should",
        async profile => {
            const subject = subjects.get(device)![profile]
            const cuts = sampleOf(await cutsOf(subject))
            expect(cuts.length).toBe(device === "doorbell" ? 9 : 6)
            const outcomes = []
            for (const cut of cuts) outcomes.push(await cutUpdate(subject, cut))
            expect(outcomes.filter(isFailure)).toEqual([])
            expect(new Set(outcomes.map(({ ending }) => ending))).toEqual(new Set(["by itself", "by the same command"]))
        },
    )
})

/** Where an update that goes back has its second installation. */
const ON_THE_WAY_BACK = [0.6, 0.75, 0.9]

/** One cut of each phase in the flash while release 1 is put back, and one of each other memory there. */
function backSampleOf(cuts: readonly UpdateCut[]): UpdateCut[] {
    const at = (memory: CutMemory, phase: CutPhase, share: number) => {
        const ofPhase = cuts.filter(cut => cut.memory === memory && cut.phase === phase)
        return ofPhase.slice(Math.floor(ofPhase.length * share)).slice(0, 1)
    }
    const flash = CUT_PHASES.flatMap((phase, i) => at("flash", phase, ON_THE_WAY_BACK[i]))
    return [...flash, ...at("fram", "inside", 0.9), ...at("element", "inside", 0.9)]
}

describe.each([
    ["gas-valve", "stock"],
    ["doorbell", "verified"],
] as const)("%s, on a %s board: a release that never works", (device, profile) => {
    let subject: UpdateSubject
    let cuts: UpdateCut[]
    beforeAll(async () => {
        subject = (await updateSubjects(device, 1, "back"))[profile]
        cuts = backSampleOf(await cutsOf(subject))
    })

    test("is replaced by the last good one by at most one repeat, wherever the power goes away", async () => {
        const outcomes = []
        for (const cut of cuts) outcomes.push(await cutUpdate(subject, cut))
        expect(outcomes.length).toBeGreaterThanOrEqual(4)
        expect(outcomes.filter(isFailure)).toEqual([])
        expect(new Set(outcomes.map(({ ending }) => ending))).toEqual(new Set(["by the same command"]))
    })

    test("would be stuck with a host that forgets what is under way", async () => {
        class Forgetful extends MemoryJournal {
            override course(): undefined {
                return undefined
            }
        }
        expect(await cutUpdate(subject, cuts[1], new Forgetful())).toMatchObject({ ending: "stuck", broken: [] })
    })
})

describe("the campaign notices", () => {
    const valve = (profile: BoardProfile) => subjects.get("gas-valve")![profile]
    const on = async (subject: UpdateSubject) => {
        const play = new Play(subject)
        await play.unit.powerOn()
        return play
    }
    const restarted = async ({ unit, watch }: Play) => {
        await unit.connect()
        await unit.wait(5_000)
        await unit.close()
        return [...watch.broken]
    }

    test("a program that nobody authorised, and what it does: on the verified profile it does not run", async () => {
        const foreign = await buildFirmware("test/programs/hold-valve-for-ever.ts")
        const promises: Record<string, BrokenPromise[]> = {}
        for (const profile of BOARD_PROFILES) {
            const play = await on(valve(profile))
            await play.unit.install(foreign.image, () => {})
            await play.unit.wait(5_000)
            promises[profile] = [...play.watch.broken]
            expect(play.watch.started.includes(foreign.sha256)).toBe(profile === "stock")
        }
        expect(promises).toEqual({
            stock: ["an unauthorised program ran", "an output was on without an authorised program"],
            verified: [],
        })
    })

    test("release 2, installed without a grant", async () => {
        const subject = valve("stock")
        const play = await on(subject)
        await play.unit.install([...subject.images.values()][1], () => {})
        await play.unit.wait(5_000)
        expect([...play.watch.broken]).toEqual(["an unauthorised program ran"])
    })

    test("an update that the same command does not finish", async () => {
        const subject = valve("stock")
        const image = [...subject.images.values()][1]
        const bytes = await packageOf("gas-valve", 2, image, { signer: MALLORY })
        const cut = (await cutsOf(subject)).find(({ memory }) => memory === "fram")!
        expect(await cutUpdate({ ...subject, bytes }, cut)).toMatchObject({ ending: "stuck", broken: [] })
    })

    test.each([
        [true, []],
        [false, ["an output was on without an authorised program"]],
    ])("an output that outlives its program: with a dead-man %s", async (isThere, broken) => {
        const drive = "valve_drive: { and: [VALVE, deadman] }"
        const definition = brokenBoard("valve_pico", [drive, isThere ? drive : "valve_drive: VALVE"])
        const { unit, watch } = await on({ ...valve("stock"), definition })
        await unit.wait(3_000)
        for (const action of ["press", "release"]) {
            unit.board.parts.get("button")!.act(action)
            await unit.wait(300)
        }
        expect(unit.board.parts.get("valve")!.observe()).toMatchObject({ state: "open" })
        unit.board.panicProgram(60005)
        await unit.wait(3_000)
        expect([...watch.broken]).toEqual(broken)
    })

    const spoilt: [BrokenPromise, (play: Play, before: Uint8Array) => void][] = [
        ["the floor fell", ({ unit }, before) => void (unit.board.parts.get("fram") as Fram).bytes.set(before)],
        [
            "the identity changed",
            ({ unit }) =>
                void (unit.board.parts.get("fram") as Fram).bytes.fill(0, CERTIFICATES_AT, CERTIFICATES_AT + 4),
        ],
        ["the standing consent was lost", ({ unit }) => forget(unit.board.parts.get("fram") as Fram, "consent")],
    ]
    test.each(spoilt)("that %s", async (promise, spoil) => {
        const play = await on(valve("verified"))
        const { bytes } = play.unit.board.parts.get("fram") as Fram
        const before = bytes.slice()
        expect(await play.command()).toBe("confirmed")
        expect([...play.watch.broken]).toEqual([])
        await play.unit.close()
        spoil(play, before)
        expect(await restarted(play)).toContain(promise)
    })
})

/** Overwrites every copy of a record. */
function forget({ bytes }: Fram, name: string): void {
    for (let at = Buffer.from(bytes).indexOf(name); at >= 0; at = Buffer.from(bytes).indexOf(name))
        bytes.fill(0, at, at + name.length)
}

test("the table counts, and names every failure", () => {
    const cut = { memory: "flash", operation: 7, phase: "inside" } as const
    const outcome = {
        device: "doorbell",
        profile: "stock",
        way: "back",
        cut,
        runs: 2,
        broken: [] as BrokenPromise[],
    } as const
    const section = updateCutsSection([
        { ...outcome, ending: "by the same command" },
        { ...outcome, ending: "by repeats", runs: 3 },
        { ...outcome, ending: "stuck", runs: 4 },
        { ...outcome, ending: "by itself", broken: ["the floor fell"] },
    ])
    expect(section).toContain("| doorbell, stock, back | inside a flash operation | 4 | 1 | 1 | 1 | 1 | 1 |")
    expect(section.split("\n").filter(line => line.startsWith("- "))).toEqual([
        "- doorbell, stock, back, inside operation 7 of flash: by repeats",
        "- doorbell, stock, back, inside operation 7 of flash: stuck",
        "- doorbell, stock, back, inside operation 7 of flash: by itself, the floor fell",
    ])
})
