/** docs/session-keys.md says what to do about each reason. */
import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { EdhocRefusal } from "../../../src/core/session/edhoc/refusal"
import { KudosRefusal } from "../../../src/core/session/kudos/refusal"

const PAGE = readFileSync(new URL("../../../docs/session-keys.md", import.meta.url), "utf8")

/** Number and name, as the page's tables have them. */
function rowsOf(page: string): string[] {
    return [...page.matchAll(/^\| (\d+) \| `(\w+)` \| \S/gm)].map(([, number, name]) => `${number} ${name}`)
}

const REASONS = [EdhocRefusal, KudosRefusal]
    .flatMap(reasons => Object.entries(reasons))
    .filter(([, number]) => typeof number === "number" && number > 0)
    .map(([name, number]) => `${number} ${name}`)

test("each has a row, and no row is of another", () => {
    expect(REASONS.length).toBeGreaterThan(25)
    expect(rowsOf(PAGE).sort()).toEqual(REASONS.sort())
})

test("a row that is left out is missed", () => {
    expect(rowsOf(PAGE.replace(/^\| 211 .*$/m, ""))).not.toContain("211 NotAuthentic")
    expect(rowsOf(PAGE)).toContain("211 NotAuthentic")
})
