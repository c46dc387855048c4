/**
 * Microphone module: a MEMS microphone whose level, 0 to 1, a microcontroller tells by the Jacdac sound level service. It can be switched
 * off over the bus. The events for loud and quiet, with their thresholds, are not modelled.
 */

import { z } from "zod"
import { jacdac } from "../bus/jacdac"
import { Sensor } from "../bus/sensor"
import { actionWith } from "./actions"
import { BusModule } from "./module"
import type { PartContext } from "./part"

const { SoundLevelReg, SRV_SOUND_LEVEL } = jacdac

/** Actions: `set` (how loud it is, 0 to 1), `unplug`, `plug`. */
export function microphone(context: PartContext): BusModule {
    let loudness = 0
    let enabled = true
    const level = () => (enabled ? loudness : 0)
    const service = new Sensor(SRV_SOUND_LEVEL, "u0.16", () => [level()])
    service.register(
        SoundLevelReg.Enabled,
        "u8",
        () => [enabled ? 1 : 0],
        ([on]) => {
            enabled = on !== 0
        },
    )
    return new BusModule(context, "microphone", {
        description: "Microphone",
        services: [service],
        actions: {
            set: actionWith(z.number().min(0).max(1), value => {
                loudness = value
            }),
        },
        observe: () => ({ level: level() }),
        powerLost: () => {
            enabled = true
        },
    })
}
