import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Circuit, CircuitInputs, Level } from "../../../simulators/circuit/circuit"
import { loadCircuit } from "../../../simulators/circuit/load"

/**
 * @param text of a circuit file
 * @param labels of the board's pins, which get numbers from 0
 */
export function circuitOf(
    text: string,
    labels: readonly string[] = [],
    startLevels: Record<string, Level> = {},
): Circuit {
    const folder = mkdtempSync(join(tmpdir(), "domovoi-circuit-"))
    try {
        const file = join(folder, "circuit.yaml")
        writeFileSync(file, text)
        return loadCircuit(file, Object.fromEntries(labels.map((label, gpio) => [label, gpio])), startLevels)
    } finally {
        rmSync(folder, { recursive: true })
    }
}

/** Plugged in, and otherwise off. */
export function inputsWith(inputs: Partial<CircuitInputs>): CircuitInputs {
    return {
        supply: true,
        pins: new Map(),
        switches: new Map(),
        deadmen: new Map(),
        burnt: new Set(),
        ...inputs,
    }
}
