import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { DocumentError } from "../../simulators/document-error"
import { CONTROL_IDS } from "../../src/host/conformance/controls"
import { MAP_NAMES, readMap, viewOf } from "../../src/host/conformance/maps/map"
import { csvOf } from "../../src/host/conformance/report/csv"
import type { Verdict } from "../../src/host/conformance/verdict"

const folder = mkdtempSync(join(tmpdir(), "domovoi-maps-"))
afterAll(() => rmSync(folder, { recursive: true }))

const controls = (verdicts: Partial<Record<string, Verdict>>) =>
    CONTROL_IDS.map(id => ({ id, title: id, verdict: verdicts[id] ?? ("enforced" as Verdict), tests: [] }))

describe.each(MAP_NAMES)("%s", name => {
    const map = readMap(name)

    test("names only controls there are, and each clause once", () => {
        expect(map.rows.length).toBeGreaterThan(10)
        for (const { controls } of map.rows) for (const id of controls) expect(CONTROL_IDS).toContain(id)
        expect(new Set(map.rows.map(({ clause }) => clause)).size).toBe(map.rows.length)
    })

    test("claims nothing of what no control stands for", () => {
        const open = viewOf(map, { controls: controls({}) }).filter(({ covers }) => covers === "nothing")
        for (const clause of open) expect(clause).toMatchObject({ controls: [], verdict: "notAssessed" })
    })

    test("claims nothing at all of a report that has no verdict", () => {
        for (const { verdict } of viewOf(map, { controls: [] })) expect(verdict).toBe("notAssessed")
    })

    test("gives a clause the verdict of its worst control", () => {
        for (const { clause, controls: ids } of map.rows.filter(({ controls }) => controls.length > 0)) {
            const worst = viewOf(map, { controls: controls({ [ids.at(-1)!]: "notMet" }) })
            expect(worst.find(row => row.clause === clause)?.verdict).toBe("notMet")
        }
    })

    test("is a CSV of one row a clause", () => {
        const lines = csvOf(viewOf(map, { controls: controls({}) })).split("\r\n")
        expect(lines).toHaveLength(map.rows.length + 2)
        expect([lines[0], lines.at(-1)]).toEqual(["clause,title,verdict,covers,controls,note", ""])
    })
})

test("the mechanisms of EN 18031 are all there", () => {
    const mechanisms = (name: (typeof MAP_NAMES)[number]) =>
        new Set(readMap(name).rows.map(({ clause }) => clause.split("-")[0]))
    const both = ["ACM", "AUM", "SUM", "SSM", "SCM", "CCK", "GEC", "CRY"]
    for (const one of [...both, "RLM"]) expect(mechanisms("en-18031-1")).toContain(one)
    for (const one of [...both, "LGM", "DLM", "UNM"]) expect(mechanisms("en-18031-2")).toContain(one)
})

test("CRA Annex I part I (2) is there from (a) to (m)", () => {
    const letters = readMap("cra-annex-1").rows.map(({ clause }) => clause)
    expect(letters).toEqual([..."abcdefghijklm"].map(letter => `(2)(${letter})`))
})

test("a field with commas, quotes and lines is quoted", () => {
    const clause = {
        clause: "1",
        title: 'a "b", c',
        controls: [],
        covers: "nothing",
        note: "d\ne",
        verdict: "notAssessed",
    } as const
    expect(csvOf([{ ...clause, controls: [] }])).toContain('1,"a ""b"", c",not assessed,nothing,,"d\ne"\r\n')
})

describe("a map is refused", () => {
    const GOOD = readFileSync("src/host/conformance/maps/cra-annex-1.yaml", "utf8")
    test.each([
        ["for a control that is unknown", GOOD.replace("[C1.3, C2.4]", "[C1.3, C9.9]"), "rows[4].controls[1]"],
        [
            "for a clause that stands there twice",
            GOOD.replace('"(2)(b)"', '"(2)(a)"'),
            'clause "(2)(a)" stands there twice',
        ],
        [
            "for a control that stands there twice",
            GOOD.replace("[C1.3, C2.4]", "[C1.3, C1.3]"),
            "a control stands there twice",
        ],
        [
            "for a claim without a control",
            GOOD.replace("[C1.3, C2.4]", "[]"),
            'a row without controls covers "nothing"',
        ],
        ["for a note that is missing", GOOD.replace(/\n {6}note: "The bill.*/, ""), "rows[0].note"],
        ["for what is none of its keys", `${GOOD}verdict: enforced\n`, "no such key"],
    ])("%s", (_, text, message) => {
        expect(text).not.toBe(GOOD)
        writeFileSync(join(folder, "cra-annex-1.yaml"), text)
        expect(() => readMap("cra-annex-1", folder)).toThrow(DocumentError)
        expect(() => readMap("cra-annex-1", folder)).toThrow(message)
    })
})
