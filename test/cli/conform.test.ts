import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { conformCommand } from "../../src/cli/conform-command"
import { readDeclaration } from "../../src/host/conformance/declaration"
import { runHere } from "../host/kept-valve"

const TARGET = ["--target", "sim:valve_pico/gas-valve"]
const start = process.cwd()
const folder = mkdtempSync(join(tmpdir(), "domovoi-conform-"))
const conform = (...argv: string[]) => runHere(conformCommand, ...argv)
const tryOne = (out: string, ...more: string[]) =>
    conform("--ics", "valve.yaml", ...TARGET, "--out", out, "--only", "C1.1-challenge", ...more)

beforeAll(async () => {
    process.chdir(folder)
    await conform("init", ...TARGET, "-o", "valve.yaml")
})
afterAll(() => {
    process.chdir(start)
    rmSync(folder, { recursive: true })
})

describe("domovoi conform", () => {
    test("init drafts a declaration that the suite reads", () => {
        const { device, declares } = readDeclaration("valve.yaml")
        expect(device).toMatchObject({ model: "Domovoi gas valve", board: "valve_pico", class: 1, profile: "stock" })
        expect(declares).toMatchObject({ updates: true, log: true, owner: true, uses: 0, button: "button" })
        expect(declares.outputs.valve).toMatchObject({ safe: { state: "shut" }, withinMs: 1000 })
        expect(declares.sensors.gas.guards).toEqual(["valve"])
    })

    test("says what it found, writes it down, and ends with 1 while the class is not met", async () => {
        const { status, printed } = await tryOne("results")
        expect(status).toBe(1)
        expect(printed).toMatch(/^enforced {8}C1\.1-challenge$/m)
        // The control has other tests, which nobody has asked for.
        expect(printed).toMatch(/^not assessed {4}C1\.1 unique identity/m)
        expect(printed).toMatch(/^Class 1: not met, for C1\.1, C1\.2, C1\.3/m)
        const report = JSON.parse(readFileSync("results/report.json", "utf8"))
        expect(report).toMatchObject({
            format: 1,
            isSame: true,
            results: [{ id: "C1.1-challenge", verdict: "enforced" }],
        })
        expect(existsSync("results/unfinished.json")).toBe(false)
    })

    test("shows the circuit that the bench knows, and the bill that was tried, on the page", async () => {
        const valve = readFileSync("valve.yaml", "utf8")
        const bill = {
            bomFormat: "CycloneDX",
            specVersion: "1.6",
            components: [{ type: "library", name: "part-of-it" }],
        }
        writeFileSync("bill.json", JSON.stringify(bill))
        writeFileSync("with-bill.yaml", valve.replace("sbom: null", "sbom: bill.json"))
        const run = (only: string, ics = "with-bill.yaml") =>
            conform("--ics", ics, ...TARGET, "--out", "shown", "--only", only)
        const page = () => readFileSync("shown/report.html", "utf8")

        await run("LC.1-bill")
        expect(page()).toContain("part-of-it")
        expect(page()).toContain("It is the file that was tried.")
        expect(page()).toContain("Drawn from the circuit of board valve_pico")
        expect(page()).toContain("No test of this report has proved it.")

        await run("FS.1-wiring")
        expect(page()).toMatch(/It is the one that <a href="#of-FS_461-wiring">FS\.1-wiring<\/a> proved\./)
        expect(page()).toContain("No test of this report has tried it.")

        writeFileSync("bill.json", "{")
        await run("LC.1-bill")
        expect(page()).toMatch(/It is not shown: bill\.json: no CycloneDX bill/)
        expect(page()).toMatch(/The file that was tried has SHA-256 [0-9a-f]{64}\./)

        await run("LC.1-bill", "valve.yaml")
        expect(page()).not.toContain('<section id="sbom"')
    })

    test("with --json prints an object a line: each result, and then the report", async () => {
        const { printed } = await tryOne("lines", "--json")
        const lines = printed
            .trimEnd()
            .split("\n")
            .map(line => JSON.parse(line))
        expect(lines).toMatchObject([{ at: 1, of: 1, result: { id: "C1.1-challenge" } }, { report: { format: 1 } }])
    })

    test("goes on with an interrupted run only if it is told to, and only with the same", async () => {
        await tryOne("again", "--seed", "7")
        const { results, target, declared, seed, suite, before } = JSON.parse(readFileSync("again/report.json", "utf8"))
        const kept = results.map((result: object) => ({ ...result, seen: "kept" }))
        const { RunJournal } = await import("../../src/host/conformance/run-journal")
        const about = { declared, target, seed, suite, plan: ["C1.1-challenge"] }
        const keep = (of: object) => {
            const journal = new RunJournal("again/unfinished.json", about, true)
            journal.begin({ ...before, ...of })
            for (const result of kept) journal.add(result)
        }
        keep({})
        await expect(tryOne("again", "--seed", "7")).rejects.toThrow("go on with --resume")
        await expect(tryOne("again", "--seed", "8", "--resume")).rejects.toThrow("is of another run")
        await tryOne("again", "--seed", "7", "--resume")
        expect(JSON.parse(readFileSync("again/report.json", "utf8")).results).toEqual(kept)
        expect(existsSync("again/unfinished.json")).toBe(false)
        // What was seen of a device before it was given another program, or was not proved to be seen of it, says nothing of it now.
        for (const other of [{ program: "ab".repeat(32) }, { serial: "OTHER" }]) {
            keep(other)
            await expect(tryOne("again", "--seed", "7", "--resume")).rejects.toThrow("not proved to be of the device")
            rmSync("again/unfinished.json")
        }
    })

    test.each<[string, string[], RegExp]>([
        ["without a declaration", [...TARGET, "--out", "x"], /--ics is missing/],
        ["without a folder", ["--ics", "valve.yaml", ...TARGET], /--out is missing/],
        ["a target of no kind", ["--ics", "valve.yaml", "--target", "usb", "--out", "x"], /sim:BOARD\/DEVICE/],
        ["another board", ["--ics", "valve.yaml", "--target", "sim:doorbell_c3/doorbell", "--out", "x"], /valve_pico/],
        [
            "a seed for a device that is real",
            ["--ics", "valve.yaml", "--target", "ws:localhost:1", "--out", "x", "--seed", "1", "--ca", "valve.yaml"],
            /--seed is for simulated/,
        ],
        ["no such test", ["--ics", "valve.yaml", ...TARGET, "--out", "x", "--only", "C9.9"], /conform list/],
    ])("refuses %s", async (_, argv, words) => {
        await expect(conform(...argv)).rejects.toThrow(words)
    })

    test.each<[string, (text: string) => string, RegExp]>([
        ["a line is missing", text => text.replace(/^ {2}log: .*\n/m, ""), /declares\.log/],
        ["a line too many", text => text.replace("device:", "device:\n  secure: true"), /no such key/],
        ["a sensor guards nothing that there is", text => text.replace("- valve", "- oven"), /no output "oven"/],
    ])("refuses a declaration in which %s, and says where", async (_, change, words) => {
        writeFileSync("wrong.yaml", change(readFileSync("valve.yaml", "utf8")))
        await expect(conform("--ics", "wrong.yaml", ...TARGET, "--out", "x")).rejects.toThrow(words)
        await expect(conform("--ics", "wrong.yaml", ...TARGET, "--out", "x")).rejects.toThrow(/wrong\.yaml:\d+:\d+/)
    })

    test("list names the tests and what each needs", async () => {
        const { printed } = await conform("list", "--json")
        expect(JSON.parse(printed).tests).toContainEqual(
            expect.objectContaining({ id: "C1.1-kept", needs: ["supply"] }),
        )
    })
})
