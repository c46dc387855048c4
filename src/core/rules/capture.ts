/** When camera and microphone may have power. */
import { Cause, DEVICE_CAUSES } from "../failsafe/cause"
import { type DeclaredOutput, Releaser } from "../failsafe/fail-safe"

/** The supply of camera and microphone. */
export const CAPTURE_SUPPLY: DeclaredOutput = {
    safeLevel: 0,
    forcedBy: DEVICE_CAUSES | Cause.Owner,
    latchedBy: 0,
    releasedBy: Releaser.Person,
    withinMs: 1000,
}

/** `asked`: the supply is on, and the recording indicator has not shown itself yet. `recording`: it has. */
export type CapturePhase = "off" | "asked" | "recording"

/** Longest time from asking for the supply to the indicator drawing current, in milliseconds. */
export const INDICATOR_WITHIN_MS = 200
/** Longest time the supply stays on, in milliseconds. */
export const CAPTURE_MS = 10_000

export interface CaptureSituation {
    /** There is something to record now. */
    wanted: boolean
    /** The privacy switch lets the supply through. */
    allowed: boolean
    /** The recording indicator draws current. */
    indicated: boolean
    /** Time since the supply was asked for. */
    elapsedMs: number
}

export function nextCapturePhase(phase: CapturePhase, now: CaptureSituation): CapturePhase {
    if (!now.allowed) return "off"
    if (phase === "off") return now.wanted ? "asked" : "off"
    if (now.elapsedMs >= CAPTURE_MS) return "off"
    if (now.indicated) return "recording"
    return phase === "asked" && now.elapsedMs < INDICATOR_WITHIN_MS ? "asked" : "off"
}
