/** The longest that any fiber of a device's firmware runs before it lets go, at each of its long works, predicted for its chip. */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Board, BoardState } from "../../simulators/board/board"
import { buildFirmware } from "../../src/host/build/firmware"
import { matrixDevices } from "../campaigns/fail-safe-matrix-devices"
import { authority } from "../host/identity/factory"
import { boardOf, DEVICES, type Device, release } from "../host/update/releases"
import { workbenchFor } from "../simulators/board/workbench"
import { Errands } from "./long-work/errand"
import { SAFE_WORKS } from "./long-work/stories"
import { type LongWork, longWorks } from "./long-work/works"
import { DEVICE_ID } from "./rig"

/** Wanted of all. */
const LIMIT_MS = 10
const START_MS = 5000

const ca = await authority("p256")
const units = new Map<string, BoardState>()
const works = new Map<Device, LongWork[]>()
const table: Record<string, Record<string, number>> = {}

beforeAll(async () => {
    for (const { name, unit } of await matrixDevices()) units.set(name, unit)
    for (const device of DEVICES) works.set(device, await longWorks(device))
})
afterAll(() => console.table(table))

function longestMs(board: Board): number {
    return (board.meter()!.longestStretchCycles * 1000) / board.definition.costs.clockHz
}

/** @returns milliseconds */
function stretchIn(image: Uint8Array, device: Device, { name, prepare, work }: LongWork): number {
    const unit = units.get(device)
    const bench = workbenchFor(image, boardOf(device), { unit, name: "device", deviceId: DEVICE_ID, metered: true })
    const errands = new Errands(bench)
    bench.runMs(START_MS)
    if (prepare) errands.durationOf(prepare())
    bench.board.restartPeaks()
    errands.durationOf(work())
    if (errands.failure) throw new Error(`${name}: ${errands.failure}`)
    return longestMs(bench.board)
}

function note(device: Device, work: string, ms: number): void {
    const row = (table[work] ??= {})
    row[device] = Math.round(ms * 10) / 10
}

describe.each(DEVICES)("%s", device => {
    test("beside its outputs it lets go in time, whatever it is at work on", async () => {
        const { image } = await buildFirmware(device)
        for (const work of works.get(device)!) note(device, work.name, stretchIn(image, device, work))
    })
    test.each(SAFE_WORKS)("with safe outputs: $name", async ({ name, does }) => {
        note(device, name, longestMs(await does(device, ca)))
    })
})
