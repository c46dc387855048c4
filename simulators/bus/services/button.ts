import { US_PER_MS } from "../../clock"
import { jacdac } from "../jacdac"
import { type Contact, ContactSensor } from "./contact"

const { ButtonEvent, SRV_BUTTON } = jacdac
/** As jacdac-c's button.c samples, and repeats the hold event. */
const SAMPLE_US = 9 * US_PER_MS
const HOLD_US = 500 * US_PER_MS

/** Jacdac button service, as jacdac-c's button.c behaves. */
export class ButtonService extends ContactSensor {
    #downUs = 0
    /** Counts presses, so that the hold events of one end with it. */
    #press = 0

    constructor(contact: Contact, instanceName?: string) {
        super({
            serviceClass: SRV_BUTTON,
            format: "u0.16",
            reading: active => [active ? 1 : 0],
            periodUs: SAMPLE_US,
            contact,
            instanceName,
        })
    }

    protected changed(pressed: boolean): void {
        this.#press++
        if (pressed) {
            this.#downUs = this.host!.nowUs
            this.event(ButtonEvent.Down)
            this.#holdLater(this.#press)
        } else {
            this.event(ButtonEvent.Up, "u32", [this.#heldMs()])
        }
    }

    #holdLater(press: number): void {
        this.host!.after(HOLD_US, () => {
            if (press !== this.#press) return
            this.event(ButtonEvent.Hold, "u32", [this.#heldMs()])
            this.#holdLater(press)
        })
    }

    #heldMs(): number {
        return Math.floor((this.host!.nowUs - this.#downUs) / US_PER_MS)
    }
}
