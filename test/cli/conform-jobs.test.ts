/** Several runs of conform at a time, as a person starts them. */
import {
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    renameSync,
    rmSync,
    writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
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
    const judged = ({ controls, classes, before, after }: typeof whole) => ({
        controls: controls.map(({ id, verdict }: { id: string; verdict: string }) => ({ id, verdict })),
        classes,
        before,
        after,
    })
    expect(judged(parts)).toEqual(judged(whole))
    // What nobody asked for is in the joined one, too, and was not assessed.
    const isTried = ({ seen }: { seen: string }) => seen !== "it is in none of the parts that were joined"
    expect(parts.results.filter(isTried)).toEqual(whole.results)
    expect(readdirSync(join(folder, "parts")).filter(name => name.startsWith("part-"))).toEqual([])
})

test("a part that has ended is not tried again", () => {
    const ended = conform(...VALVE, "--only", "C1.1", "--shard", "1/2", "--out", "again/part-1-of-2")
    expect(ended.status).toBe(1)
    const again = () => [...VALVE, "--only", "C1.1", "--out", "again", "--jobs", "2"]
    const refused = conform(...again())
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining("go on with --resume")])
    const { status, stdout } = conform(...again(), "--resume", "--json")
    expect(status).toBe(1)
    const lines = stdout
        .trimEnd()
        .split("\n")
        .map(line => JSON.parse(line))
    const { results } = reportIn("whole")
    expect(lines.slice(0, -1)).toHaveLength(Math.floor(results.length / 2))
    expect(lines.at(-1).report.results.filter(({ control }: { control: string }) => control === "C1.1")).toEqual(
        results,
    )
    // A part of another run is not made one of this.
    mkdirSync(join(folder, "mixed"))
    conform(...VALVE, "--only", "C1.1", "--shard", "1/2", "--seed", "7", "--out", "other")
    renameSync(join(folder, "other"), join(folder, "mixed/part-1-of-2"))
    const mixed = conform(...VALVE, "--only", "C1.1", "--out", "mixed", "--jobs", "2", "--resume")
    expect([mixed.status, mixed.stderr]).toEqual([2, expect.stringContaining("seed")])
    expect(existsSync(join(folder, "mixed/report.json"))).toBe(false)
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
    const { status, stderr } = conform(...one, "--only", "C1.1-challenge", "--out", "one", "--jobs", "1")
    expect([status, stderr]).toEqual([2, expect.stringContaining("and abababab")])
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
