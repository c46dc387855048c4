import type { Level, Pull } from "../../circuit/circuit"
import { JacdacServer, type ServerOptions } from "../server"
import type { Service } from "../service"
import { ButtonService } from "./button"
import { BuzzerService } from "./buzzer"
import { LightBulbService } from "./light-bulb"
import { RelayService } from "./relay"
import { SwitchService } from "./switch"
import { type ChipSettings, WifiService } from "./wifi"

/** The chip's pins, by GPIO number. */
export interface ChipPins {
    drivePin(gpio: number, level: Level | undefined, pull?: Pull): void
    readPin(gpio: number): Level
    /** Calls back whenever the level at the pin changes, until the returned function is called. */
    watchPin(gpio: number, callback: () => void): () => void
}

/** A server in the chip's C runtime, as the configuration in a program's image asks for it. */
export interface ChipServerConfig {
    /** Name as the runtime knows it (jacdac-c `jd_srvcfg.c`), with a variant behind a colon for some. */
    service: string
    /** Pins as GPIO numbers, flags as 0 or 1. */
    settings: Readonly<Record<string, unknown>>
}

/**
 * The servers that `startRelay({ pin })` and its like put into the chip. They live in the C runtime: they outlive the program that asked
 * for them and keep their pins as they are, until the chip loses its power. What the table does not hold is passed over.
 * @param network the settings of a chip with Wi-Fi, which has that server whatever the program asks for
 */
export function chipServer(
    configs: readonly ChipServerConfig[],
    pins: ChipPins,
    network: ChipSettings | undefined,
    options: Omit<ServerOptions, "services">,
): JacdacServer {
    const services: Service[] = configs.flatMap(({ service, settings }) => {
        const factory = chipServices.get(service.split(":")[0])
        return factory ? [factory(new Settings(settings), pins)] : []
    })
    if (network) services.push(new WifiService(network))
    return new JacdacServer({ ...options, services })
}

const chipServices: ReadonlyMap<string, (settings: Settings, pins: ChipPins) => Service> = new Map([
    ["button", chipButton],
    ["buzzer", chipBuzzer],
    ["lightBulb", chipLightBulb],
    ["relay", chipRelay],
    ["switch", chipSwitch],
])

/** Names of the services that `chipServer` can start. */
export const CHIP_SERVICES: readonly string[] = [...chipServices.keys()]

function chipButton(settings: Settings, pins: ChipPins): Service {
    const pin = settings.pin("pin")
    const backlight = settings.pin("pinBacklight")
    const activeLevel = settings.flag("activeHigh") ? 1 : 0
    pins.drivePin(pin, undefined, activeLevel ? "down" : "up")
    const read = () => {
        const pressed = pins.readPin(pin) === activeLevel
        pins.drivePin(backlight, pressed ? 1 : 0)
        return pressed
    }
    return new ButtonService({ read, watch: moved => pins.watchPin(pin, moved) }, settings.name)
}

function chipSwitch(settings: Settings, pins: ChipPins): Service {
    const pin = settings.pin("pin")
    const read = () => pins.readPin(pin) === 1
    return new SwitchService({ read, watch: moved => pins.watchPin(pin, moved) }, settings.name)
}

function chipRelay(settings: Settings, pins: ChipPins): Service {
    const outputs = [
        { pin: settings.pin("pin"), activeLow: settings.flag("activeLow") },
        { pin: settings.pin("pinLed"), activeLow: settings.flag("ledActiveLow") },
    ]
    return new RelayService({
        energise: active => {
            for (const { pin, activeLow } of outputs) pins.drivePin(pin, active === activeLow ? 0 : 1)
        },
        initialActive: settings.flag("initialActive"),
        instanceName: settings.name,
    })
}

/** The pulse train is one steady level here: nothing in the simulator follows single pulses. */
function chipBuzzer(settings: Settings, pins: ChipPins): Service {
    const pin = settings.pin("pin")
    const activeLow = settings.flag("activeLow")
    return new BuzzerService(on => pins.drivePin(pin, on === activeLow ? 0 : 1), settings.name)
}

/** Off is no driven level but a resistor, as in lightbulb.c. */
function chipLightBulb(settings: Settings, pins: ChipPins): Service {
    const pin = settings.pin("pin")
    const activeLow = settings.flag("activeLow")
    return new LightBulbService({
        light: brightness => {
            if (brightness > 0) pins.drivePin(pin, activeLow ? 0 : 1)
            else pins.drivePin(pin, undefined, activeLow ? "up" : "down")
        },
        dimmable: settings.flag("dimmable"),
        instanceName: settings.name,
    })
}

/** Stands for a pin that the configuration leaves out (jacdac-c `NO_PIN`); it is wired to nothing. */
const NO_PIN = 0xff

class Settings {
    constructor(readonly values: Readonly<Record<string, unknown>>) {}

    get name(): string | undefined {
        return typeof this.values.name === "string" ? this.values.name : undefined
    }

    pin(key: string): number {
        const value = this.values[key]
        return typeof value === "number" ? value : NO_PIN
    }

    flag(key: string): boolean {
        return Boolean(this.values[key])
    }
}
