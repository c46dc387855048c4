/** The least that is a device: a root of trust in software, a FRAM, one output, and no log, update or owner. It exists to be measured (`npm run sizes`). */
import { pins } from "@dsboard/valve_pico"
import { Device, FramSlots, SafeOutput } from "devicescript-domovoi"
import { SoftwareRoot } from "devicescript-domovoi/devs/identity/software-root"
import { GAS_VALVE } from "devicescript-domovoi/src/core/rules/gas-valve"

const device = new Device({
    model: "Smallest device",
    sequenceNumber: 1,
    root: new SoftwareRoot(),
    storage: new FramSlots(),
    heartbeat: pins.HEARTBEAT,
    outputs: [{ output: new SafeOutput(pins.VALVE), rule: GAS_VALVE }],
})

async function recall() {}

async function step() {}

await device.run({ recall, step })
