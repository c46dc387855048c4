import * as ds from "@devicescript/core"
import type { PersonsWord } from "../../src/core/failsafe/fail-safe"
import type { Output } from "../../src/core/ports"
import { mayEnergiseStrike } from "../../src/core/rules/door-release"
import { SafeOutput } from "./safe-output"

/** A fail-secure electric strike: without current the door stays shut from outside, and its handle opens it from inside. */
export class DoorStrike implements Output {
    private readonly line: SafeOutput
    /** Since when, in milliseconds as `ds.millis()` tells it; undefined while the door is shut from outside. */
    energisedAt: number | undefined

    constructor(pin: ds.OutputPin) {
        this.line = new SafeOutput(pin)
    }

    /**
     * Energises the strike, or lets go of it. To be called every cycle.
     * @param released of whoever inside has just asked for it
     * @param rangAt time of the last ring, in milliseconds as `ds.millis()` tells it
     * @param locked whether the strike must stay as it is whatever anybody asks
     */
    update(released: PersonsWord | undefined, rangAt: number | undefined, locked: boolean): void {
        const now = ds.millis()
        const sinceRingMs = rangAt === undefined ? undefined : now - rangAt
        const energisedMs = this.energisedAt === undefined ? undefined : now - this.energisedAt
        const energise = mayEnergiseStrike({ released, sinceRingMs, energisedMs, locked })
        if (!energise) this.energisedAt = undefined
        else if (this.energisedAt === undefined) this.energisedAt = now
        this.line.drive(energise)
    }

    makeSafe(): void {
        this.energisedAt = undefined
        this.line.makeSafe()
    }
}
