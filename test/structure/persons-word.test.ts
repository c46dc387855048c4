import { readdirSync, readFileSync } from "node:fs"
import { expect, test } from "vitest"

/** The only place where a person's word is made. */
const MAKER = "devs/io/inside-button.ts"
const ROOTS = ["devs", "src/core"]
/** A cast to it, or to anything that could pass for it. */
const CAST = /\bas\s+(unknown\s+as\s+)?PersonsWord\b|<PersonsWord>|\bas\s+(any|never)\b/

/** @returns the files of a list that make one where nobody may */
function makers(files: Record<string, string>): string[] {
    return Object.keys(files).filter(path => CAST.test(files[path]) && path !== MAKER)
}

test("a person's word is made by an inside button and nowhere else", () => {
    const files = ROOTS.flatMap(root =>
        readdirSync(root, { recursive: true, encoding: "utf8" }).map(at => `${root}/${at}`),
    )
    const sources = files.filter(path => path.endsWith(".ts"))
    expect(sources).toContain(MAKER)
    const texts = Object.fromEntries(sources.map(path => [path, readFileSync(path, "utf8")]))
    expect(CAST.test(texts[MAKER])).toBe(true)
    expect(makers(texts)).toEqual([])
})

test.each(["1 as PersonsWord", "x as unknown as PersonsWord", "<PersonsWord>x", "release(0, x as any)", "x as never"])(
    "%s anywhere else is caught",
    text => {
        expect(makers({ [MAKER]: text, "devs/devices/other.ts": text })).toEqual(["devs/devices/other.ts"])
    },
)
