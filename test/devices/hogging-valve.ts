/**
 * A valve that wants to be open, and a program that breaks the rule of short stretches: while the button is pressed, a fiber computes for some
 * 100 ms at a time. The device itself does nothing wrong.
 */
import * as ds from "@devicescript/core"
import { pins } from "@dsboard/valve_pico"
import { Contact, Device, FramSlots, SafeOutput } from "devicescript-domovoi"
import { SoftwareRoot } from "devicescript-domovoi/devs/identity/software-root"
import { GAS_VALVE } from "devicescript-domovoi/src/core/rules/gas-valve"

const ROUNDS = 10_000

const valve = new SafeOutput(pins.VALVE)
const button = new Contact(pins.BUTTON)
const device = new Device({
    model: "Hogging valve",
    sequenceNumber: 1,
    root: new SoftwareRoot(),
    storage: new FramSlots(),
    heartbeat: pins.HEARTBEAT,
    outputs: [{ output: valve, rule: GAS_VALVE }],
})

async function recall() {}

async function step() {
    valve.drive(device.failSafe.levelOf(0, 1) === 1)
}

async function hog() {
    let sum = 0
    while (true) {
        button.closes()
        if (button.closed) for (let i = 0; i < ROUNDS; i++) sum += i
        if (sum < 0) console.log(sum)
        await ds.sleep(button.closed ? 1 : 20)
    }
}

hog.start()
await device.run({ recall, step })
