import "@devicescript/gpio"
import { GPIOMode, sleep } from "@devicescript/core"
import { pins } from "@dsboard/valve_pico"

/** Opens the valve and beats the heart for 2 s, as a healthy program would; then does what `misbehave` does. */
export async function holdValveOpen(misbehave: () => void | Promise<void>) {
    pins.HEARTBEAT.setMode(GPIOMode.Output)
    pins.VALVE.setMode(GPIOMode.Output)
    pins.VALVE.write(1)
    for (let beat = 0; beat < 20; beat++) {
        pins.HEARTBEAT.write(beat & 1)
        await sleep(100)
    }
    await misbehave()
}
