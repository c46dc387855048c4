/** AV.1: floods neither drain, hang nor crash a device. */
import { programDeviceId } from "../../../../simulators/bus/frame"
import { SERVICES } from "../../unit/service-specs"
import { LinkError } from "../../unit/unit-link"
import { owner } from "../household"
import { Broken, type ConformanceTest, require, type Scene, Unclear } from "../scene"
import { indexOf } from "./frames"
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
import { malformed, strangersMessage } from "./load"
import { disable } from "./people"

/** So many frames for each look at the device, every 2 ms: ten times what a quiet home says, and more than the wire carries. */
const RATES = { malformed: 0.4, full: 8, sessions: 0.4 } as const
/** So many at once, which the bus takes a moment to carry, before each of so many things that the owner asks for. */
const BURST = 40
const ASKED = 8
/** In which the owner is served in a flood: what is let fall is asked again. */
const SERVED_MS = 15_000

/** What the wire does not carry is dropped by its sender. */
const FLOOD_MS = 10_000
/** The queue is full by then. */
const FILLED_MS = 500
const WATCH_MS = 3000
/** Until a device has done all that waits. */
const RECOVERY_MS = 10_000
const ANSWERS_MS = 12_000

/** @returns what makes a frame of that kind of flood @throws Unclear if the device's service was not heard of */
async function framesOf({ bench, random }: Scene, kind: keyof typeof RATES): Promise<() => Uint8Array> {
    const chip = await bench.link.chip()
    if (kind !== "sessions") return () => malformed(random, chip)
    const serviceIndex = indexOf(bench, programDeviceId(chip), SERVICES.domovoi.classIdentifier)
    if (serviceIndex === undefined) throw new Unclear("the program was not heard to announce itself")
    return () => strangersMessage(random, chip, serviceIndex)
}

/** @returns what sends as many frames as are due at a look */
async function flood(scene: Scene, kind: keyof typeof RATES): Promise<() => Promise<void>> {
    const frame = await framesOf(scene, kind)
    let due = 0
    return async () => {
        for (due += RATES[kind]; due >= 1; due--) await scene.bench.send(frame())
    }
}

function floodTest(kind: keyof typeof RATES, title: string): ConformanceTest {
    return {
        id: `AV.1-${kind}`,
        title,
        needs: kind === "sessions" ? ["hands", "meter", "listener", "peer"] : ["hands", "meter", "peer"],
        spares: withoutOutputs,
        async run(scene) {
            const { bench, declared, note } = scene
            const seen: string[] = []
            for (const [at, [name, output]] of Object.entries(declared.declares.outputs).entries()) {
                if (at > 0) await bench.begin()
                await ready(scene)
                const starts = await bench.link.get("boot_count")
                const send = await flood(scene, kind)
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
    floodTest(
        "sessions",
        "Ten times the traffic of a quiet home, of messages in sessions by whoever is nobody to it, delays nothing and ends nothing.",
    ),
    floodTest("full", "As many frames as the wire carries delay nothing that makes safe, and end nothing."),
    {
        id: "AV.1-owner-served",
        title: "Whoever is nobody to the device keeps its owner from nothing by saying much.",
        needs: ["hands", "label", "listener", "peer"],
        spares: ({ declares }) =>
            declares.owner && declares.button !== null
                ? undefined
                : "the device declares no owner, or no button for one",
        async run(scene) {
            const { bench, note } = scene
            await ready(scene)
            const by = await owner(scene)
            const frame = await framesOf(scene, "sessions")
            const starts = await bench.link.get("boot_count")
            let longestMs = 0
            for (let asked = 0; asked < ASKED; asked++) {
                for (let sent = 0; sent < BURST; sent++) await bench.send(frame())
                const askedMs = bench.nowMs()
                const expected = `what the owner wants done within ${SERVED_MS} ms in a flood`
                const refusal = await disable(by, true).catch(error => {
                    throw error instanceof LinkError ? new Broken(expected, "no answer") : error
                })
                require("what the owner has done in a flood", "None", refusal)
                longestMs = Math.max(longestMs, bench.nowMs() - askedMs)
            }
            note("served in a flood", { times: ASKED, longestMs })
            const expected = `served within ${SERVED_MS} ms in a flood`
            if (longestMs > SERVED_MS) throw new Broken(expected, `after ${Math.round(longestMs)} ms`)
            require("starts of the program", starts, await bench.link.get("boot_count"))
            return { verdict: "measured", expected, seen: `after ${Math.round(longestMs)} ms at most` }
        },
    },
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
