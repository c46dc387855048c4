/** What the code of each device took when that was last accepted: it may fall and not creep up. */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

const FILE = join(import.meta.dirname, "accepted.json")
/** A rise up to this is let through: a name that moves to another number costs some bytes here and there. */
const TOLERANCE = 1.01
export const HOW_TO_ACCEPT = "If that has a reason, run: npm run sizes -- --accept"

/** The devices that are held to it, as `buildFirmware` takes them, by their names there. */
export const DEVICES: Record<string, string> = {
    smallest: "test/devices/smallest.ts",
    "no-behaviour": "test/devices/no-behaviour.ts",
    "gas-valve": "gas-valve",
    doorbell: "doorbell",
}

/** By device: the offset behind the code of its last function, in bytes, as the compiler leaves it and as the optimiser does. */
export type CodeEnds = Record<string, { compiled: number; optimised: number }>

export function readAccepted(): CodeEnds {
    return JSON.parse(readFileSync(FILE, "utf8"))
}

export function writeAccepted(ends: CodeEnds): void {
    writeFileSync(FILE, `${JSON.stringify(ends, undefined, 4)}\n`)
}

/** @returns a line for each device whose code has risen beyond the tolerance, and for each of which nothing was accepted */
export function risen(accepted: CodeEnds, found: CodeEnds): string[] {
    return Object.entries(found).flatMap(([device, ends]) => {
        const before = accepted[device]
        if (before === undefined) return [`${device}: code to ${ends.compiled}, nothing was accepted`]
        return (["compiled", "optimised"] as const)
            .filter(stage => ends[stage] > TOLERANCE * before[stage])
            .map(stage => `${device}, ${stage}: code to ${ends[stage]}, ${before[stage]} was accepted`)
    })
}
