import { Cause } from "./cause"
import type { PersonsWord } from "./fail-safe"
import { SensorJudge, type SensorLimits } from "./sensor-judge"

/** How long a button is held to choose a module, in milliseconds: too long for chance, and over well before a factory reset begins. */
export const CHOICE_FROM_MS = 4000
export const CHOICE_UNTIL_MS = 8000

/**
 * A sensor that others of its kind may be heard beside, and the one among them that counts. That one was chosen by somebody on the spot: by
 * their first press, if it is proved that there never was one, and later by a press of 4 to 8 s, while the one that counts is silent. Both
 * take exactly one module that is heard. A module goes by what every packet of it says, device identifier and index of the service, whoever
 * is bound to which role.
 */
export class SensorPin {
    /** The module that counts; empty for none. */
    module = ""
    /** What somebody has chosen and nobody has kept yet; empty for nothing. */
    chosen = ""
    /** The last of the others that was heard, whenever that was; empty for none. */
    other = ""
    /** Whoever lets go of the button now has chosen. */
    ripe = false
    /** No module was ever chosen. */
    private fresh = false
    readonly judge: SensorJudge
    private readonly maxAgeMs: number
    private otherMs = 0
    /** Until then there are several others. */
    private severalUntilMs = 0
    /** What the press that lasts would choose. */
    private candidate = ""
    private pressedMs = 0

    constructor(limits: SensorLimits) {
        this.judge = new SensorJudge(limits)
        this.maxAgeMs = limits.maxAgeMs
    }

    /**
     * Takes up what was kept. A press that lasts chooses nothing any more.
     * @param fresh whether it is proved that nothing was ever kept; damage proves nothing
     */
    restore(module: string, fresh: boolean): void {
        this.module = module
        if (this.other === module) this.other = ""
        this.fresh = fresh
        this.chosen = ""
        this.candidate = ""
    }

    /**
     * Takes in a reading of any module.
     * @returns whether it counts. Before the first is chosen every one does, for then nothing opens; until a choice is kept, only the first's
     */
    hear(module: string, reading: number, atMs: number): boolean {
        const isOwn = module === this.module
        if (!isOwn) {
            if (this.other !== "" && module !== this.other) this.severalUntilMs = atMs + this.maxAgeMs
            this.other = module
            this.otherMs = atMs
        }
        const counts = this.chosen === "" ? isOwn || this.fresh : this.fresh && module === this.chosen
        if (counts) this.judge.observe(reading, atMs)
        return counts
    }

    /** What speaks against the sensor: any of `SENSOR_CAUSES`, 0 if it is sound. */
    faults(nowMs: number): number {
        const several = this.fresh && nowMs < this.severalUntilMs
        return this.judge.faults(nowMs) | (several ? Cause.SensorAbsent : 0)
    }

    /**
     * To be called every cycle. What it chooses is in `chosen`; until that is kept, nothing else is.
     * @param pressed of whoever has just pressed the button
     * @param held whether it is down still
     */
    choose(pressed: PersonsWord | undefined, held: boolean, nowMs: number): void {
        if (this.chosen !== "") return
        // Nobody presses, and no press lasts that could choose anything.
        if (!pressed && this.candidate === "") {
            this.ripe = false
            return
        }
        const free = this.fresh || (this.faults(nowMs) & Cause.SensorAbsent) !== 0
        const candidate = free ? this.alone(nowMs) : ""
        if (pressed) {
            this.candidate = candidate
            this.pressedMs = nowMs
            if (this.fresh) this.chosen = candidate
        }
        if (candidate !== this.candidate) this.candidate = ""
        const heldMs = nowMs - this.pressedMs
        this.ripe = this.candidate !== "" && heldMs >= CHOICE_FROM_MS && heldMs <= CHOICE_UNTIL_MS
        if (held) return
        if (this.ripe) this.chosen = candidate
        this.candidate = ""
    }

    /** The only other module that is heard; empty if there is none, or several. */
    private alone(nowMs: number): string {
        return nowMs < this.severalUntilMs || nowMs - this.otherMs > this.maxAgeMs ? "" : this.other
    }
}
