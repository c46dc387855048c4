/** All that the SDK does for a device with log, update and owner, and no behaviour of its own. It exists to be measured (`npm run sizes`). */
import { pins } from "@dsboard/valve_pico"
import { Device, FramSlots, InsideButton, SafeOutput } from "devicescript-domovoi"
import { runtimeCounterMode } from "devicescript-domovoi/devs/crypto"
import { SoftwareRoot } from "devicescript-domovoi/devs/identity/software-root"
import { DeviceLog } from "devicescript-domovoi/devs/log/device-log"
import { overwrite } from "devicescript-domovoi/devs/owner/overwrite"
import { Owner } from "devicescript-domovoi/devs/owner/owner"
import { updaterFor } from "devicescript-domovoi/devs/update/updater"
import { SLH_DSA_SHA2_128S } from "devicescript-domovoi/src/core/cose/slhdsa"
import { GAS_VALVE } from "devicescript-domovoi/src/core/rules/gas-valve"
import { suiteMinus21 } from "devicescript-domovoi/src/core/session/edhoc/suite-minus-21"
import { prepareX25519 } from "devicescript-domovoi/src/core/session/edhoc/x25519-compact-key"
import { CONSENT_RECORD } from "devicescript-domovoi/src/core/update/update-agent"

const button = new InsideButton(pins.BUTTON)
const storage = new FramSlots()
const owner = new Owner({
    suite: suiteMinus21(runtimeCounterMode),
    makeKey: prepareX25519,
    touched: button.held,
    records: [CONSENT_RECORD],
    erase: erase,
})

const device = new Device({
    model: "Device without a behaviour",
    sequenceNumber: 1,
    root: new SoftwareRoot(),
    storage: storage,
    log: new DeviceLog(storage.log, storage.ledger),
    heartbeat: pins.HEARTBEAT,
    outputs: [{ output: new SafeOutput(pins.VALVE), rule: GAS_VALVE }],
    worksAlongside: true,
    owner: owner,
    updater: updaterFor({
        storage: storage,
        vendorId: hex`aeff6e7219ee513982a79662469f79d1`,
        classId: hex`536c021121725fc887314330045c27be`,
        board: "valve_pico",
        verifiers: [SLH_DSA_SHA2_128S],
    }),
})

async function recall() {}

async function step() {
    button.pressed()
}

async function erase() {
    await overwrite(storage.staging)
}

await device.run({ recall, step })
