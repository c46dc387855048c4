/** The gas valve's function without updates: with them there is no room for what a test adds. */
import * as ds from "@devicescript/core"
import { pins } from "@dsboard/valve_pico"
import { Device, FramSlots, InsideButton, PinnedSensor, SafeOutput } from "devicescript-domovoi"
import { runtimeCounterMode } from "devicescript-domovoi/devs/crypto"
import { SoftwareRoot } from "devicescript-domovoi/devs/identity/software-root"
import { DeviceLog } from "devicescript-domovoi/devs/log/device-log"
import { Owner } from "devicescript-domovoi/devs/owner/owner"
import { GAS_SENSOR, GAS_VALVE, GasControl } from "devicescript-domovoi/src/core/rules/gas-valve"
import { suiteMinus21 } from "devicescript-domovoi/src/core/session/edhoc/suite-minus-21"
import { prepareX25519 } from "devicescript-domovoi/src/core/session/edhoc/x25519-compact-key"

const valve = new SafeOutput(pins.VALVE)
const button = new InsideButton(pins.BUTTON)
const gas = new PinnedSensor(GAS_SENSOR)
const storage = new FramSlots()
/** Place in the table of outputs. */
const VALVE = 0

const device = new Device({
    model: "Paired gas valve",
    sequenceNumber: 1,
    root: new SoftwareRoot(),
    storage: storage,
    log: new DeviceLog(storage.log, storage.ledger),
    heartbeat: pins.HEARTBEAT,
    outputs: [{ output: valve, rule: GAS_VALVE }],
    worksAlongside: true,
    sensor: gas.pin,
    owner: new Owner({
        suite: suiteMinus21(runtimeCounterMode),
        makeKey: prepareX25519,
        touched: button.held,
        records: [],
        erase: async () => {},
    }),
})
const control = new GasControl(device.failSafe, VALVE, gas.pin)

gas.listen(new ds.CombustibleGas("gas"), hear)

function hear(module: string, percentLel: number, atMs: number) {
    control.observe(module, percentLel, atMs)
    if (device.failSafe.heldBy(VALVE) !== 0) valve.makeSafe()
}

async function recall() {
    await gas.recall(device.store, device.log)
    control.wanted = 0
    button.closed = true
}

async function step() {
    const pressed = button.pressed(control.wanted === 1)
    valve.drive(control.step(pressed, button.closed, ds.millis()) === 1)
}

async function keep() {
    await gas.keep()
}

await device.run({ recall, step, keep })
