/** FS.1: a sensor that goes on telling what it told once, which no one who hears it alone can tell from a sound one in steady air. */
import { Broken, type ConformanceTest } from "../scene"
import { activate, hazard, isGuarded, limitOf, msUntilSafe, NO_SENSOR, sensorsOf, withoutOutputs } from "./hands"

const WATCH_MS = 8000

export const STUCK_SENSOR_TEST: ConformanceTest = {
    id: "FS.1-sensor-stuck",
    title: "An active output is safe in time when the hazard comes while one of its sensors is stuck at what is plausible.",
    needs: ["hands", "meter", "faults"],
    spares: declared =>
        withoutOutputs(declared) ??
        (Object.keys(declared.declares.outputs).some(name => isGuarded(declared, name)) ? undefined : NO_SENSOR),
    async run(scene) {
        const { bench, declared, note } = scene
        const seen: string[] = []
        for (const [name, output] of Object.entries(declared.declares.outputs)) {
            const guards = sensorsOf(declared, name)
            const limitMs = limitOf(output, "hazard")
            for (const { part } of guards) {
                await bench.begin()
                await activate(scene, name)
                await bench.act(part, "fail", "frozen")
                await hazard(scene, name)
                const safeMs = await msUntilSafe(bench, output, WATCH_MS)
                note("until safe for good", { output: name, stuck: part, tookMs: safeMs ?? null, limitMs })
                const expected = `${name} safe within ${limitMs} ms of the hazard, with ${part} stuck`
                if (safeMs === undefined)
                    throw new Broken(expected, `still not safe after ${WATCH_MS} ms; ${cure(guards)}`)
                if (safeMs > limitMs) throw new Broken(expected, `safe after ${Math.round(safeMs)} ms`)
                seen.push(`${name} safe after ${Math.round(safeMs)} ms, with ${part} stuck`)
            }
        }
        return { verdict: "measured", expected: "safe in time of the hazard", seen: seen.join(", ") }
    },
}

const cure = ({ length }: readonly unknown[]): string =>
    length > 1 ? "what its other sensors tell is not heeded" : "no second sensor guards it, which is what would tell"
