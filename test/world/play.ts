import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { onTestFinished } from "vitest"
import type { TraceEntry } from "../../simulators/trace"
import { Run, type RunResult } from "../../simulators/world/run"
import { loadWorld } from "../../simulators/world/world"
import { buildFirmware } from "../../src/host/build/firmware"
import { portableVerifier } from "../../src/host/build/portable-verifier"
import { WorldHub } from "../../src/host/sim/world-hub"
import { packagesOf } from "../../src/host/sim/world-packages"
import { manufactureAll } from "../../src/host/unit/simulated-factory"

export interface Played {
    result: RunResult
    entries: TraceEntry[]
    /** Times, in virtual seconds, of the trace lines of a kind that hold these details. */
    times(source: string, kind: string, details?: Record<string, unknown>): number[]
}

/**
 * Plays a world to its end.
 * @param yaml scenario and expectations; the world lasts 30 s unless told, and has a valve and a door on bus `home`
 */
export async function play(
    yaml: string,
    { seed = 1, devices = VALVE_AND_DOOR, duration = "30s" } = {},
): Promise<Played> {
    const folder = mkdtempSync(join(tmpdir(), "domovoi-world-"))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, "world.yaml")
    writeFileSync(file, `title: A test\nduration: ${duration}\ndevices:\n${devices}\n${yaml}`)

    const world = loadWorld(file, resolve("."))
    const images = new Map<string, Uint8Array>()
    for (const firmware of world.firmware) images.set(firmware, (await buildFirmware(firmware)).image)
    const entries: TraceEntry[] = []
    const units = await manufactureAll(world, images)
    const run = new Run(world, {
        seed,
        images,
        units,
        hub: new WorldHub(await packagesOf(world)),
        verifierInC: portableVerifier,
        onTraceEntry: entry => entries.push(entry),
    })
    await run.advance(world.durationUs)
    return {
        result: run.end(),
        entries,
        times: (source, kind, details = {}) =>
            entries
                .filter(entry => entry.source === source && entry.kind === kind)
                .filter(entry => Object.entries(details).every(([key, value]) => entry[key] === value))
                .map(({ us }) => us / 1_000_000),
    }
}

export const VALVE = "    valve: { board: valve_pico, firmware: gas-valve, bus: home }"
export const DOOR = "    door: { board: doorbell_c3, firmware: doorbell, bus: home }"
const VALVE_AND_DOOR = `${VALVE}\n${DOOR}`
