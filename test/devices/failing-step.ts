/** A device that holds the valve open, fails in its step while the button is pressed, and remembers how often it started. */
import { pins } from "@dsboard/valve_pico"
import { Contact, Device, FramSlots, SafeOutput, StoredNumber } from "devicescript-domovoi"
import { SoftwareRoot } from "devicescript-domovoi/devs/identity/software-root"
import { GAS_VALVE } from "devicescript-domovoi/src/core/rules/gas-valve"

const valve = new SafeOutput(pins.VALVE)
const button = new Contact(pins.BUTTON)
const device = new Device({
    model: "Failing step",
    sequenceNumber: 1,
    root: new SoftwareRoot(),
    storage: new FramSlots(),
    heartbeat: pins.HEARTBEAT,
    outputs: [{ output: valve, rule: GAS_VALVE }],
})
const starts = new StoredNumber(device.store, "starts")

async function recall() {
    await starts.load()
    await starts.save(starts.value + 1)
    console.log(`start ${starts.value}`)
}

async function step() {
    button.closes()
    if (button.closed) throw new Error("on purpose")
    valve.drive(true)
}

await device.run({ recall, step })
