/** When gas may flow. */

/** `alarm`: shut, and a person has to acknowledge that there was gas. */
export type ValveState = "shut" | "open" | "alarm"

/** What the sensor says of the air. */
export type GasCondition = "clear" | "hazard" | "faulty"

/** Concentration in %LEL from which on the valve is shut. Below it, air cannot burn by a factor of ten. */
export const HAZARD_PERCENT_LEL = 10
/** Age in milliseconds from which on a reading says nothing about the air any more. */
export const READING_VALID_MS = 2000

/**
 * @param percentLel the last reading, or undefined if there has been none
 * @param ageMs how long ago it came
 */
export function judgeGas(percentLel: number | undefined, ageMs: number): GasCondition {
    // Written so that a reading that is not a number is faulty too.
    if (percentLel === undefined || !(percentLel >= 0 && percentLel <= 100)) return "faulty"
    if (ageMs > READING_VALID_MS) return "faulty"
    return percentLel < HAZARD_PERCENT_LEL ? "clear" : "hazard"
}

/** @param pressed whether a person has pressed the button; while the air is not known to be clear that changes nothing */
export function nextValveState(state: ValveState, gas: GasCondition, pressed: boolean): ValveState {
    return NEXT[state][gas === "clear" && pressed ? "press" : gas]
}

const NEXT: Record<ValveState, Record<GasCondition | "press", ValveState>> = {
    shut: { clear: "shut", press: "open", hazard: "alarm", faulty: "shut" },
    open: { clear: "open", press: "shut", hazard: "alarm", faulty: "shut" },
    alarm: { clear: "alarm", press: "shut", hazard: "alarm", faulty: "alarm" },
}
