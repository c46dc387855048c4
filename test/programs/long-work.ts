/**
 * A valve whose program computes for five seconds in stretches of 40 ms, as the gas valve once did when it signed. Its other fibers are those of a
 * reference device: a step every 50 ms, a heartbeat, and the handler of a gas sensor, which shuts the valve for good at 20 %LEL. The work
 * begins when the button is pressed.
 */
import "@devicescript/gpio"
import * as ds from "@devicescript/core"
import { pins } from "@dsboard/valve_pico"

/** Turns of the loop below in 40 ms and in 4 ms of an RP2040. */
const STRETCH = 1440
const STEP = 144
const STRETCHES = 130
/** Jacdac `_sensor`: report of `reading`, command that sets `streaming_samples`, and the most that it takes. */
const READING = 0x1101
const SET_STREAMING_SAMPLES = 0x2003
const SAMPLES = hex`ff`

pins.BUTTON.setMode(ds.GPIOMode.Input)
pins.HEARTBEAT.setMode(ds.GPIOMode.Output)
pins.VALVE.setMode(ds.GPIOMode.Output)
const gas = new ds.CombustibleGas("gas")
let isClear = true
let works = false
let sum = 0

function compute(turns: number) {
    for (let i = 0; i < turns; i++) sum = (sum + i) | 0
}

type RuntimeRole = ds.Role & { _onPacket: (packet: ds.Packet | undefined) => Promise<void> }
;(gas as unknown as RuntimeRole)._onPacket = async packet => {
    if (!packet || packet.serviceCommand === 0) {
        if (gas.isBound) await gas.sendCommand(SET_STREAMING_SAMPLES, SAMPLES)
    } else if (packet.isReport && packet.serviceCommand === READING && packet.decode() >= 20) isClear = false
}

async function work() {
    console.log("works")
    for (let i = 0; i < STRETCHES; i++) {
        compute(STRETCH)
        await ds.sleep(1)
    }
    console.log("done")
}

async function beat() {
    let high = 0
    while (true) {
        high ^= 1
        pins.HEARTBEAT.write(high)
        await ds.sleep(50)
    }
}
beat.start()

while (true) {
    compute(STEP)
    pins.VALVE.write(isClear ? 1 : 0)
    if (!pins.BUTTON.value && !works) {
        works = true
        work.start()
    }
    await ds.sleep(50)
}
