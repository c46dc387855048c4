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

/** What the owner has agreed to: see `Privacy`. */
export interface Consents {
    granted(use: number): boolean
}

/**
 * The way to camera and microphone. Their supply is on for a while when it is wanted for a use that the owner has agreed to, and only as long
 * as the indicator is seen to be lit; what they take goes through `may` and `take`.
 */
export class Recorder implements Output {
    phase: CapturePhase = "off"
    private readonly supply: SafeOutput
    private readonly privacySwitch: Contact
    private readonly indicator: Contact
    private readonly consents: Consents
    /** What it is on for. */
    private uses: readonly number[] = []
    private askedAt = 0

    constructor(pins: RecorderPins, consents: Consents) {
        this.supply = new SafeOutput(pins.supply)
        this.privacySwitch = new Contact(pins.privacySwitch, 1)
        this.indicator = new Contact(pins.indicator, 1)
        this.consents = consents
    }

    /**
     * Switches the supply. To be called every cycle.
     * @param wanted for which uses there is something to record now; while it is on, nothing changes that
     */
    update(wanted: readonly number[]): CapturePhase {
        this.privacySwitch.closes()
        this.indicator.closes()
        const before = this.phase
        if (before === "off") {
            this.uses = wanted
            this.askedAt = ds.millis()
        }
        this.phase = nextCapturePhase(before, {
            wanted: wanted.length > 0,
            allowed: this.allowed(),
            indicated: this.indicator.closed,
            elapsedMs: ds.millis() - this.askedAt,
        })
        this.supply.drive(this.phase !== "off")
        return this.phase
    }

    /** Whether something may be taken for this use now: the indicator was lit at the last cycle, and the owner agrees. */
    may(use: number): boolean {
        return this.phase === "recording" && this.uses.indexOf(use) >= 0 && this.consents.granted(use)
    }

    /**
     * Takes something for a use, if it may be.
     * @returns whether it was taken, and may be used: not if the indicator went dark or the consent was withdrawn meanwhile
     */
    async take(use: number, work: () => Promise<void>): Promise<boolean> {
        if (!this.may(use)) return false
        await work()
        return this.may(use)
    }

    makeSafe(): void {
        this.phase = "off"
        this.supply.makeSafe()
    }

    /** The privacy switch lets the supply through, and there is consent for something that it is on for. */
    allowed(): boolean {
        let granted = false
        for (const use of this.uses) granted = granted || this.consents.granted(use)
        return granted && this.privacySwitch.closed
    }
}
