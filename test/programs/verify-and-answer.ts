/** Checks a signature over and over, of the kinds that a device checks, and lights the LED as long as the button is down. */
import "@devicescript/gpio"
import { GPIOMode, sleep } from "@devicescript/core"
import { pins } from "@dsboard/valve_pico"
import { MESSAGE, PUBLIC_KEY, SIGNATURE } from "devicescript-domovoi/devs/bench/curve25519-answers"
import { ed25519Refusal } from "devicescript-domovoi/src/core/crypto/ed25519-verify"

pins.BUTTON.setMode(GPIOMode.Input)
pins.LED.setMode(GPIOMode.Output)

async function answer() {
    while (true) {
        pins.LED.write(pins.BUTTON.value ? 0 : 1)
        await sleep(5)
    }
}
answer.start()

while (true) {
    const refusal = await ed25519Refusal(PUBLIC_KEY, MESSAGE, SIGNATURE, async () => await sleep(1))
    console.log(refusal === undefined ? "valid" : refusal)
}
