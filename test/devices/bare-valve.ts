/**
 * The gas valve's function on a board as it is sold: no FRAM, no dead-man circuit, records in the runtime's settings. It exists to
 * measure what those are worth; see devs/devices/gas-valve.ts for the real one.
 */
import * as ds from "@devicescript/core"
import { configureHardware } from "@devicescript/servers"
import { pins } from "@dsboard/pico"
import {
    Contact,
    Device,
    judgeGas,
    nextValveState,
    SafeOutput,
    SettingsSlots,
    type Status,
    StoredNumber,
    type ValveState,
} from "devicescript-domovoi"
import { SoftwareRoot } from "devicescript-domovoi/devs/identity/software-root"

configureHardware({ jacdac: { pin: pins.GP9 } })

const valve = new SafeOutput(pins.GP15)
const button = new Contact(pins.GP12)
const gas = new ds.CombustibleGas("gas")

const device = new Device({
    model: "Bare gas valve",
    sequenceNumber: 1,
    root: new SoftwareRoot(),
    storage: new SettingsSlots(),
    heartbeat: pins.GP14,
    outputs: [valve],
})
const alarm = new StoredNumber(device.store, "alarm")
const openings = new StoredNumber(device.store, "openings")

let state: ValveState = "shut"
let percentLel: number | undefined
let measuredAt = 0

gas.reading.subscribe(reading => {
    percentLel = reading
    measuredAt = ds.millis()
})

async function recall() {
    await alarm.load()
    await openings.load()
    state = alarm.value ? "alarm" : "shut"
}

async function step(): Promise<Status> {
    const before = state
    state = nextValveState(before, judgeGas(percentLel, ds.millis() - measuredAt), button.closes())
    valve.drive(state === "open")
    if (state !== before) {
        if (state === "alarm" || before === "alarm") await alarm.save(state === "alarm" ? 1 : 0)
        if (state === "open") await openings.save(openings.value + 1)
    }
    return state === "alarm"
        ? [ds.DomovoiState.Safe, ds.DomovoiCause.Hazard]
        : [ds.DomovoiState.Normal, ds.DomovoiCause.None]
}

await device.run({ recall, step })
