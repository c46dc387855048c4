/** What each kind of part can do to people, and so what a board that carries one has to promise. */
import { CAPTURE_SUPPLY } from "../../src/core/rules/capture"
import { DOOR_STRIKE } from "../../src/core/rules/door-release"
import { GAS_VALVE } from "../../src/core/rules/gas-valve"
import type { PartDescription } from "./catalog"

export type Hazard =
    /** Measures, remembers, shows or sounds: nobody is hurt whatever it does. */
    | { readonly class: "harmless" }
    /**
     * Moves something in the world.
     * @param keepsOut whoever is outside must not work it, so the board has to say where outside is
     */
    | { readonly class: "actuating"; readonly limitMs: number; readonly keepsOut: boolean }
    /** Takes sound or pictures of people. */
    | { readonly class: "capturing"; readonly limitMs: number }

/** A program beats every 50 ms (docs/firmware.md), so its last edge may lie that far before whatever stopped it was due. */
const BEAT_MS = 50
/** Longest time from the last edge to the safe state, of an output that has to be safe within that time of a cause. */
const untilSafe = ({ withinMs }: { withinMs: number }) => withinMs - BEAT_MS

const harmless = { class: "harmless" } as const
/** What hangs on its contact is not known, so it has to meet what the strictest output has to. */
const relay = {
    class: "actuating",
    limitMs: Math.min(untilSafe(GAS_VALVE), untilSafe(DOOR_STRIKE)),
    keepsOut: false,
} as const
const capturing = { class: "capturing", limitMs: untilSafe(CAPTURE_SUPPLY) } as const

/** Every kind that a circuit file may list: one that is missing here does not compile. */
export const HAZARDS: Readonly<Record<PartDescription["kind"], Hazard>> = {
    atecc608: harmless,
    "button-module": harmless,
    buzzer: harmless,
    "buzzer-module": harmless,
    camera: capturing,
    fram: harmless,
    "gas-sensor": harmless,
    "light-bulb-module": harmless,
    lock: { class: "actuating", limitMs: untilSafe(DOOR_STRIKE), keepsOut: true },
    microphone: capturing,
    relay,
    /** Whoever is on the bus switches it, so what the board holds is its supply. */
    "relay-module": relay,
    "switch-module": harmless,
    "temperature-sensor": harmless,
    valve: { class: "actuating", limitMs: untilSafe(GAS_VALVE), keepsOut: false },
}

/** The nets that have to be high for a part to be on: its supply, what switches it, or both. */
export function netsOfPart(part: PartDescription): string[] {
    return [...("power" in part ? [part.power] : []), ...("drive" in part ? [part.drive] : [])]
}
