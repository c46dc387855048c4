import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { AREAS, sourcesOf, testsOf } from "./areas"
import type { Fate, Mutant } from "./mutants"
import { digestOf, type Equivalent, fallsBack, judge, orphans, type Score } from "./score"

const scores: Record<string, Score> = JSON.parse(readFileSync("test/mutation/scores.json", "utf8"))
const equivalents: Equivalent[] = JSON.parse(readFileSync("test/mutation/equivalent.json", "utf8"))

const at = (line: string, fate: Fate, lineNumber = 1): Mutant => ({
    file: "a.ts",
    lineNumber,
    line,
    mutator: "EqualityOperator",
    from: "a < b",
    to: "a <= b",
    fate,
})
const named = (line: string): Equivalent => {
    const { file, mutator, from, to } = at(line, "survived")
    return { file, line, mutator, from, to, reason: "they are never equal" }
}

test("a score counts what is killed among all that could be", () => {
    const mutants = [at("one", "killed"), at("two", "endless"), at("three", "survived"), at("four", "survived")]
    expect(judge(mutants, [named("four")])).toEqual({
        mutants: 4,
        killed: 2,
        equivalent: 1,
        survived: 1,
        score: 66.6,
        survivors: [mutants[2]],
        misnamed: [],
    })
    expect(judge(mutants, [])).toMatchObject({ survived: 2, equivalent: 0, score: 50 })
})

test("an equivalent is known by its text, wherever that has moved, and by all of it", () => {
    expect(judge([at("one", "survived", 99)], [named("one")]).survived).toBe(0)
    for (const other of [{ file: "b.ts" }, { line: "two" }, { mutator: "Regex" }, { from: "b < a" }, { to: "true" }])
        expect(judge([{ ...at("one", "survived"), ...other }], [named("one")]).survived).toBe(1)
})

test("what is named equivalent and killed all the same is found, unless a twin on another line survives", () => {
    expect(judge([at("one", "killed")], [named("one")]).misnamed).toEqual([named("one")])
    expect(judge([at("one", "killed"), at("one", "survived", 2)], [named("one")]).misnamed).toEqual([])
})

test("a score may rise and stay, and never fall", () => {
    const score = (score: number): Score => ({ mutants: 10, killed: 9, equivalent: 0, survived: 1, score })
    expect(fallsBack(score(90), undefined)).toBeUndefined()
    expect(fallsBack(score(90), score(90))).toBeUndefined()
    expect(fallsBack(score(90.1), score(90))).toBeUndefined()
    expect(fallsBack(score(89.9), score(90))).toBe("89.9 % of the mutants were killed, 90 % are committed")
})

test("an equivalent whose line is gone, or whose file, is found", () => {
    const read = (file: string) => {
        if (file !== "a.ts") throw new Error("no such file")
        return "    one\n"
    }
    const elsewhere = { ...named("one"), file: "b.ts" }
    expect(orphans([named("one"), named("two"), elsewhere], read)).toEqual([named("two"), elsewhere])
})

test("what is committed fits the code and itself", () => {
    expect(orphans(equivalents)).toEqual([])
    expect(equivalents.filter(({ reason }) => reason.length < 10)).toEqual([])
    expect(Object.keys(scores).filter(name => !AREAS[name])).toEqual([])
    for (const { mutants, killed, equivalent, survived, score } of Object.values(scores)) {
        expect(killed + equivalent + survived).toBe(mutants)
        expect(score).toBe(Math.floor((1000 * killed) / (killed + survived)) / 10)
    }
})

test("every area has sources and tests that are there, and another digest than the others", () => {
    const digests = Object.values(AREAS).map(area => digestOf([...sourcesOf(area), ...testsOf(area)]))
    expect(new Set(digests).size).toBe(digests.length)
    for (const area of Object.values(AREAS)) {
        expect(sourcesOf(area)).not.toEqual([])
        expect(testsOf(area)).not.toEqual([])
        if (area.slice) expect(sourcesOf(area)).toContain(`${area.sources}/${area.slice}`)
    }
})
