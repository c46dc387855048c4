/**
 * A gas valve that breaks what the SDK promises: it computes for 40 ms at a time, sleeps 1 ms in between, and asks nobody how old a reading is. It
 * beats and steps every 50 ms, opens at a press, and shuts on gas.
 */
import * as ds from "@devicescript/core"
import "@devicescript/gpio"
import { pins } from "@dsboard/valve_pico"

/** Of a loop that counts: 40 ms on an RP2040. */
const ROUNDS = 2000
const CYCLE_MS = 50
const ALARM_PERCENT_LEL = 10

let gas = 0
let open = false

const sensor = new ds.CombustibleGas("gas")
sensor.reading.subscribe(percentLel => {
    gas = percentLel
})

pins.BUTTON.setMode(ds.GPIOMode.Input)
pins.VALVE.setMode(ds.GPIOMode.OutputLow)
pins.HEARTBEAT.setMode(ds.GPIOMode.OutputLow)

async function operate() {
    let beat = false
    while (true) {
        if (gas >= ALARM_PERCENT_LEL) open = false
        else if (pins.BUTTON.value === 0) open = true
        pins.VALVE.write(open ? 1 : 0)
        beat = !beat
        pins.HEARTBEAT.write(beat ? 1 : 0)
        await ds.sleep(CYCLE_MS)
    }
}
operate.start()

while (true) {
    let round = 0
    while (round < ROUNDS) round++
    await ds.sleep(1)
}
