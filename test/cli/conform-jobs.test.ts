/** Several runs of conform at a time, as a person starts them. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { readDeclaration } from "../../src/host/conformance/declaration"
import { ResultsFolder } from "../../src/host/conformance/results-folder"
import { sdkVersion } from "../../src/host/sdk-root"
import { domovoi } from "./command"

const VALVE = ["--ics", "valve.yaml", "--target", "sim:valve_pico/gas-valve"]
const BELL = ["--ics", "bell.yaml", "--target", "sim:doorbell_c3/doorbell"]

const folder = mkdtempSync(join(tmpdir(), "domovoi-jobs-"))
const conform = (...parameters: string[]) => domovoi(folder, "conform", ...parameters)
const reportIn = (place: string) => JSON.parse(readFileSync(join(folder, place, "report.json"), "utf8"))

beforeAll(() => {
    for (const [, file, , target] of [VALVE, BELL]) {
        const { status, stderr } = conform("init", "--target", target, "-o", file)
        expect([status, stderr]).toEqual([0, ""])
    }
})
afterAll(() => rmSync(folder, { recursive: true }))

test("the parts of one device, side by side, say what a whole run says", () => {
    expect(conform(...VALVE, "--only", "C1.1", "--out", "whole").status).toBe(1)
    const { status, stdout } = conform(...VALVE, "--only", "C1.1", "--out", "parts", "--jobs", "2")
    expect(status).toBe(1)
    expect(stdout).toMatch(/^enforced {8}C1\.1-challenge$/m)
    const [whole, parts] = ["whole", "parts"].map(reportIn)
    expect({ ...parts, made: whole.made }).toEqual(whole)
    expect(readdirSync(join(folder, "parts")).sort()).toEqual(readdirSync(join(folder, "whole")).sort())
})

/** As a run of two parts leaves it that was ended when the first part was through. */
function interrupted(place: string): void {
    const results = new ResultsFolder(join(folder, place))
    const declared = readDeclaration(join(folder, "valve.yaml"))
    const told = [["--ca", "domovoi-ca"], "C1.1"]
    results.beginParts({ declared, target: VALVE[3], parts: 2, suite: sdkVersion(), told }, false)
    results.release()
    expect(conform(...VALVE, "--only", "C1.1", "--shard", "1/2", "--out", `${place}/part-1-of-2`).status).toBe(1)
}

test("a part that has ended is not tried again", () => {
    interrupted("again")
    const again = [...VALVE, "--only", "C1.1", "--out", "again"]
    for (const options of [["--jobs", "2"], [], ["--resume"]]) {
        const { status, stderr } = conform(...again, ...options)
        expect([options, status, stderr]).toEqual([options, 2, expect.stringMatching(/another folder to --out/)])
    }
    const { status, stdout } = conform(...again, "--jobs", "2", "--resume", "--json")
    expect(status).toBe(1)
    const lines = stdout
        .trimEnd()
        .split("\n")
        .map(line => JSON.parse(line))
    const { results } = reportIn("whole")
    expect(lines.slice(0, -1)).toHaveLength(Math.floor(results.length / 2))
    expect(lines.at(-1).report.results).toEqual(results)
    expect(readdirSync(join(folder, "again")).filter(name => /part/.test(name))).toEqual([])
})

test("parts of another run are not made parts of this one, and nothing is tried", () => {
    interrupted("kept")
    const onBell = readFileSync(join(folder, "bell.yaml"), "utf8")
    writeFileSync(
        join(folder, "class.yaml"),
        readFileSync(join(folder, "valve.yaml"), "utf8").replace("class: 1", "class: 2"),
    )
    expect(onBell).toContain("doorbell_c3")
    for (const [parameters, words] of [
        [[...VALVE, "--only", "C1.1", "--seed", "2", "--jobs", "2"], /parts of another run/],
        [[...VALVE, "--only", "C1.2", "--jobs", "2"], /parts of another run/],
        [[...VALVE, "--only", "C1.1", "--jobs", "3"], /parts of another run/],
        [[...BELL, "--only", "C1.1", "--jobs", "2"], /parts of another run/],
        [["--ics", "class.yaml", ...VALVE.slice(2), "--only", "C1.1", "--jobs", "2"], /parts of another run/],
        [
            ["--ics", "valve.yaml", ...BELL.slice(2), "--only", "C1.1", "--jobs", "2"],
            /the declaration is of a device on/,
        ],
        [[...VALVE, "--only", "nope", "--jobs", "2"], /no such test or control/],
    ] as const) {
        const { status, stdout, stderr } = conform(...parameters, "--out", "kept", "--resume")
        expect([parameters, status, stdout, stderr]).toEqual([parameters, 2, "", expect.stringMatching(words)])
    }
    expect(existsSync(join(folder, "kept/report.json"))).toBe(false)
})

