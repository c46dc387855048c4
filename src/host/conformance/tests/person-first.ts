/** OW.2: what a person at the device has decided stands against whatever acts by itself. */
import type { Declaration } from "../declaration"
import type { Fixture } from "../fixture"
import { found, OFF_MS, restart } from "../restart"
import { Broken, type ConformanceTest, type Scene, Unclear } from "../scene"
import { buttonModule, resetChip } from "./frames"
import {
    activate,
    hazard,
    isGuarded,
    limitOf,
    msUntilSafe,
    perform,
    pressed,
    ready,
    sensorsOf,
    shows,
    until,
    whileHolds,
    withoutOutputs,
} from "./hands"
import { given, takesNone } from "./update"
import { agreedWhileActive, authorisedWithin, offered } from "./update-meets-person"

/** In which what acts by itself would have acted. */
const WATCH_MS = 2500
/** Longer than any output is at work that goes back by itself. */
const NATURAL_MS = 5000
/** How much earlier than otherwise an output may go back: what a step takes, with room. */
const EARLIER_MS = 500
const AUTHORISED_MS = 5000
/** Between two frames of a module: it is bound to a role in 2 s. */
const MODULE_MS = 500
/** For a sensor to be missed, or believed again. */
const NOTICED_MS = 3000

/** What would have an output at work, and is no person at the device. */
interface Automation {
    /** `after …` */
    what: string
    needs: Fixture
    concerns(declared: Declaration, output: string): boolean
    act(scene: Scene, output: string): Promise<void>
}

const AUTOMATIONS: readonly Automation[] = [
    {
        what: "the hazard has come and gone",
        needs: "faults",
        concerns: isGuarded,
        async act(scene, output) {
            await hazard(scene, output)
            await scene.bench.link.wait(NOTICED_MS)
            for (const { clear } of sensorsOf(scene.declared, output)) await perform(scene, [clear])
        },
    },
    {
        what: "its sensor has gone and come back",
        needs: "faults",
        concerns: isGuarded,
        async act({ bench, declared }, output) {
            for (const action of ["unplug", "plug"])
                for (const { part } of sensorsOf(declared, output)) {
                    await bench.act(part, action)
                    await bench.link.wait(NOTICED_MS)
                }
        },
    },
    {
        what: "somebody outside has asked for it",
        needs: "hands",
        concerns: ({ declares }) => declares.capturedBy.length > 0,
        act: (scene, _) => perform(scene, scene.declared.declares.capturedBy),
    },
    {
        what: "a module on the bus says that its button is pressed",
        needs: "peer",
        concerns: () => true,
        async act({ bench }) {
            for (const frame of buttonModule()) {
                await bench.send(frame)
                await bench.link.wait(MODULE_MS)
            }
        },
    },
    {
        what: "an update waits for its owner",
        needs: "hands",
        concerns: ({ declares }) => declares.updates,
        act: async scene => offered(scene, await given(scene, "next")),
    },
    {
        what: "the chip has started anew",
        needs: "peer",
        concerns: () => true,
        async act({ bench }) {
            await bench.send(resetChip(await bench.link.chip()))
            await found(bench)
        },
    },
    {
        what: "the supply was away",
        needs: "supply",
        concerns: () => true,
        act: ({ bench }) => restart(bench, OFF_MS),
    },
]

/** The output was at work, and is no more: a person has shut it, or its time is over. @throws Unclear if it does not go back */
async function shut(scene: Scene, name: string): Promise<void> {
    const { bench, declared } = scene
    const { part, safe } = declared.declares.outputs[name]
    const isSafe = () => shows(bench, part, safe)
    await activate(scene, name)
    if ((await until(bench, isSafe, NATURAL_MS)) !== undefined) return
    await pressed(scene)
    if ((await until(bench, isSafe, WATCH_MS)) === undefined) throw new Unclear(`${name} does not go back at a press`)
}

export const PERSON_FIRST_TESTS: readonly ConformanceTest[] = [
    {
        id: "OW.2-person-first",
        title: "A person's decision beats an automation's.",
        needs: ["hands", "meter", "faults", "peer", "supply"],
        spares: withoutOutputs,
        async run(scene) {
            const { bench, declared, note } = scene
            const tried: string[] = []
            for (const [name, { part, safe }] of Object.entries(declared.declares.outputs)) {
                const isSafe = () => shows(bench, part, safe)
                for (const { what, act } of AUTOMATIONS.filter(({ concerns }) => concerns(declared, name))) {
                    await bench.begin()
                    await ready(scene)
                    await shut(scene, name)
                    await act(scene, name)
                    const brokenMs = await whileHolds(bench, isSafe, WATCH_MS)
                    note("stays as the person has left it", {
                        output: name,
                        after: what,
                        isSafe: brokenMs === undefined,
                    })
                    if (brokenMs !== undefined)
                        throw new Broken(`${name} as a person has left it, when ${what}`, "it becomes active by itself")
                    tried.push(what)
                }
            }
            return {
                verdict: "enforced",
                expected: "as a person has left it",
                seen: `so it is when ${tried.join(", ")}`,
            }
        },
    },
    {
        id: "OW.2-update-waits",
        title: "An update that was agreed to lets an output work for as long as a person wants it, and goes on when the person lets it.",
        // What is authorised here would have to be installed, or its consent stands.
        needs: ["hands", "meter", "deployer"],
        spares: declared => withoutOutputs(declared) ?? takesNone(declared),
        async run(scene) {
            const { bench, declared, note } = scene
            const seen: string[] = []
            for (const [at, [name, output]] of Object.entries(declared.declares.outputs).entries()) {
                const isSafe = () => shows(bench, output.part, output.safe)
                if (at > 0) await bench.begin()
                await ready(scene)
                await activate(scene, name)
                const naturalMs = (await until(bench, isSafe, NATURAL_MS)) ?? NATURAL_MS
                await bench.begin()
                await ready(scene)
                await agreedWhileActive(scene, await given(scene, "next"), name)
                const workedMs = (await until(bench, isSafe, NATURAL_MS)) ?? NATURAL_MS
                note("at work from a person's wish on", { output: name, alone: naturalMs, withUpdate: workedMs })
                if (workedMs < naturalMs - EARLIER_MS)
                    throw new Broken(
                        `${name} at work for ${Math.round(naturalMs)} ms from a person's wish on`,
                        `an update ends it after ${Math.round(workedMs)} ms`,
                    )
                if (!(await isSafe())) {
                    await pressed(scene)
                    const safeMs = await msUntilSafe(bench, output, WATCH_MS)
                    const limitMs = limitOf(output, "owner")
                    note("until safe for good, of a press", { output: name, tookMs: safeMs ?? null, limitMs })
                    if (safeMs === undefined || safeMs > limitMs)
                        throw new Broken(`${name} safe within ${limitMs} ms of a press`, `safe after ${safeMs} ms`)
                }
                const state = await authorisedWithin(scene, AUTHORISED_MS)
                if (state !== "Authorised") throw new Broken("the update goes on when it is let", state)
                seen.push(`${name} at work for ${Math.round(workedMs)} ms, as without an update`)
            }
            return { verdict: "enforced", expected: "the update waits, and then goes on", seen: seen.join(", ") }
        },
    },
]
