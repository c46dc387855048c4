/** Commands that are run in this process, on a simulated gas valve in a file. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Command } from "commander"
import { afterAll, beforeAll, beforeEach, vi } from "vitest"
import type { ExitStatus } from "../../src/cli/exit-status"
import { simulatedTrust } from "../../src/host/unit/simulated-factory"
import { newUnit, UNIT_ID } from "./update/releases"

type Path = (name: string) => string

/**
 * Makes a folder the working directory for the tests of a file: with `ca.der`, and before each test with `unit.json`, a valve as it left the
 * factory, and nothing that another test has kept of it.
 * @param prepare puts more files there, before it becomes the working directory
 * @returns the path of a file in it
 */
export function inFolderOfValve(prepare: (path: Path) => Promise<void> = async () => {}): Path {
    const folder = mkdtempSync(join(tmpdir(), "domovoi-valve-"))
    const start = process.cwd()
    const path = (name: string) => join(folder, name)
    let prepared: string[] = []
    beforeAll(async () => {
        writeFileSync(path("ca.der"), (await simulatedTrust()).ca)
        const state = (await newUnit("gas-valve")).board.save()
        writeFileSync(
            path("new.json"),
            JSON.stringify({ version: 2, board: "valve_pico", deviceId: UNIT_ID, starts: 0, state }),
        )
        await prepare(path)
        prepared = readdirSync(folder)
        process.chdir(folder)
    })
    beforeEach(() => {
        for (const name of readdirSync(folder)) if (!prepared.includes(name)) rmSync(path(name), { recursive: true })
        writeFileSync(path("unit.json"), readFileSync(path("new.json")))
    })
    afterAll(() => {
        process.chdir(start)
        rmSync(folder, { recursive: true })
    })
    return path
}

/** @returns the exit status and what was printed */
export async function runHere(
    make: (finish: (status: ExitStatus) => void) => Command,
    ...argv: string[]
): Promise<{ status: number; printed: string }> {
    let status = -1
    const out = vi.spyOn(process.stdout, "write").mockReturnValue(true)
    const log = vi.spyOn(console, "log").mockImplementation(() => {})
    try {
        const command = make(outcome => {
            status = outcome
        })
        for (const part of [command, ...command.commands]) part.exitOverride().configureOutput({ outputError() {} })
        await command.parseAsync(argv, { from: "user" })
        return { status, printed: [...out.mock.calls, ...log.mock.calls].join("") }
    } finally {
        out.mockRestore()
        log.mockRestore()
    }
}
