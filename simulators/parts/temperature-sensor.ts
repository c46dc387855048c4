/** Temperature sensor (a DS18B20 behind a microcontroller): -55 to 125 °C, Jacdac temperature service, i22.10. */
import { jacdac } from "../bus/jacdac"
import { type AnalogSensorForm, analogSensor } from "./analog-sensor"
import type { BusModule } from "./module"
import type { PartContext } from "./part"

const form: AnalogSensorForm = {
    kind: "temperature-sensor",
    description: "Temperature sensor",
    serviceClass: jacdac.SRV_TEMPERATURE,
    format: "i22.10",
    minimum: -55,
    maximum: 125,
    initial: 20,
    // What common drivers of the DS18B20 tell when it does not answer.
    nonsense: -127,
}

export function temperatureSensor(context: PartContext): BusModule {
    return analogSensor(context, form)
}
