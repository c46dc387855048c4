import { join } from "node:path"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { Board } from "../../simulators/board/board"
import { loadBoard } from "../../simulators/board/definition"
import { Bus } from "../../simulators/bus/bus"
import { US_PER_S, VirtualClock } from "../../simulators/clock"
import { randomStreams } from "../../simulators/random"
import { Trace } from "../../simulators/trace"
import { checkRuntime } from "../../simulators/vm/vm"
import { buildFirmware } from "../../src/host/build/firmware"
import { sdkRoot } from "../../src/host/sdk-root"
import { manufacture } from "../../src/host/unit/simulated-factory"
import { DEVICE_ID } from "../firmware/rig"
import type { Benchmark, Figure } from "./figure"
import { IDLE_DEVICES } from "./idle-devices"

const SEED = 1
const BYTES_PER_MB = 1_000_000

/** How many of which device, and for how many virtual seconds after they have started. */
const LOADS = [
    { device: "gas-valve", devices: 1, seconds: 600 },
    { device: "gas-valve", devices: 10, seconds: 60 },
    { device: "gas-valve", devices: 100, seconds: 10 },
    { device: "doorbell", devices: 100, seconds: 10 },
] as const
/** Virtual seconds until every program runs and its sensor talks. */
const START_S = 5

export default {
    prefix: "sim.devices",
    title: "Idle provisioned devices in one process, each on a bus of its own with its modules; the trace is hashed and not kept",
    async measure() {
        checkRuntime() // compiled once a process, so no device's own
        const figures: Figure[] = []
        for (const load of LOADS) figures.push(...(await measureLoad(load)))
        return figures
    },
} satisfies Benchmark

async function measureLoad({ device, devices, seconds }: (typeof LOADS)[number]): Promise<Figure[]> {
    const definition = loadBoard(IDLE_DEVICES[device], join(sdkRoot, "boards"))
    const { image } = await buildFirmware(device)
    // Without an identity, they would look for one all the time. One does for all: none hears of another.
    const unit = (await manufacture(image, definition, DEVICE_ID))!
    const clock = new VirtualClock()
    const trace = new Trace(clock)
    const random = randomStreams(SEED)
    const bytesBefore = await residentBytes()
    const boards = Array.from({ length: devices }, (_, i) => {
        const name = `device${i}`
        const bus = new Bus({ name, clock, trace, random: random(`bus.${name}`) })
        return new Board({ name, definition, deviceId: DEVICE_ID, clock, bus, trace, random })
    })
    for (const board of boards) {
        board.restore(unit)
        board.powerOn()
    }
    clock.runUntil(START_S * US_PER_S)
    const megabytes = ((await residentBytes()) - bytesBefore) / BYTES_PER_MB

    const startMs = performance.now()
    clock.runUntil((START_S + seconds) * US_PER_S)
    const wallS = (performance.now() - startMs) / 1000

    const stopped = boards.filter(({ state }) => state !== "running")
    if (stopped.length > 0) throw new Error(`${stopped.map(({ name }) => name).join(", ")} did not stay running`)
    const name = `sim.devices${devices}${device === "gas-valve" ? "" : `.${device}`}`
    return [
        { name: `${name}.deviceSecondsPerSecond`, value: Math.round((devices * seconds) / wallS), unit: "s/s" },
        { name: `${name}.timesRealTime`, value: Math.round((10 * seconds) / wallS) / 10, unit: "s/s" },
        { name: `${name}.memoryPerDevice`, value: Math.round((10 * megabytes) / devices) / 10, unit: "MB" },
    ]
}

setFlagsFromString("--expose-gc")
const collectGarbage = runInNewContext("gc") as () => void

/** What the process really occupies, once nothing in it waits to be freed. */
async function residentBytes(): Promise<number> {
    for (let pass = 0; pass < 2; pass++) {
        collectGarbage()
        // Memories of virtual machines are given back in a turn of the event loop of their own.
        await new Promise(setImmediate)
    }
    return process.memoryUsage.rss()
}
