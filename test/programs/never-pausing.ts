import "@devicescript/gpio"
import { GPIOMode, sleep } from "@devicescript/core"
import { pins } from "@dsboard/valve_pico"

// Sleeping for 0 ms resets the runtime's opcode limit and lets nothing else run: no bus, no timers of the runtime.
pins.LED.setMode(GPIOMode.Output)
let lit = 0
while (true) {
    lit ^= 1
    pins.LED.write(lit)
    await sleep(0)
}
