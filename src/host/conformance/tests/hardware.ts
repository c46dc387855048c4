/** PR.1 to PR.3: what the wiring does for people, whatever the firmware would like. */
import type { Declaration, Step } from "../declaration"
import { hostileProgram } from "../hostile-program"
import { OFF_MS, restart } from "../restart"
import { Broken, type ConformanceTest, require, type Scene, Unclear } from "../scene"
import {
    activate,
    activates,
    limitOf,
    named,
    perform,
    pressed,
    ready,
    shows,
    stateOf,
    until,
    whileHolds,
} from "./hands"
import { entriesOf } from "./log-entries"
import { agreed } from "./people"
import { wiringTest } from "./wiring"

/** A part that takes pictures or sound has power, and a lamp is lit, as a meter sees it. */
const POWERED = { present: true }
const LIT = { lit: true }
/** A switch acts at once; between two looks of the meter. */
const AT_ONCE_MS = 20
/** What is asked for is taken within this time, and is over within that. */
const TAKEN_MS = 3000
const OVER_MS = 12_000
/** In which a device has to find out that its lamp is dark. */
const DARK_MS = 500
/** For so long a hostile program is watched: it beats all the while. */
const HOSTILE_MS = 6000
const NOT_RUN = "no power: such a program does not run here"
/** In which an opened case has to show. */
const NOTICED_MS = 1000
/** Until an entry is written. */
const LOGGED_MS = 3000

const takesNothing = ({ declares }: Declaration) =>
    declares.capture.length > 0 ? undefined : "the device takes neither pictures nor sound"
const hasNoCase = ({ declares }: Declaration) =>
    declares.caseSwitch !== null ? undefined : "the device declares no case switch"

/** @throws Broken if the device has no such part, as it is declared: to leave it out is no way past the test */
function owed(part: string | null, what: string): string {
    if (part !== null) return part
    throw new Broken(what, "none is declared")
}

/** Whether something that takes pictures or sound has power now. */
export async function isCapturing({ bench, declared }: Scene): Promise<boolean> {
    for (const part of declared.declares.capture) if (await shows(bench, part, POWERED)) return true
    return false
}

/** What is declared happens, step by step; meanwhile and for some time after, something is looked at again and again. */
export async function whileCapturing(
    scene: Scene,
    holds: () => Promise<boolean>,
    forMs = OVER_MS,
): Promise<number | undefined> {
    const { bench } = scene
    for (const { forMs: heldMs, thenMs, ...step } of scene.declared.declares.capturedBy) {
        await perform(scene, [step as Step])
        const heldBroken = await whileHolds(bench, holds, heldMs ?? 0)
        if (heldMs !== undefined) await bench.act(step.part, "release")
        const broken = heldBroken ?? (await whileHolds(bench, holds, thenMs ?? 0))
        if (broken !== undefined) return broken
    }
    return whileHolds(bench, holds, forMs)
}

/** @throws Unclear if nothing is taken although everything was agreed to: then nothing can be shown of what prevents it */
async function capture(scene: Scene): Promise<void> {
    if ((await whileCapturing(scene, async () => !(await isCapturing(scene)), TAKEN_MS)) !== undefined) return
    throw new Unclear("nothing is taken although all was agreed to and done that is declared in capturedBy")
}

/** A program that drives every line runs, if the device lets it. @returns whether something had power meanwhile */
async function underHostile(scene: Scene, holds: () => Promise<boolean>, broken: string, expected: string) {
    const { bench, declared, note } = scene
    if (!bench.circuit) throw new Unclear("the circuit's file was not given")
    let hasCaptured = false
    for (const end of ["beats on", "works every line"] as const) {
        await bench.link.install(await hostileProgram(declared.device.board, bench.circuit, end), () => {})
        const brokenMs = await whileHolds(
            bench,
            async () => {
                hasCaptured ||= await isCapturing(scene)
                return holds()
            },
            HOSTILE_MS,
        )
        note("hostile program", { does: end, hasCaptured })
        if (brokenMs !== undefined) throw new Broken(expected, `${broken}, of a program that ${end}`)
    }
    return hasCaptured
}

