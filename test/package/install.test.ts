import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"

/** The DeviceScript toolchain that this repository has installed, as it lies on disk. */
const toolchain = dirname(createRequire(import.meta.url).resolve("@devicescript/cli/package.json"))

const folder = mkdtempSync(join(tmpdir(), "domovoi-package-"))
const project = join(folder, "project")

/** Runs a command in the maker's project. @returns what it prints on standard output */
function run(command: string, ...parameters: string[]): string {
    return execFileSync(command, parameters, { cwd: project, encoding: "utf8", stdio: "pipe" })
}

/** Runs a command that a package of the maker's project brings along. */
function runInstalled(command: string, ...parameters: string[]): string {
    return run(join(project, "node_modules/.bin", command), ...parameters)
}

beforeAll(() => {
    // globalSetup has built the command, so that packing need not.
    const pack = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder]
    const [{ filename }] = Object.values(
        JSON.parse(execFileSync("npm", pack, { encoding: "utf8", stdio: "pipe" })),
    ) as { filename: string }[]
    mkdirSync(project)
    run(process.execPath, join(toolchain, "devicescript"), "init", "--no-install")
    run("npm", "install", "--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts", join(folder, filename))
})
afterAll(() => rmSync(folder, { recursive: true }))

test("a maker's project compiles a device with the stock compiler, and runs one that was made smaller in the simulator", () => {
    expect(runInstalled("domovoi", "init", "--board", "valve_pico")).toContain("copied: boards/valve_pico.board.json")
    const source = readFileSync("devs/devices/gas-valve.ts", "utf8")
    expect(source).toContain('from "devicescript-domovoi"')
    writeFileSync(join(project, "src/main.ts"), readFileSync("test/devices/smallest.ts"))
    runInstalled("devs", "build", "src/main.ts")
    expect(readFileSync(join(project, ".devicescript/bin/bytecode.devs")).length).toBeGreaterThan(1000)

    // The reference device fits a board only when it is optimised.
    writeFileSync(join(project, "src/main.ts"), source)
    runInstalled("domovoi", "build", "src/main.ts", "-o", "kitchen.devs")

    writeFileSync(
        join(project, "kitchen.yaml"),
        `title: A maker's kitchen
duration: 10s
devices: { valve: { board: valve_pico, firmware: ./kitchen.devs } }
scenario: [{ at: 5s, do: press, part: valve.button, for: 200ms }]
expect: [{ after: 5s, within: 1s, part: valve.valve, is: { state: open } }]
`,
    )
    expect(JSON.parse(runInstalled("domovoi", "sim", "kitchen.yaml", "--json"))).toMatchObject({ ok: true })
    // It simulates with the runtime that it was shipped with: what would make another is not there.
    expect(existsSync(join(project, "node_modules/binaryen"))).toBe(false)
})

test("the installed command brings the benchmark programs along", () => {
    const lines = runInstalled("domovoi", "bench", "--target", "sim:valve_pico", "--only", "hashes", "--json")
    expect(JSON.parse(lines.split("\n")[0])).toMatchObject({ program: "hashes", verdict: "good" })
})

test("the installed command builds the bytes that the repository builds", () => {
    const fromPackage = JSON.parse(runInstalled("domovoi", "build", "gas-valve", "--json"))
    const here = JSON.parse(
        execFileSync("node", ["built/domovoi.js", "build", "gas-valve", "--json", "-o", join(folder, "here.devs")], {
            encoding: "utf8",
        }),
    )
    expect(fromPackage.sha256).toBe(here.sha256)
    const image = readFileSync(join(project, fromPackage.file))
    expect(createHash("sha256").update(image).digest("hex")).toBe(fromPackage.sha256)
})
