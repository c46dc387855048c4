import { sleep } from "@devicescript/core"
import { pins } from "@dsboard/valve_pico"
import { holdValveOpen } from "./hold-valve-open"

// Hostile: heeds nothing and beats the heart for ever.
await holdValveOpen(async () => {
    let high = false
    while (true) {
        high = !high
        pins.HEARTBEAT.write(high)
        await sleep(100)
    }
})
