import { jacdac } from "../jacdac"
import { Service, type ServiceHost } from "../service"

const { LightBulbReg, SRV_LIGHT_BULB } = jacdac

/** Jacdac light bulb service, as jacdac-c's lightbulb.c behaves. A bulb that cannot be dimmed is on at any brightness but 0. */
export class LightBulbService extends Service {
    /** 0 to 1. */
    #brightness = 0
    readonly #light: (brightness: number) => void

    constructor(options: { light: (brightness: number) => void; dimmable?: boolean; instanceName?: string }) {
        super(SRV_LIGHT_BULB, options.instanceName)
        const dimmable = options.dimmable ?? false
        this.#light = brightness => options.light(dimmable ? brightness : Math.ceil(brightness))
        this.register(LightBulbReg.Dimmable, "u8", () => [dimmable ? 1 : 0])
        this.register(
            LightBulbReg.Brightness,
            "u0.16",
            () => [this.#brightness],
            ([brightness]) => this.#set(brightness),
        )
    }

    override start(host: ServiceHost): void {
        super.start(host)
        this.#set(0)
    }

    #set(brightness: number): void {
        this.#brightness = brightness
        this.#light(brightness)
    }
}
