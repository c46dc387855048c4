/** Whether an image does the same as another: both run in the simulator's VM, which verifies them as a board does, and what they say is compared. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { loadBoard } from "../../../simulators/board/definition"
import { installedCli } from "../../../simulators/vm/runtime"
import { compileWithMap } from "../../../src/host/build/compiler"
import { loadProject } from "../../../src/host/build/project"
import { type Workbench, workbenchFor } from "../../simulators/board/workbench"

/** The compiler's image and debug map of a program that needs no more than the runtime's own libraries. */
export async function compileText(text: string): Promise<{ image: Uint8Array; map: string }> {
    const folder = mkdtempSync(join(tmpdir(), "domovoi-image-"))
    try {
        mkdirSync(join(folder, "src"))
        writeFileSync(join(folder, "package.json"), '{ "name": "cases", "version": "1.0.0" }')
        writeFileSync(join(folder, "src/main.ts"), text)
        return await compileWithMap(await loadProject(join(folder, "src/main.ts")), installedCli())
    } finally {
        rmSync(folder, { recursive: true, force: true })
    }
}

const PATIENCE_MS = 60_000
const STEP_MS = 500

/**
 * What the program says until its line `end`, its first panic, or for a minute of its own time; and the panic. Frames of stack traces are left out:
 * where code lies is what an optimiser changes.
 */
export function outcomeOf(image: Uint8Array): string[] {
    return played(image, false).entries.flatMap(({ kind, line, code }) => {
        if (kind === "panic") return [`panic ${code}`]
        return typeof line === "string" && /^(>|\* Exception|\* {2}message|! verification)/.test(line) ? [line] : []
    })
}

/** How many operations the program runs until then. */
export function operationsIn(image: Uint8Array): number {
    return played(image, true).board.meter()!.opcodes
}

function played(image: Uint8Array, metered: boolean): Workbench {
    const bench = workbenchFor(image, loadBoard("valve_pico", "boards"), { metered })
    for (let ms = 0; ms < PATIENCE_MS; ms += STEP_MS) {
        bench.runMs(STEP_MS)
        if (bench.entries.some(({ kind, line }) => kind === "panic" || String(line).endsWith("end"))) break
    }
    return bench
}
