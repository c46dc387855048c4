/**
 * The gas valve's function for people who were paired: sessions in the place of credentials on the bus, and no updates, for which there is no room beside
 * them, nor a factory reset, which comes with the service `owner`.
 */
import * as ds from "@devicescript/core"
import { pins } from "@dsboard/valve_pico"
import { Device, FramSlots, InsideButton, PinnedSensor, SafeOutput } from "devicescript-domovoi"
import { runtimeCounterMode } from "devicescript-domovoi/devs/crypto"
import { SoftwareRoot } from "devicescript-domovoi/devs/identity/software-root"
import { DeviceLog } from "devicescript-domovoi/devs/log/device-log"
import { Sessions } from "devicescript-domovoi/devs/session/sessions"
import { Action } from "devicescript-domovoi/src/core/owner/rights"
import { GAS_SENSOR, GAS_VALVE, GasControl } from "devicescript-domovoi/src/core/rules/gas-valve"
import { CoapCode } from "devicescript-domovoi/src/core/session/coap-message"
import { bare, type Resource } from "devicescript-domovoi/src/core/session/device/resources"
import { suiteMinus21 } from "devicescript-domovoi/src/core/session/edhoc/suite-minus-21"
import { prepareX25519 } from "devicescript-domovoi/src/core/session/edhoc/x25519-compact-key"

const valve = new SafeOutput(pins.VALVE)
const button = new InsideButton(pins.BUTTON)
const gas = new PinnedSensor(GAS_SENSOR)
const storage = new FramSlots()
/** Place in the table of outputs. */
const VALVE = 0

/** Shuts the valve: anybody who is known may. */
const shut: Resource = {
    path: "valve/shut",
    method: CoapCode.Post,
    action: Action.MakeSafe,
    serve: async () => {
        valve.makeSafe()
        control.wanted = 0
        return bare(CoapCode.Changed)
    },
}

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
    sessions: new Sessions({
        suite: suiteMinus21(runtimeCounterMode),
        makeKey: prepareX25519,
        touched: button.held,
        resources: [shut],
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
