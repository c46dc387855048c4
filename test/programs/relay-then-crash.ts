import { sleep } from "@devicescript/core"
import { startRelay } from "@devicescript/servers"
import { pins } from "@dsboard/valve_pico"

// The relay is a C server on the LED's pin: it outlives the program that switched it on.
const relay = startRelay({ pin: pins.LED })
await sleep(500)
await relay.enabled.write(true)
await sleep(500)
throw new Error("the program is gone")