test("parts of which nothing says of what run they are, are of none", () => {
    for (const part of [1, 2]) {
        const place = `nobodys/part-${part}-of-2`
        expect(conform(...VALVE, "--only", "LC.3", "--shard", `${part}/2`, "--out", place).status).toBe(1)
    }
    for (const options of [[], ["--resume"], ["--resume", "--seed", "2"]]) {
        const { status, stdout, stderr } = conform(
            ...VALVE,
            "--only",
            "LC.3",
            "--out",
            "nobodys",
            "--jobs",
            "2",
            ...options,
        )
        expect([status, stdout, stderr]).toEqual([2, "", expect.stringContaining("nothing says of which run")])
    }
    expect(existsSync(join(folder, "nobodys/report.json"))).toBe(false)
})

test("there are no more parts than tests, and what is refused leaves nothing to be gone on with", () => {
    expect(conform(...VALVE, "--only", "nope", "--out", "few", "--jobs", "2").status).toBe(2)
    expect(conform(...VALVE, "--only", "C1.1-challenge", "--out", "few", "--jobs", "2").status).toBe(1)
    expect(reportIn("few").results).toMatchObject([{ id: "C1.1-challenge", verdict: "enforced" }])
})

test("several devices are tried each in a place of its own, and one that cannot be does not stop the others", () => {
    const both = conform(...VALVE, ...BELL, "--only", "C1.1-challenge", "--out", "both", "--jobs", "2", "--json")
    expect([both.status, both.stderr]).toEqual([1, ""])
    const places = readdirSync(join(folder, "both"))
    const named = ({ device }: { device: { board: string; serial: string } }) => `${device.board}-${device.serial}`
    expect(places.map(place => named(reportIn(`both/${place}`).declared))).toEqual(places)
    expect(new Set(places.map(place => reportIn(`both/${place}`).target))).toEqual(new Set([VALVE[3], BELL[3]]))

    const wrong = readFileSync(join(folder, "valve.yaml"), "utf8").replace(/program: .*/, `program: ${"ab".repeat(32)}`)
    writeFileSync(join(folder, "wrong.yaml"), wrong)
    const one = ["--ics", "wrong.yaml", "--target", VALVE[3], ...BELL]
    const { status, stdout, stderr } = conform(
        ...one,
        "--only",
        "C1.1-challenge",
        "--out",
        "one",
        "--jobs",
        "1",
        "--json",
    )
    expect([status, stderr]).toEqual([2, expect.stringContaining("and abababab")])
    expect(
        stdout
            .trimEnd()
            .split("\n")
            .map(line => Object.keys(JSON.parse(line))),
    ).toEqual([["device", "result"], ["report"]])
    const reports = readdirSync(join(folder, "one")).filter(place =>
        existsSync(join(folder, "one", place, "report.json")),
    )
    expect(reports.map(place => reportIn(`one/${place}`).target)).toEqual([BELL[3]])
})

test.each<[string, string[], RegExp]>([
    ["one device twice", [...VALVE, ...VALVE], /is there twice/],
    ["a target without a declaration", [...VALVE, "--target", BELL[3]], /an --ics and a --target/],
    ["the parts of a part", [...VALVE, "--shard", "1/2", "--jobs", "2"], /--shard is a part already/],
    ["parts on a desk", ["--ics", "valve.yaml", "--target", "serial:/dev/null", "--jobs", "2"], /one run at a time/],
    ["no runs at a time", [...VALVE, "--jobs", "0"], /from 1 to 99/],
])("refuses %s", (_, parameters, words) => {
    const { status, stderr } = conform(...parameters, "--out", "x")
    expect([status, stderr]).toEqual([2, expect.stringMatching(words)])
})
