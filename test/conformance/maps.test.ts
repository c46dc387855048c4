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
        expect([lines[0], lines.at(-1)]).toEqual(["clause,title,verdict,covers,controls,note,unconfirmed", ""])
    })
})

const clausesOf = (name: (typeof MAP_NAMES)[number]) => readMap(name).rows.map(({ clause }) => clause)
/** `numbered("5.1", 2)`: 5.1-1, 5.1-2. */
const numbered = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}-${i + 1}`)

test("the provisions of EN 303 645 V2.1.1 are all there, and no others", () => {
    const COUNTS = [5, 3, 16, 4, 8, 9, 2, 3, 3, 1, 4, 3, 1]
    const provisions = COUNTS.flatMap((count, i) => numbered(`5.${i + 1}`, count))
    expect(clausesOf("en-303-645")).toEqual(["4-1", ...provisions, ...numbered("6", 5)])
})

test("the requirements of EN 18031-1 and -2 are all there, and no others", () => {
    const AUM = ["AUM-1-1", "AUM-1-2", "AUM-2", "AUM-3", "AUM-4", "AUM-5-1", "AUM-5-2", "AUM-6"]
    const MIDDLE = [...numbered("SUM", 3), ...numbered("SSM", 3), ...numbered("SCM", 4)]
    const NETWORK = ["RLM-1", "NMM-1", "TCM-1"]
    const PRIVACY = [...numbered("LGM", 4), "DLM-1", ...numbered("UNM", 2)]
    expect(clausesOf("en-18031-1").sort()).toEqual(
        [
            ...numbered("ACM", 2),
            ...AUM,
            ...MIDDLE,
            ...NETWORK,
            ...numbered("CCK", 3),
            ...numbered("GEC", 6),
            "CRY-1",
        ].sort(),
    )
    expect(clausesOf("en-18031-2").sort()).toEqual(
        [
            ...[...numbered("ACM", 6), ...AUM, "AUM-2-2", ...MIDDLE, ...PRIVACY],
            ...[...numbered("CCK", 3), ...numbered("GEC", 7), "CRY-1"],
        ].sort(),
    )
})

test("the capabilities of IR 8425 are all there", () => {
    const names = new Set(clausesOf("nistir-8425").map(clause => clause.replace(/ \d$/, "")))
    expect([...names]).toEqual([
        "Asset Identification",
        "Product Configuration",
        "Data Protection",
        "Interface Access Control",
        "Software Update",
        "Cybersecurity State Awareness",
        "Documentation",
        "Information and Query Reception",
        "Information Dissemination",
        "Product Education and Awareness",
    ])
})

test("what no public text has confirmed is said of the row, or of every row", () => {
    const unconfirmed = (name: (typeof MAP_NAMES)[number]) =>
        viewOf(readMap(name), { controls: [] }).filter(row => row.unconfirmed !== undefined)
    expect(unconfirmed("iso-27402")).toHaveLength(readMap("iso-27402").rows.length)
    expect(unconfirmed("nistir-8425").map(({ clause }) => clause)).toContain("Software Update 1")
    expect(unconfirmed("cra-annex-1")).toEqual([])
    const [row] = unconfirmed("iso-27402")
    expect(csvOf([row])).toContain(`,${row.unconfirmed}\r\n`)
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
    expect(csvOf([{ ...clause, controls: [] }])).toContain('1,"a ""b"", c",not assessed,nothing,,"d\ne",\r\n')
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
        ["for a text without its extent", GOOD.replace(/\n {10}extent: .*/, ""), "checked.texts[0].extent"],
        ["for leaving out what is open", GOOD.replace(/\n {4}open: .*/, ""), "checked.open"],
        ["for what is none of its keys", `${GOOD}verdict: enforced\n`, "no such key"],
    ])("%s", (_, text, message) => {
        expect(text).not.toBe(GOOD)
        writeFileSync(join(folder, "cra-annex-1.yaml"), text)
        expect(() => readMap("cra-annex-1", folder)).toThrow(DocumentError)
        expect(() => readMap("cra-annex-1", folder)).toThrow(message)
    })
})
