import { expect, test } from "vitest"
import { SectionLines } from "../../../src/host/bench/section-lines"

function read(...lines: string[]): SectionLines {
    const sections = new SectionLines()
    for (const line of lines) sections.take(line)
    return sections
}

test("sections are read off the log, and what else is in it is passed over", () => {
    const { sections, isFinished } = read(
        ...["main: started", "> start a", "> anything", "> end a 12 ms right", "> start b", "> end b 0 ms right"],
        ...["> finished", "> start c"],
    )
    expect(sections).toEqual([
        { name: "a", measuredMs: 12 },
        { name: "b", measuredMs: 0 },
    ])
    expect(isFinished).toBe(true)
})

test.each([
    [["> start a", "> end a 12 ms wrong"], "a computes a wrong result"],
    [["> start a", "> end b 12 ms right"], 'its log lacks lines before "> end b 12 ms right"'],
    [["> end a 12 ms right"], 'its log lacks lines before "> end a 12 ms right"'],
    [["> start a", "> finished"], 'its log lacks lines before "> finished"'],
    [["> start a", "> start b"], "a has no end"],
    [["> start a", "> end a 1 ms right", "> start a"], "it began anew at a"],
])("%j counts for nothing", (lines, why) => {
    expect(() => read(...lines)).toThrow(why)
})
