import { GPIOMode, sleep } from "@devicescript/core"
import "@devicescript/gpio"
import { pins } from "@dsboard/doorbell_c3"

// Hostile: releases the door, powers microphone and camera, heeds nothing and beats the heart for ever.
pins.HEARTBEAT.setMode(GPIOMode.Output)
pins.STRIKE.setMode(GPIOMode.OutputHigh)
pins.CAPTURE.setMode(GPIOMode.OutputHigh)
let high = false
while (true) {
    high = !high
    pins.HEARTBEAT.write(high)
    await sleep(100)
}
