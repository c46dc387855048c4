/**
 * A gas shut-off valve. It opens when a person asks for it and the air is known to be clear, and shuts on gas, on anything wrong with the
 * sensor, and on power loss. Gas has to be acknowledged by a press of the button before the valve can be opened again.
 */
import * as ds from "@devicescript/core"
import { pins } from "@dsboard/valve_pico"
import { Cause, Device, FramSlots, InsideButton, PinnedSensor, SafeOutput, StoredNumber } from "devicescript-domovoi"
import { runtimeCounterMode } from "devicescript-domovoi/devs/crypto"
import { SoftwareRoot } from "devicescript-domovoi/devs/identity/software-root"
import { DeviceLog } from "devicescript-domovoi/devs/log/device-log"
import { overwrite } from "devicescript-domovoi/devs/owner/overwrite"
import { Owner } from "devicescript-domovoi/devs/owner/owner"
import { updaterFor } from "devicescript-domovoi/devs/update/updater"
import { SLH_DSA_SHA2_128S } from "devicescript-domovoi/src/core/cose/slhdsa"
import { GAS_SENSOR, GAS_VALVE, GasControl } from "devicescript-domovoi/src/core/rules/gas-valve"
import { suiteMinus21 } from "devicescript-domovoi/src/core/session/edhoc/suite-minus-21"
import { prepareX25519 } from "devicescript-domovoi/src/core/session/edhoc/x25519-compact-key"
import { CONSENT_RECORD } from "devicescript-domovoi/src/core/update/update-agent"

const valve = new SafeOutput(pins.VALVE)
const led = new SafeOutput(pins.LED)
const button = new InsideButton(pins.BUTTON)
const gas = new PinnedSensor(GAS_SENSOR)
const storage = new FramSlots()
const owner = new Owner({
    suite: suiteMinus21(runtimeCounterMode),
    makeKey: prepareX25519,
    touched: button.held,
    records: [CONSENT_RECORD, "openings"],
    erase: erase,
})
/** Place in the table of outputs. */
const VALVE = 0
// All that was imported has begun by here, which takes a while.
await ds.sleep(0)

const device = new Device({
    model: "Domovoi gas valve",
    sequenceNumber: 1,
    root: new SoftwareRoot(),
    storage: storage,
    log: new DeviceLog(storage.log, storage.ledger),
    heartbeat: pins.HEARTBEAT,
    outputs: [{ output: valve, rule: GAS_VALVE }],
    worksAlongside: true,
    owner: owner,
    sensor: gas.pin,
    updater: updaterFor({
        storage: storage,
        // "gas-valve" by domovoi.example
        vendorId: hex`aeff6e7219ee513982a79662469f79d1`,
        classId: hex`536c021121725fc887314330045c27be`,
        board: "valve_pico",
        verifiers: [SLH_DSA_SHA2_128S],
    }),
})
const control = new GasControl(device.failSafe, VALVE, gas.pin)
const openings = new StoredNumber(device.store, "openings")
/** Openings that are not counted yet. */
let newOpenings = 0

// Its own module, and two others that happen to be on the bus.
gas.listen(new ds.CombustibleGas("gas"), hear)
gas.listen(new ds.CombustibleGas("gas2"), hear)
gas.listen(new ds.CombustibleGas("gas3"), hear)

/** Gas shuts the valve at once, not in the next cycle. */
function hear(module: string, percentLel: number, atMs: number) {
    control.observe(module, percentLel, atMs)
    if (device.failSafe.heldBy(VALVE) !== 0) valve.makeSafe()
}

async function recall() {
    await gas.recall(owner.sealed, device.log)
    await openings.load()
    control.wanted = 0
    // A press that began while nobody looked was to shut what was open then: it opens nothing.
    button.closed = true
}

async function step() {
    const wasOpen = valve.active
    // What is to shut the valve is obeyed at once, and missed by no glance.
    const pressed = button.pressed(control.wanted === 1)
    const open = control.step(pressed, button.closed, ds.millis()) === 1
    valve.drive(open)
    const alarm = (device.failSafe.heldBy(VALVE) & Cause.Hazard) !== 0
    led.drive(open || gas.pin.ripe || (alarm && (ds.millis() & 512) !== 0))
    if (open && !wasOpen) newOpenings++
}

async function keep() {
    await gas.keep()
    const counted = newOpenings
    if (counted > 0) await openings.save(openings.value + counted)
    newOpenings -= counted
}

/** Whoever has gas flowing is cooking or heating. */
function readyToUpdate() {
    return !valve.active
}

async function erase() {
    await overwrite(storage.staging)
}

await device.run({ recall, step, keep, readyToUpdate })