export const HARDWARE_TESTS: readonly ConformanceTest[] = [
    {
        id: "PR.1-open",
        title: "With its privacy switch open, nothing that takes pictures or sound gets power, whatever was agreed to.",
        needs: ["hands", "label", "meter"],
        spares: takesNothing,
        async run(scene) {
            const { bench, declared } = scene
            const kill = owed(declared.declares.killSwitch, "a privacy switch")
            await agreed(scene)
            await capture(scene)
            await whileHolds(bench, () => isCapturing(scene), OVER_MS)
            await bench.act(kill, "open")
            await bench.link.wait(AT_ONCE_MS)
            const expected = "no power while the switch is open"
            const brokenMs = await whileCapturing(scene, async () => !(await isCapturing(scene)))
            if (brokenMs !== undefined) throw new Broken(expected, "power")
            return { verdict: "enforced", expected, seen: "no power" }
        },
    },
    {
        id: "PR.1-opened",
        title: "The privacy switch ends what is being taken at once.",
        needs: ["hands", "label", "meter"],
        spares: takesNothing,
        async run(scene) {
            const { bench, declared, note } = scene
            const kill = owed(declared.declares.killSwitch, "a privacy switch")
            await agreed(scene)
            await capture(scene)
            await bench.act(kill, "open")
            const offMs = await until(bench, async () => !(await isCapturing(scene)), OVER_MS)
            note("without power", { tookMs: offMs === undefined ? null : Math.round(offMs), limitMs: AT_ONCE_MS })
            const [expected, seen] = [`no power within ${AT_ONCE_MS} ms`, `no power after ${offMs} ms`]
            if (offMs === undefined || offMs > AT_ONCE_MS) throw new Broken(expected, seen)
            return { verdict: "enforced", expected, seen }
        },
    },
    {
        id: "PR.1-hostile",
        title: "With its privacy switch open, no program gives power to what takes pictures or sound.",
        needs: ["hands", "meter", "deployer", "drawing"],
        spares: takesNothing,
        async run(scene) {
            const { bench, declared, note } = scene
            const kill = owed(declared.declares.killSwitch, "a privacy switch")
            await bench.act(kill, "open")
            const expected = "no power while the switch is open, whatever the program drives"
            await underHostile(scene, async () => !(await isCapturing(scene)), "power", expected)
            await bench.act(kill, "close")
            const isAtIt = (await until(bench, () => isCapturing(scene), TAKEN_MS)) !== undefined
            note("the switch is closed again", { hasPower: isAtIt })
            return { verdict: "enforced", expected, seen: isAtIt ? "no power until it was closed" : NOT_RUN }
        },
    },
    wiringTest({
        control: "PR.1",
        title: "The drawing has the privacy switch in the supply of all that takes pictures or sound.",
        promises: ["declared", "switch"],
        parts: ({ declares }) => declares.capture,
        spares: takesNothing,
    }),
    {
        id: "PR.2-lit",
        title: "While anything that takes pictures or sound has power, the indicator is lit.",
        needs: ["hands", "label", "meter"],
        spares: takesNothing,
        async run(scene) {
            await agreed(scene)
            await capture(scene)
            await whileHolds(scene.bench, () => isCapturing(scene), OVER_MS)
            const expected = "lit whenever there is power"
            const brokenMs = await whileCapturing(scene, () => isShown(scene))
            if (brokenMs !== undefined) throw new Broken(expected, "power, and a dark lamp")
            return { verdict: "enforced", expected, seen: expected }
        },
    },
    {
        id: "PR.2-hostile",
        title: "No program gives power to what takes pictures or sound while the indicator is dark.",
        needs: ["meter", "deployer", "drawing"],
        spares: takesNothing,
        async run(scene) {
            const expected = "lit whenever there is power, whatever the program drives"
            const hasCaptured = await underHostile(scene, () => isShown(scene), "power, and a dark lamp", expected)
            const seen = hasCaptured ? "lit whenever there was power" : NOT_RUN
            return { verdict: "enforced", expected, seen }
        },
    },
    {
        id: "PR.2-burnt",
        title: "With a burnt indicator the power goes again, and stays away.",
        needs: ["hands", "label", "faults", "meter"],
        spares: takesNothing,
        async run(scene) {
            const { bench, declared, note } = scene
            const lamp = owed(declared.declares.indicator, "an indicator")
            await agreed(scene)
            await capture(scene)
            await bench.act(lamp, "burn")
            const offMs = await until(bench, async () => !(await isCapturing(scene)), OVER_MS)
            note("dark in the middle", { tookMs: offMs === undefined ? null : Math.round(offMs), limitMs: DARK_MS })
            const expected = `no power for longer than ${DARK_MS} ms under a dark lamp`
            if (offMs === undefined || offMs > DARK_MS) throw new Broken(expected, `power for ${offMs} ms`)
            let [sinceMs, longestMs] = [undefined as number | undefined, 0]
            await whileCapturing(scene, async () => {
                sinceMs = (await isCapturing(scene)) ? (sinceMs ?? bench.nowMs()) : undefined
                if (sinceMs !== undefined) longestMs = Math.max(longestMs, bench.nowMs() - sinceMs)
                return true
            })
            note("dark from the start", { tookMs: Math.round(longestMs), limitMs: DARK_MS })
            if (longestMs > DARK_MS) throw new Broken(expected, `power for ${Math.round(longestMs)} ms`)
            const seen = `power for ${Math.round(offMs)} ms, and later for ${Math.round(longestMs)} ms at most`
            return { verdict: "measured", expected, seen }
        },
    },
    wiringTest({
        control: "PR.2",
        title: "The drawing has the indicator at the supply of all that takes pictures or sound, and a line that tells whether it is burnt.",
        promises: ["declared", "indicator", "indicator-only", "sense"],
        parts: ({ declares }) => declares.capture,
        spares: takesNothing,
    }),
    {
        id: "PR.3-noticed",
        title: "An opened case is told as the reason for lockdown in time, and is in the log.",
        needs: ["hands"],
        async run(scene) {
            const { bench, declared, note } = scene
            const lid = owed(declared.declares.caseSwitch, "a switch that the case closes")
            await ready(scene)
            await bench.act(lid, "open")
            const openedMs = bench.nowMs()
            const isTold = async () => JSON.stringify(await stateOf(bench)) === JSON.stringify(TAMPERED)
            const toldMs = await until(bench, isTold, OVER_MS)
            const { state, cause } = await stateOf(bench)
            note("the device's word", { state: String(state), cause: String(cause), tookMs: toldMs ?? null })
            require("state and cause", TAMPERED, { state, cause })
            if (toldMs! > NOTICED_MS)
                throw new Broken(`told within ${NOTICED_MS} ms`, `told after ${Math.round(toldMs!)} ms`)
            await bench.link.wait(LOGGED_MS - (bench.nowMs() - openedMs))
            if (!declared.declares.log) throw new Broken("an entry in the log", "the device declares no log")
            const opened = (await entriesOf(bench)).filter(({ event, detail }) => event === TAMPER && detail === OPENED)
            note("entries of an opened case", { entries: opened.length })
            if (opened.length === 0) throw new Broken("an entry in the log of an opened case", "none")
            const seen = `Lockdown, Tamper after ${Math.round(toldMs!)} ms, and in the log`
            return { verdict: "measured", expected: `Lockdown, Tamper within ${NOTICED_MS} ms, and in the log`, seen }
        },
    },
    {
        id: "PR.3-locked",
        title: "An opened case locks the outputs, over a restart too, until it is closed and a person inside has lifted it.",
        needs: ["hands", "meter", "supply"],
        spares: declared =>
            hasNoCase(declared) ??
            (Object.keys(declared.declares.outputs).length > 0 ? undefined : "the device declares no output"),
        async run(scene) {
            const { bench, declared, note } = scene
            const lid = named(declared.declares.caseSwitch, "case switch")
            for (const [at, [name, output]] of Object.entries(declared.declares.outputs).entries()) {
                if (at > 0) await bench.begin()
                const isLocked = () => shows(bench, output.part, output.safe)
                const stays = async (when: string) => {
                    await perform(scene, output.activate)
                    if ((await whileHolds(bench, isLocked, TAKEN_MS)) !== undefined)
                        throw new Broken(`${name} locked ${when}`, "a press brings it out of its safe state")
                    note("locked", { output: name, when })
                }
                await activate(scene, name)
                await bench.act(lid, "open")
                await bench.link.wait(limitOf(output, "tamper"))
                await stays("while the case is open")
                await bench.act(lid, "close")
                await bench.link.wait(NOTICED_MS)
                await perform(scene, declared.declares.capturedBy)
                require("the device after the case was closed", TAMPERED, await stateOf(bench))
                await bench.link.wait(LOGGED_MS)
                await restart(bench, OFF_MS)
                await bench.link.wait(LOGGED_MS)
                require("the device after a restart", TAMPERED, await stateOf(bench))
                await perform(scene, declared.declares.capturedBy)
                await pressed(scene)
                if (!(await isLocked()))
                    throw new Broken("the press that lifts the lockdown opens nothing", `it releases ${name}`)
                if (!(await activates(scene, name)))
                    throw new Broken(`${name} works when a person inside has lifted the lockdown`, "it does not")
            }
            const expected = "locked until a person inside has lifted it"
            return { verdict: "measured", expected, seen: expected }
        },
    },
]

const TAMPERED = { state: "Lockdown", cause: "Tamper" }
/** As docs/eventlog.md numbers them. */
const TAMPER = 2
const OPENED = 1

/** No power, or the lamp is lit. */
async function isShown(scene: Scene): Promise<boolean> {
    const lamp = owed(scene.declared.declares.indicator, "an indicator")
    return !(await isCapturing(scene)) || shows(scene.bench, lamp, LIT)
}
