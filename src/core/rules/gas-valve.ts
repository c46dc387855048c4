/** When gas may flow. */
import { Cause, DEVICE_CAUSES, SENSOR_CAUSES } from "../failsafe/cause"
import { type DeclaredOutput, type FailSafe, type Level, type PersonsWord, Releaser } from "../failsafe/fail-safe"
import type { SensorLimits } from "../failsafe/sensor-judge"
import type { SensorPin } from "../failsafe/sensor-pin"

/** Concentration in %LEL from which on the valve is shut. Below it, air cannot burn by a factor of ten. */
export const HAZARD_PERCENT_LEL = 10

/**
 * Clean air is 0 %LEL for as long as it likes, so a sensor that always says the same cannot be told from a sound one. None follows the air over
 * its full scale in less than a tenth of a second.
 */
export const GAS_SENSOR: SensorLimits = { min: 0, max: 100, maxAgeMs: 2000, maxPerSecond: 1000 }

/** Gas is held back until a person at the valve has acknowledged it. */
export const GAS_VALVE: DeclaredOutput = {
    safeLevel: 0,
    forcedBy: DEVICE_CAUSES | SENSOR_CAUSES | Cause.Hazard | Cause.Owner,
    latchedBy: Cause.Hazard,
    releasedBy: Releaser.Person,
    withinMs: 1000,
}

const UNREADABLE = Cause.SensorAbsent | Cause.SensorRange

/** A gas valve between its sensor and its button. A press opens it or shuts it; one that finds it held acknowledges what held it. */
export class GasControl {
    /** What the person at the valve asked for last. Whatever holds the valve takes it back. */
    wanted: Level = 0
    private readonly failSafe: FailSafe
    private readonly valve: number
    private readonly sensor: SensorPin
    private percentLel = 0
    /** Until then another module's word that there is gas counts. */
    private warnedUntilMs = 0

    /** @param valve which of the device's outputs it is */
    constructor(failSafe: FailSafe, valve: number, sensor: SensorPin) {
        this.failSafe = failSafe
        this.valve = valve
        this.sensor = sensor
    }

    /**
     * Takes in a reading of any gas module. That there is gas is believed of each, and at once, however old the reading is; that there is none
     * of the one that counts.
     * @param atMs not later than it arrived
     */
    observe(module: string, percentLel: number, atMs: number): void {
        if (isGas(percentLel)) this.failSafe.tell(Cause.Hazard, Cause.Hazard)
        if (this.sensor.hear(module, percentLel, atMs)) this.percentLel = percentLel
        else if (isGas(percentLel)) this.warnedUntilMs = atMs + GAS_SENSOR.maxAgeMs
    }

    /**
     * To be called every cycle.
     * @param pressed of whoever has just pressed the valve's button
     * @param held whether it is down still
     * @returns the level of the valve's line: 1 lets gas flow
     */
    step(pressed: PersonsWord | undefined, held: boolean, nowMs: number): Level {
        const { failSafe, valve, sensor } = this
        sensor.choose(pressed, held, nowMs)
        this.tell(nowMs)
        if (failSafe.heldBy(valve) !== 0) {
            this.wanted = 0
            if (pressed) failSafe.release(valve, pressed)
        } else if (pressed) this.wanted = this.wanted === 0 ? 1 : 0
        // Before it is kept which module counts, none does.
        return failSafe.levelOf(valve, sensor.module === "" ? 0 : this.wanted)
    }

    /** A reading that came too suddenly is gas all the same. That the air is clear takes a sensor without fault. */
    private tell(nowMs: number): void {
        const { failSafe } = this
        const faults = this.sensor.faults(nowMs)
        const dangerous = ((faults & UNREADABLE) === 0 && isGas(this.percentLel)) || nowMs < this.warnedUntilMs
        const observed = dangerous || faults === 0 ? SENSOR_CAUSES | Cause.Hazard : SENSOR_CAUSES
        failSafe.tell(observed, dangerous ? faults | Cause.Hazard : faults)
    }
}

function isGas(percentLel: number): boolean {
    return percentLel >= HAZARD_PERCENT_LEL && percentLel <= GAS_SENSOR.max
}
