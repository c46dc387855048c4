import { US_PER_MS } from "../../clock"
import { jacdac } from "../jacdac"
import { Service, type ServiceHost } from "../service"

const { BuzzerCmd, BuzzerReg, SRV_BUZZER } = jacdac
/** Payload of play_tone: period, duty and duration, u16 each. */
const PLAY_TONE_BYTES = 6

/** Jacdac buzzer service, as jacdac-c's buzzer.c behaves: one tone at a time, the newer replaces the older. */
export class BuzzerService extends Service {
    /** 0 to 1. */
    #volume = 1
    #tone = 0
    readonly #sound: (on: boolean) => void

    /** @param sound switches the pulse train to the buzzer */
    constructor(sound: (on: boolean) => void, instanceName?: string) {
        super(SRV_BUZZER, instanceName)
        this.#sound = sound
        this.register(
            BuzzerReg.Volume,
            "u0.8",
            () => [this.#volume],
            ([volume]) => {
                this.#volume = volume
            },
        )
        this.command(BuzzerCmd.PlayTone, "u16 u16 u16", PLAY_TONE_BYTES, ([periodUs, dutyUs, durationMs]) =>
            this.#play(periodUs > 0 && dutyUs * this.#volume >= 1, durationMs),
        )
    }

    override start(host: ServiceHost): void {
        super.start(host)
        this.#volume = 1
        this.#sound(false)
    }

    #play(audible: boolean, durationMs: number): void {
        const tone = ++this.#tone
        this.#sound(audible)
        this.host?.after(durationMs * US_PER_MS, () => {
            if (tone === this.#tone) this.#sound(false)
        })
    }
}
