import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { LEASES_VARIABLE } from "../../src/host/conformance/lease"
import { commandAt } from "./in-process"

let folder: string
beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "domovoi-lease-"))
    vi.stubEnv(LEASES_VARIABLE, join(folder, "leases"))
})
afterEach(() => {
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true })
})

const lease = (minute: number, ...parameters: string[]) =>
    commandAt(() => new Date(Date.UTC(2026, 5, 1, 12, minute)), folder, "lease", ...parameters)
const BENCH = ["--target", "ws:localhost:1"]

test("a bench is taken, refused to others, broken with a word, and given back", async () => {
    expect(await lease(0, "list")).toMatchObject({ status: 0, stdout: "nobody has a bench\n" })
    expect(await lease(0, "take", ...BENCH, "--for", "2h", "--as", "ada")).toMatchObject({
        status: 0,
        stdout: "ws://localhost:1/: ada, until 2026-06-01T14:00:00.000Z\n",
    })
    const refused = await lease(5, "take", ...BENCH, "--for", "1h", "--as", "ben")
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining("ada has the bench until")])
    const broken = await lease(5, "take", ...BENCH, "--for", "1h", "--as", "ben", "--break", "it burns", "--json")
    expect([broken.status, JSON.parse(broken.stdout)]).toEqual([
        0,
        {
            target: "ws://localhost:1/",
            who: "ben",
            until: "2026-06-01T13:05:00.000Z",
            broke: { who: "ada", why: "it burns" },
        },
    ])
    expect(await lease(6, "end", ...BENCH, "--as", "ada")).toMatchObject({ status: 2 })
    expect((await lease(6, "list")).stdout).toContain("taken from ada: it burns")
    expect(await lease(6, "end", ...BENCH, "--as", "ben")).toMatchObject({ status: 0 })
    expect(await lease(6, "end", ...BENCH, "--as", "ben")).toMatchObject({ status: 1 })
})

test("nobody has to take a device that is simulated", async () => {
    const { status, stderr } = await lease(0, "take", "--target", "sim:valve_pico/gas-valve", "--for", "1h")
    expect([status, stderr]).toEqual([2, expect.stringContaining("whoever simulates a device has it alone")])
})

test("a run does not begin on a bench that somebody else has", async () => {
    await lease(0, "take", ...BENCH, "--for", "2h", "--as", "ada")
    const run = ["conform", "--ics", "valve.yaml", ...BENCH, "--out", "results", "--ca", "ca.pem"]
    const at = (minute: number) => () => new Date(Date.UTC(2026, 5, 1, 12, minute))
    await commandAt(at(0), folder, "conform", "init", "--target", "sim:valve_pico/gas-valve", "-o", "valve.yaml")
    const refused = await commandAt(at(1), folder, ...run)
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining("ada has the bench until")])
    // It is taken, and found that nobody is there.
    const taken = await commandAt(at(1), folder, ...run, "--break-lease", "it burns")
    expect([taken.status, taken.stderr]).toEqual([2, expect.not.stringContaining("ada")])
    expect((await lease(2, "list")).stdout).toBe("nobody has a bench\n")
})
