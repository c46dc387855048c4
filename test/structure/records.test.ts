import { readdirSync, readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { MOST_PEOPLE, sessionRecords } from "../../src/core/owner/owner-records"
import { tagOf } from "../../src/core/store/head"

const ROOT = new URL("../../", import.meta.url).pathname
const PAGE = readFileSync(`${ROOT}docs/firmware.md`, "utf8")
/** One row for what is kept for each of so many uses. */
const KEPT = "kept"
const USES = 20
/** One row for the keys of each person. */
const SESSION = "session"

const sources = ["src/core", "devs"].flatMap(folder =>
    readdirSync(ROOT + folder, { recursive: true, encoding: "utf8" })
        .filter(path => path.endsWith(".ts"))
        .map(path => readFileSync(`${ROOT}${folder}/${path}`, "utf8")),
)

/** Names of records that the sources read, write or erase: constants, and what is written out. */
function recordNames(texts: readonly string[]): string[] {
    const text = texts.join("\n")
    const named = new Map([...text.matchAll(/const ([A-Z_]+) = "([^"]+)"/g)].map(([, name, value]) => [name, value]))
    const calls = [...text.matchAll(/(?:\b(?:get|set|erase)\(|soundRecord\([^,()]+, )([A-Z_]{3,})\b/g)].map(
        ([, name]) => named.get(name),
    )
    const stored = [...text.matchAll(/new Stored(?:Number|Counter)\([^,]+, (?:"([^"]+)"|([A-Z_]+))/g)]
    const numbers = stored.map(([, literal, name]) => literal ?? named.get(name))
    return [...new Set([...calls, ...numbers].filter(name => name !== undefined))].sort()
}

/** Names in the first column of the table. */
function rowsIn(page: string): Set<string> {
    const table = page.slice(page.indexOf("### What becomes of each record"))
    const rows = table.split("\n").filter(line => line.startsWith("| "))
    return new Set(rows.flatMap(row => [...row.split("|")[1].matchAll(/`([^`]+)`/g)].map(([, name]) => name)))
}

const missing = (page: string) => recordNames(sources).filter(name => !rowsIn(page).has(name))

test("docs/firmware.md says of every record what becomes of it", () => {
    expect(recordNames(sources).length).toBeGreaterThanOrEqual(20)
    expect(missing(PAGE)).toEqual([])
    for (const name of [KEPT, SESSION]) expect(rowsIn(PAGE)).toContain(name)
})

test("and a row that is left out is missed", () => {
    for (const name of ["household", "boots", "latches", "floor"])
        expect(missing(PAGE.replaceAll(new RegExp(`^\\| (.*, )?\`${name}\`.*$`, "gm"), ""))).toContain(name)
})

test("no two of them have the same tag", () => {
    const kept = Array.from({ length: USES }, (_, use) => KEPT + use)
    const sessions = Array.from({ length: MOST_PEOPLE }, (_, place) => sessionRecords(place)).flat()
    for (const name of sessions) expect(name.startsWith(SESSION)).toBe(true)
    const names = [...recordNames(sources), ...kept, ...sessions]
    expect(new Set(names.map(tagOf)).size).toBe(names.length)
})
