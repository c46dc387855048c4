import { createHash } from "node:crypto"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { domovoi, type Outcome } from "./command"
import { commandInProcess } from "./in-process"

const folder = mkdtempSync(join(tmpdir(), "domovoi-sim-"))
afterAll(() => rmSync(folder, { recursive: true }))

writeFileSync(
    join(folder, "kitchen.yaml"),
    `title: A kitchen
starts: "06:30"
duration: 10s
devices: { valve: { board: valve_pico, firmware: gas-valve, bus: kitchen } }
scenario:
    - { at: 5s, do: press, part: valve.button, for: 200ms, note: Breakfast }
expect:
    - { after: 5s, within: 1s, part: valve.valve, is: { state: open } }
`,
)
writeFileSync(
    join(folder, "failing.yaml"),
    `${readFileSync(join(folder, "kitchen.yaml"), "utf8")}    - { at: 8s, part: valve.valve, is: { state: shut }, note: It shuts by itself }
`,
)

test("home, the world of npm start, keeps every expectation", () => {
    const { status, stdout, stderr } = domovoi(folder, "sim", "home", "--json")
    const outcome = JSON.parse(stdout)
    expect(outcome.expectations.filter(({ kept }: { kept: boolean }) => !kept)).toEqual([])
    expect(outcome.expectations.length).toBeGreaterThan(30)
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" })
})

describe("a world whose expectations hold", () => {
    let outcome: Outcome
    let trace: Buffer
    beforeAll(async () => {
        outcome = await commandInProcess(folder, "sim", "kitchen.yaml", "--trace", "trace.jsonl")
        trace = readFileSync(join(folder, "trace.jsonl"))
    })

    test("ends with status 0 and nothing on standard error", () =>
        expect(outcome).toMatchObject({ status: 0, stderr: "" }))

    test("tells what happened and when", () => {
        expect(outcome.stdout).toMatch(/^06:30:05\.000 {2}world +Breakfast \(press valve\.button\)$/m)
        expect(outcome.stdout).toMatch(/^06:30:05\.\d{3} {2}valve\.valve +\{ state: open \}$/m)
    })

    test("sums up devices, expectations, trace and times", () => {
        expect(outcome.stdout).toContain("valve: gas-valve on valve_pico, running\n")
        expect(outcome.stdout).toContain("\nevery expectation kept (1)\n")
        expect(outcome.stdout).toMatch(/^time {5}10s virtual in \d+\.\d s, \d+ times real time$/m)
    })

    test("writes a trace of JSON lines with the hash that it prints, and no other file", () => {
        const sha256 = createHash("sha256").update(trace).digest("hex")
        const lines = trace.toString().trimEnd().split("\n")
        expect(outcome.stdout).toContain(`trace    ${lines.length} lines, sha256 ${sha256}, in trace.jsonl\n`)
        expect(JSON.parse(lines[0])).toEqual({ us: 0, source: "valve", kind: "power", on: true })
        expect(readdirSync(folder).sort()).toEqual(["failing.yaml", "kitchen.yaml", "trace.jsonl"])
    })

    test("has the same hash the next time, in a process of its own", () => {
        const again = JSON.parse(domovoi(folder, "sim", "kitchen.yaml", "--json").stdout)
        expect(again.traceSha256).toBe(createHash("sha256").update(trace).digest("hex"))
    })
})

describe("a world with an expectation that fails", () => {
    test("ends with status 1, and names the expectation, its time, and what was seen instead", async () => {
        const { status, stdout } = await commandInProcess(folder, "sim", "failing.yaml")
        expect(status).toBe(1)
        expect(stdout).toContain("\nexpectations: 1 kept, 1 failed\n")
        expect(stdout).toContain(
            "  06:30:08.000  It shuts by itself: valve.valve is { state: shut }, but it was { state: open, openings: 1 }\n",
        )
    })
})

test("--meter counts what the virtual machines do, and changes nothing else", async () => {
    const plain = JSON.parse((await commandInProcess(folder, "sim", "kitchen.yaml", "--json")).stdout)
    const metered = JSON.parse((await commandInProcess(folder, "sim", "kitchen.yaml", "--json", "--meter")).stdout)
    expect(plain.devices[0].meter).toBeUndefined()
    expect(metered.devices[0].meter).toBeDefined()
    expect(metered.traceSha256).toBe(plain.traceSha256)
})

test("--realtime follows the wall clock", async () => {
    const file = join(folder, "short.yaml")
    writeFileSync(file, "title: Short\nduration: 2s\ndevices: { valve: { board: valve_pico, firmware: gas-valve } }\n")
    const start = performance.now()
    const { status, stdout } = await commandInProcess(folder, "sim", "short.yaml", "--realtime", "--json")
    expect(performance.now() - start).toBeGreaterThan(2000)
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, virtualUs: 2_000_000 })
    expect(status).toBe(0)
})

test("--help shows every command, with examples", async () => {
    expect((await commandInProcess(folder)).stdout).toBe((await commandInProcess(folder, "--help")).stdout)
    expect((await commandInProcess(folder, "--help")).stdout).toMatch(/sim [\s\S]*build [\s\S]*init /)
    for (const command of ["sim", "build", "init"]) {
        const { status, stdout } = await commandInProcess(folder, command, "--help")
        expect(stdout).toContain("\nExamples:\n")
        expect(status).toBe(0)
    }
})
