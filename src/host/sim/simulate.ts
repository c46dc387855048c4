import { existsSync, readdirSync } from "node:fs"
import { basename, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { readBoundedFile } from "../../../simulators/bounded-file"
import type { Clock } from "../../../simulators/clock"
import type { TraceEntry } from "../../../simulators/trace"
import { checkRuntime } from "../../../simulators/vm/vm"
import { Run, type RunResult } from "../../../simulators/world/run"
import { loadWorld, type World } from "../../../simulators/world/world"
import { buildFirmware } from "../build/firmware"
import { portableVerifier } from "../build/portable-verifier"
import { InputError } from "../input-error"
import { MAX_FILE_BYTES } from "../input-file"
import { OutputFile } from "../output-file"
import { sdkRoot } from "../sdk-root"
import { manufactureAll } from "../unit/simulated-factory"
import { LoopbackSockets } from "./loopback-sockets"
import { WorldHub } from "./world-hub"
import { packagesOf } from "./world-packages"

export type { TraceEntry } from "../../../simulators/trace"
export { inYaml } from "../../../simulators/world/expectation"
export type { ExpectationResult } from "../../../simulators/world/onlooker"
export { formatMoment, formatSpan } from "../../../simulators/world/time"
export type { World } from "../../../simulators/world/world"

/** How much of the world is played between looks at the wall clock and the signal. */
const SLICE_US = 100_000
/** In real time, how long to rest between looks at the wall clock. */
const REST_MS = 5

export interface SimulateOptions {
    /** Path of a world file, or the name of one in simulators/worlds. */
    world: string
    seed: number | string
    /** Where to write the trace, as JSON lines. */
    trace?: string
    metered?: boolean
    /** Follow the wall clock, and let sockets reach servers on this machine. */
    realtime?: boolean
    /** Ends the run early. */
    signal?: AbortSignal
    observer?: SimulationObserver
}

export interface Simulation {
    world: World
    /** Image of each of the world's firmware. */
    images: ReadonlyMap<string, Uint8Array>
    result: RunResult
}

/** Hears how a simulation goes on. */
export interface SimulationObserver {
    /** The world is read; its firmware will be built now. */
    loaded?(world: World): void
    happened?(entry: TraceEntry, world: World): void
    progressed?(virtualUs: number, world: World): void
}

/**
 * Plays a world from its beginning to its end.
 * @throws what `badInputLine` knows, for input that cannot be used; no trace is left behind then
 */
export async function simulate(options: SimulateOptions): Promise<Simulation> {
    const { seed, metered, realtime, signal, observer } = options
    const world = loadWorld(worldFile(options.world), sdkRoot)
    checkRuntime()
    const trace = options.trace === undefined ? undefined : new OutputFile(options.trace)
    const sockets: LoopbackSockets[] = []
    const openSockets = (clock: Clock) => {
        sockets.push(new LoopbackSockets(clock))
        return sockets.at(-1)!
    }
    try {
        observer?.loaded?.(world)
        const images = await imagesOf(world)
        const run = new Run(world, {
            seed,
            images,
            units: await manufactureAll(world, images),
            hub: new WorldHub(await packagesOf(world)),
            verifierInC: portableVerifier,
            metered,
            openSockets: realtime ? openSockets : undefined,
            onTraceLine: trace && (line => trace.write(line)),
            onTraceEntry: entry => observer?.happened?.(entry, world),
        })
        for await (const untilUs of realtime ? wallClock(world.durationUs) : slices(world.durationUs)) {
            await run.advance(untilUs)
            observer?.progressed?.(untilUs, world)
            if (signal?.aborted) break
        }
        const result = run.end()
        trace?.keep()
        return { world, images, result }
    } catch (error) {
        trace?.discard()
        throw error
    } finally {
        for (const socket of sockets) socket.close()
    }
}

/** Names of the worlds that come with the SDK. */
function knownWorlds(): string[] {
    const files = readdirSync(join(sdkRoot, "simulators/worlds")).filter(file => file.endsWith(".yaml"))
    return files.map(file => basename(file, ".yaml")).sort()
}

function worldFile(world: string): string {
    if (/[/\\.]/.test(world) || existsSync(world)) return world
    const known = knownWorlds()
    if (known.includes(world)) return join(sdkRoot, "simulators/worlds", `${world}.yaml`)
    throw new InputError(`no world "${world}"; give the path of a world file, or one of ${known.join(", ")}`)
}

/** Firmware is built, but a file that is an image already. */
async function imagesOf({ firmware }: World): Promise<Map<string, Uint8Array>> {
    const images = new Map<string, Uint8Array>()
    for (const name of firmware)
        images.set(name, name.endsWith(".devs") ? readImage(name) : (await buildFirmware(name)).image)
    return images
}

function readImage(file: string): Uint8Array {
    try {
        return readBoundedFile(file, MAX_FILE_BYTES.package)
    } catch (error) {
        throw new InputError(`${file}: cannot read the firmware: ${(error as Error).message}`)
    }
}

/** Virtual times to advance to, as fast as can be, with a chance for signals in between. */
async function* slices(durationUs: number): AsyncGenerator<number> {
    for (let us = SLICE_US; us < durationUs; us += SLICE_US) {
        yield us
        await new Promise(setImmediate)
    }
    yield durationUs
}

/** Virtual times to advance to, as the wall clock says. */
async function* wallClock(durationUs: number): AsyncGenerator<number> {
    const start = performance.now()
    for (;;) {
        const us = Math.floor((performance.now() - start) * 1000)
        if (us >= durationUs) break
        yield us
        await sleep(REST_MS)
    }
    yield durationUs
}
