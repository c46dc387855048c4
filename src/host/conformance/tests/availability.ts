/** AV.1: floods neither drain, hang nor crash a device. */
import { Broken, type ConformanceTest, require, type Scene } from "../scene"
import {
    activate,
    activates,
    hazard,
    limitOf,
    msUntilSafe,
    named,
    perform,
    ready,
    sensorsOf,
    whileHolds,
    withoutOutputs,
} from "./hands"
import { malformed } from "./load"

/** So many frames for each look at the device, every 2 ms: ten times what a quiet home says, and more than the wire carries. */
const RATES = { malformed: 0.4, full: 8 } as const
/** What the wire does not carry is dropped by its sender. */
const FLOOD_MS = 10_000
/** The queue is full by then. */
const FILLED_MS = 500
const WATCH_MS = 3000
/** Until a device has done all that waits. */
const RECOVERY_MS = 10_000
const ANSWERS_MS = 12_000

/** @returns what sends as many frames as are due at a look */
async function flood({ bench, random }: Scene, perLook: number): Promise<() => Promise<void>> {
    const chip = await bench.link.chip()
    let due = 0
    return async () => {
        for (due += perLook; due >= 1; due--) await bench.send(malformed(random, chip))
    }
}

function floodTest(kind: keyof typeof RATES, title: string): ConformanceTest {
    return {
        id: `AV.1-${kind}`,
        title,
        needs: ["hands", "meter", "peer"],
        spares: withoutOutputs,
        async run(scene) {
            const { bench, declared, note } = scene
            const seen: string[] = []
            for (const [at, [name, output]] of Object.entries(declared.declares.outputs).entries()) {
                if (at > 0) await bench.begin()
                await ready(scene)
                const starts = await bench.link.get("boot_count")
                const send = await flood(scene, RATES[kind])
                const flooded = async () => {
                    await send()
                    return true
                }
                await whileHolds(bench, flooded, FLOOD_MS)
                await bench.link.wait(RECOVERY_MS)
                await activate(scene, name)
                await whileHolds(bench, flooded, FILLED_MS)
                await endanger(scene, name)
                const safeMs = await msUntilSafe(bench, output, WATCH_MS, send)
                const limitMs = limitOf(output, "program")
                note("until safe in the flood", { output: name, tookMs: safeMs ?? null, limitMs })
                const expected = `${name} safe within ${limitMs} ms in a flood`
                if (safeMs === undefined || safeMs > limitMs) throw new Broken(expected, `safe after ${safeMs} ms`)
                await bench.link.wait(RECOVERY_MS)
                await bench.link.find(ANSWERS_MS)
                require("starts of the program", starts, await bench.link.get("boot_count"))
                await comfort(scene, name)
                if (!(await activates(scene, name))) throw new Broken(`${name} works after the flood`, "it does not")
                seen.push(`${name} safe after ${Math.round(safeMs)} ms`)
            }
            const expected = "safe in time in a flood, at work after it, and never started anew"
            return { verdict: "measured", expected, seen: seen.join(", ") }
        },
    }
}

export const AVAILABILITY_TESTS: readonly ConformanceTest[] = [
    floodTest(
        "malformed",
        "Ten times the traffic of a quiet home, of frames that fit nothing, delays nothing and ends nothing.",
    ),
    floodTest("full", "As many frames as the wire carries delay nothing that makes safe, and end nothing."),
]

/** What its sensors are to notice, and what somebody does to its case. */
async function endanger(scene: Scene, output: string): Promise<void> {
    const { bench, declared } = scene
    await hazard(scene, output)
    if (declared.declares.caseSwitch !== null)
        await bench.act(named(declared.declares.caseSwitch, "case switch"), "open")
}

async function comfort(scene: Scene, output: string): Promise<void> {
    const { bench, declared } = scene
    for (const { clear } of sensorsOf(declared, output)) await perform(scene, [clear])
    if (declared.declares.caseSwitch !== null) await bench.act(declared.declares.caseSwitch, "close")
    await bench.link.wait(WATCH_MS)
    await perform(scene, declared.declares.outputs[output].activate)
}
