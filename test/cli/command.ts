import { type SpawnSyncOptions, spawnSync } from "node:child_process"
import { resolve } from "node:path"

export const BUILT_COMMAND = resolve("built/domovoi.js")

export interface Outcome {
    status: number | null
    stdout: string
    stderr: string
}

/** Runs the built command, as a person does. */
export function domovoi(cwd: string, ...parameters: string[]): Outcome {
    return runCommand(BUILT_COMMAND, cwd, ...parameters)
}

/** @param command path of another copy of the built command */
export function runCommand(command: string, cwd: string, ...parameters: string[]): Outcome {
    return spawned([command, ...parameters], { cwd })
}

/** Runs a Node program to its end. */
export function spawned(parameters: readonly string[], options: Pick<SpawnSyncOptions, "cwd" | "env">): Outcome {
    return spawnSync(process.execPath, parameters, { ...options, encoding: "utf8" })
}
