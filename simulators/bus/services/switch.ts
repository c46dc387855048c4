import { US_PER_MS } from "../../clock"
import { jacdac } from "../jacdac"
import { type Contact, ContactSensor } from "./contact"

const { SRV_SWITCH, SwitchEvent } = jacdac
/** jacdac-c's switch.c samples in every turn of the main loop, which takes about a millisecond. */
const SAMPLE_US = US_PER_MS

/** Jacdac switch service, as jacdac-c's switch.c behaves. */
export class SwitchService extends ContactSensor {
    constructor(contact: Contact, instanceName?: string) {
        super({
            serviceClass: SRV_SWITCH,
            format: "u8",
            reading: active => [active ? 1 : 0],
            periodUs: SAMPLE_US,
            contact,
            instanceName,
        })
    }

    protected changed(on: boolean): void {
        this.event(on ? SwitchEvent.On : SwitchEvent.Off)
    }
}
