import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest"
import { commandInProcess } from "./in-process"

let folder: string
beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "domovoi-emulate-"))
    writeFileSync(join(folder, "rubbish.uf2"), "rubbish")
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Whatever files this machine has, they are not what is asked about. */
beforeEach(() => {
    vi.stubEnv("DOMOVOI_EMULATOR_FIRMWARE", undefined)
    vi.stubEnv("DOMOVOI_EMULATOR_BOOTROM", undefined)
    return () => vi.unstubAllEnvs()
})

const PROVISION = ["provision", "--board", "valve_pico", "--serial", "GV-1", "--class", "1", "--target", "emulator"]

describe("the emulated board, for a command without its files", () => {
    test.each([
        [["emulate"], "which firmware?"],
        [["emulate", "--firmware", "none.uf2"], "which boot ROM?"],
        [["emulate", "--firmware", "none.uf2", "--bootrom", "none.bin"], "none.uf2: cannot be read"],
        [["emulate", "--firmware", "rubbish.uf2", "--bootrom", "none.bin"], "rubbish.uf2: this is no UF2 file"],
        [["emulate", "--board", "doorbell_c3"], "doorbell_c3: its chip is not emulated"],
        [["emulate", "--board", "teapot"], "no board teapot"],
        [["emulate", "--for", "soon"], "give a time such as 10s"],
        [["emulate", "--seed", "-1"], "a seed is a whole number"],
        [["emulate", "--device-id", "12"], "give 16 hex digits"],
        [PROVISION, "which firmware?"],
    ])("%j is bad input", async (parameters, message) => {
        const { status, stdout, stderr } = await commandInProcess(folder, ...parameters)
        expect(stderr).toContain(message)
        expect(stderr.trim().split("\n").length).toBe(1)
        expect([status, stdout]).toEqual([2, ""])
    })

    test("no trace is left behind", async () => {
        const trace = join(folder, "trace.jsonl")
        const { status } = await commandInProcess(folder, "emulate", "--firmware", "rubbish.uf2", "--trace", trace)
        expect([status, existsSync(trace)]).toEqual([2, false])
    })

    test("so it is for a unit that is to be reached", async () => {
        const { status, stderr } = await commandInProcess(
            folder,
            ...["doctor", "--target", "emulator", "--unit", "none.json"],
        )
        expect([status, stderr]).toEqual([2, expect.stringContaining("which firmware?")])
    })
})
