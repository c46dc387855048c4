/**
 * A gas shut-off valve. It opens when a person asks for it and the air is known to be clear, and shuts on gas, on anything wrong with the
 * sensor, and on power loss. Gas has to be acknowledged by a press of the button before the valve can be opened again.
 */
import * as ds from "@devicescript/core"
import { pins } from "@dsboard/valve_pico"
import {
    Contact,
    Device,
    FramSlots,
    judgeGas,
    nextValveState,
    SafeOutput,
    type Status,
    StoredNumber,
    type ValveState,
} from "devicescript-domovoi"
import { SoftwareRoot } from "devicescript-domovoi/devs/identity/software-root"
import { updaterFor } from "devicescript-domovoi/devs/update/updater"
import { SLH_DSA_SHA2_128S } from "devicescript-domovoi/src/core/cose/slhdsa"

const valve = new SafeOutput(pins.VALVE)
const led = new SafeOutput(pins.LED)
const button = new Contact(pins.BUTTON)
const gas = new ds.CombustibleGas("gas")
const storage = new FramSlots()

const device = new Device({
    model: "Domovoi gas valve",
    sequenceNumber: 1,
    root: new SoftwareRoot(),
    storage: storage,
    heartbeat: pins.HEARTBEAT,
    outputs: [valve],
    updater: updaterFor({
        storage: storage,
        // "gas-valve" by domovoi.example
        vendorId: hex`aeff6e7219ee513982a79662469f79d1`,
        classId: hex`536c021121725fc887314330045c27be`,
        board: "valve_pico",
        verifiers: [SLH_DSA_SHA2_128S],
    }),
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
    const condition = judgeGas(percentLel, ds.millis() - measuredAt)
    const before = state
    state = nextValveState(before, condition, button.closes())
    valve.drive(state === "open")
    led.drive(state === "open" || (state === "alarm" && (ds.millis() & 512) !== 0))

    if (state !== before) {
        if (state === "alarm" || before === "alarm") await alarm.save(state === "alarm" ? 1 : 0)
        if (state === "open") await openings.save(openings.value + 1)
    }
    if (state === "alarm") return [ds.DomovoiState.Safe, ds.DomovoiCause.Hazard]
    if (condition === "faulty") return [ds.DomovoiState.Safe, ds.DomovoiCause.Sensor]
    return [ds.DomovoiState.Normal, ds.DomovoiCause.None]
}

/** Whoever has gas flowing is cooking or heating. */
function readyToUpdate() {
    return state !== "open"
}

await device.run({ recall, step, readyToUpdate })
