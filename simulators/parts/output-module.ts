/** Bus modules that do one thing: a relay, a light bulb, a buzzer. Without power each of them rests. */
import { BuzzerService } from "../bus/services/buzzer"
import { LightBulbService } from "../bus/services/light-bulb"
import { RelayService } from "../bus/services/relay"
import { BusModule } from "./module"
import type { PartContext } from "./part"

/** Relay module, Jacdac relay service. Actions: `unplug`, `plug`. */
export function relayModule(context: PartContext): BusModule {
    let active = false
    const energise = (on: boolean) => {
        if (on !== active) context.note("state", { contact: on ? "no" : "nc" })
        active = on
    }
    return new BusModule(context, "relay-module", {
        description: "Relay",
        services: [new RelayService({ energise })],
        observe: () => ({ contact: active ? "no" : "nc" }),
        powerLost: () => energise(false),
    })
}

/** Dimmable lamp module, Jacdac light bulb service. Actions: `unplug`, `plug`. */
export function lightBulbModule(context: PartContext): BusModule {
    let brightness = 0
    const light = (value: number) => {
        if (value !== brightness) context.note("state", { brightness: value })
        brightness = value
    }
    return new BusModule(context, "light-bulb-module", {
        description: "Light bulb",
        services: [new LightBulbService({ light, dimmable: true })],
        observe: () => ({ lit: brightness > 0, brightness }),
        powerLost: () => light(0),
    })
}

/** Buzzer module, Jacdac buzzer service. Actions: `unplug`, `plug`. */
export function buzzerModule(context: PartContext): BusModule {
    let sounding = false
    let count = 0
    const sound = (on: boolean) => {
        if (on === sounding) return
        sounding = on
        if (on) count++
        context.note("state", { sounding })
    }
    return new BusModule(context, "buzzer-module", {
        description: "Buzzer",
        services: [new BuzzerService(sound)],
        observe: () => ({ sounding, count }),
        powerLost: () => sound(false),
    })
}
