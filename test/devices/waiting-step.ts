/** A device that holds the valve open, and whose step breaks the rule: while the button is pressed it waits for a module that is absent. */
import * as ds from "@devicescript/core"
import { pins } from "@dsboard/valve_pico"
import { Contact, Device, FramSlots, SafeOutput } from "devicescript-domovoi"
import { SoftwareRoot } from "devicescript-domovoi/devs/identity/software-root"
import { GAS_VALVE } from "devicescript-domovoi/src/core/rules/gas-valve"

const valve = new SafeOutput(pins.VALVE)
const button = new Contact(pins.BUTTON)
const camera = new ds.Camera("camera")
const device = new Device({
    model: "Waiting step",
    sequenceNumber: 1,
    root: new SoftwareRoot(),
    storage: new FramSlots(),
    heartbeat: pins.HEARTBEAT,
    outputs: [{ output: valve, rule: GAS_VALVE }],
})

async function recall() {}

async function step() {
    if (button.closes()) await camera.capture()
    valve.drive(true)
}

await device.run({ recall, step })
