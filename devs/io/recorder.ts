import * as ds from "@devicescript/core"
import type { Output } from "../../src/core/ports"
import { type CapturePhase, nextCapturePhase } from "../../src/core/rules/capture"
import { Contact } from "./contact"
import { SafeOutput } from "./safe-output"

export interface RecorderPins {
    /** Asks for the supply of camera and microphone. */
    supply: ds.OutputPin
    /** High while the privacy switch lets that supply through. */
    privacySwitch: ds.InputPin
    /** High while the recording indicator draws current. */
    indicator: ds.InputPin
}

/** The supply of camera and microphone: on for a while when it is wanted, and only as long as the indicator is seen to be lit. */
export class Recorder implements Output {
    phase: CapturePhase = "off"
    private readonly supply: SafeOutput
    private readonly privacySwitch: Contact
    private readonly indicator: Contact
    private askedAt = 0

    constructor(pins: RecorderPins) {
        this.supply = new SafeOutput(pins.supply)
        this.privacySwitch = new Contact(pins.privacySwitch, 1)
        this.indicator = new Contact(pins.indicator, 1)
    }

    /** Whether the privacy switch allows recording at all. */
    allowed(): boolean {
        return this.privacySwitch.closed
    }

    /**
     * Switches the supply. To be called every cycle.
     * @param wanted whether there is something to record now
     */
    update(wanted: boolean): CapturePhase {
        this.privacySwitch.closes()
        this.indicator.closes()
        const before = this.phase
        this.phase = nextCapturePhase(before, {
            wanted,
            allowed: this.allowed(),
            indicated: this.indicator.closed,
            elapsedMs: ds.millis() - this.askedAt,
        })
        if (before === "off") this.askedAt = ds.millis()
        this.supply.drive(this.phase !== "off")
        return this.phase
    }

    makeSafe(): void {
        this.phase = "off"
        this.supply.makeSafe()
    }
}
