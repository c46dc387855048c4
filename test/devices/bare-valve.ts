/**
 * The gas valve's function on a board as it is sold: no FRAM, no dead-man circuit, records in the runtime's settings. It exists to
 * measure what those are worth; see devs/devices/gas-valve.ts for the real one.
 */
import * as ds from "@devicescript/core"
import { configureHardware } from "@devicescript/servers"
import { pins } from "@dsboard/pico"
import { Device, InsideButton, PinnedSensor, SafeOutput, SettingsSlots, StoredNumber } from "devicescript-domovoi"
import { SoftwareRoot } from "devicescript-domovoi/devs/identity/software-root"
import { GAS_SENSOR, GAS_VALVE, GasControl } from "devicescript-domovoi/src/core/rules/gas-valve"

configureHardware({ jacdac: { pin: pins.GP9 } })

const valve = new SafeOutput(pins.GP15)
const button = new InsideButton(pins.GP12)
const gas = new PinnedSensor(GAS_SENSOR)
/** Place in the table of outputs. */
const VALVE = 0

const device = new Device({
    model: "Bare gas valve",
    sequenceNumber: 1,
    root: new SoftwareRoot(),
    storage: new SettingsSlots(),
    heartbeat: pins.GP14,
    outputs: [{ output: valve, rule: GAS_VALVE }],
    sensor: gas.pin,
})
const control = new GasControl(device.failSafe, VALVE, gas.pin)
const openings = new StoredNumber(device.store, "openings")

gas.listen(new ds.CombustibleGas("gas"), control.observe)

async function recall() {
    await gas.recall(device.store, device.log)
    await openings.load()
    control.wanted = 0
}

async function step() {
    const wasOpen = valve.active
    valve.drive(control.step(button.pressed(), button.closed, ds.millis()) === 1)
    await gas.keep()
    if (valve.active && !wasOpen) await openings.save(openings.value + 1)
}

await device.run({ recall, step })
