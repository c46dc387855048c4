import type { BoardDefinition } from "../../../simulators/board/definition"
import { jacdac } from "../../../simulators/bus/jacdac"
import { SRV_CAMERA } from "../../../simulators/parts/camera"

/** Where the parts of a unit are, as its board's files say it. */
export interface Place {
    board: string
    /** In the words of the board: "SDA (GPIO 4)"; "SDA" where that is not known. */
    sda: string
    scl: string
    /** What the parts are fed by. */
    supply: string
    /** Of the I2C bus; undefined if not known. */
    kHz: number | undefined
    /** Addresses at which the board has parts, 7 bits. */
    addresses: readonly number[]
    hasElement: boolean
    /** What has power only while the program asks for it: Jacdac classes of its modules. */
    switched: readonly number[]
}

/** Kinds of modules that record. */
const RECORDING: Readonly<Record<string, number>> = { camera: SRV_CAMERA, microphone: jacdac.SRV_SOUND_LEVEL }

/** Where the drivers look, 7 bits. */
export const FRAM_ADDRESS = 0x50
export const ELEMENT_ADDRESS = 0x60

/** Of a board of which nothing is known. */
export const UNKNOWN_PLACE: Place = {
    board: "the board",
    sda: "SDA",
    scl: "SCL",
    supply: "VCC",
    kHz: undefined,
    addresses: [],
    hasElement: false,
    switched: [],
}

/** What the runtime takes if the board file says no speed. */
const DEFAULT_KHZ = 100

export function placeOf({ id, config, circuit }: BoardDefinition): Place {
    const { parts, chip, promises } = circuit.description
    const onBus = Object.values(parts).filter(part => part.kind === "fram" || part.kind === "atecc608")
    const pin = (key: string) => config.get(`i2c.${key}`)
    const kHz = config.get("i2c.kHz")
    return {
        board: id,
        sda: `SDA (GPIO ${pin("pinSDA")})`,
        scl: `SCL (GPIO ${pin("pinSCL")})`,
        supply: `VCC (${onBus[0]?.power ?? chip})`,
        kHz: typeof kHz === "number" ? kHz : DEFAULT_KHZ,
        addresses: onBus.map(part => ("address" in part ? Number(part.address) : ELEMENT_ADDRESS)),
        hasElement: onBus.some(({ kind }) => kind === "atecc608"),
        switched: Object.keys(promises).flatMap(name => RECORDING[parts[name].kind] ?? []),
    }
}
