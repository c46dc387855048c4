import { predictCycles } from "../../simulators/costs/cost-table"
import type { MeterReading } from "../../simulators/vm/meter"
import { meteredRig } from "../firmware/rig"
import { BOARD } from "./crypto-sections"

/** Provisioned devices, with their modules, to whom nothing happens. */
export const IDLE_DEVICES = { "gas-valve": "valve_pico", doorbell: "doorbell_c3" } as const
export type IdleDevice = keyof typeof IDLE_DEVICES

/** By then what is written at a start is written. */
const SETTLED_S = 4
/** A whole number of all their cycles, the looks for what has to be purged included. */
const WATCHED_S = 10

export interface Idleness {
    opcodes: number
    /** Calls of functions of the program. */
    calls: number
    allocations: number
    /** In hundredths of an RP2040's processor time, at 125 MHz; waiting for the I2C bus is none. */
    busyPercent: number
}

/** What an idle device does in a second, to one decimal place. */
export async function idleness(device: IdleDevice): Promise<Idleness> {
    const idle = await meteredRig(device, IDLE_DEVICES[device])
    idle.boot()
    idle.run(SETTLED_S)
    const before = idle.board.meter()!
    idle.run(WATCHED_S)
    const after = idle.board.meter()!
    const state = idle.register("state")
    if (JSON.stringify(state) !== '{"state":"Normal","cause":"None"}')
        throw new Error(`${device} is ${JSON.stringify(state)}`)
    const rate = (count: (reading: MeterReading) => number) =>
        Math.round((10 * (count(after) - count(before))) / WATCHED_S) / 10
    return {
        opcodes: rate(({ opcodes }) => opcodes),
        calls: rate(({ calls }) => calls),
        allocations: rate(({ allocations }) => allocations),
        busyPercent: rate(reading => (100 * predictCycles(reading, BOARD.costs)) / BOARD.costs.clockHz),
    }
}
