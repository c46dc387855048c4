/**
 * Combustible gas sensor (a catalytic bead in a bridge, as the MC112, behind a microcontroller): 0 to 100 %LEL. It speaks the
 * service of `services/combustible-gas.md`. Pulled high by a broken bead it tells far more than 100 %LEL.
 */
import { type AnalogSensorForm, analogSensor } from "./analog-sensor"
import type { BusModule } from "./module"
import type { PartContext } from "./part"

const SRV_COMBUSTIBLE_GAS = 0x1d0a7a20
const REG_VARIANT = 0x107
const VARIANT_METHANE = 1

const form: AnalogSensorForm = {
    kind: "gas-sensor",
    description: "Combustible gas sensor",
    serviceClass: SRV_COMBUSTIBLE_GAS,
    format: "u16.16",
    minimum: 0,
    maximum: 100,
    initial: 0,
    nonsense: 65535,
    extend: service => service.register(REG_VARIANT, "u8", () => [VARIANT_METHANE]),
}

export function gasSensor(context: PartContext): BusModule {
    return analogSensor(context, form)
}
