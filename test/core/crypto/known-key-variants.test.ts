/** Each rule of what is computed by combs is held by a case that gets another answer where the rule is left out. */
import { describe, expect, test } from "vitest"
import { answerOf, CASES, type CaseName } from "./known-key-cases"
import { knownKeyCode, VARIANTS } from "./known-key-variants"

const names = Object.keys(CASES) as CaseName[]

describe("the code as it is", async () => {
    const code = await knownKeyCode()

    test.each(names)("%s", async name => {
        expect(await answerOf(name, code)).toBe(CASES[name][1])
    })
})

test.each(Object.entries(VARIANTS))("without: %s", async (_, variant) => {
    const [, , , noticedBy] = variant
    expect(await answerOf(noticedBy, await knownKeyCode(variant))).not.toBe(CASES[noticedBy][1])
})

test("every case notices something", () => {
    expect(new Set(Object.values(VARIANTS).map(([, , , noticedBy]) => noticedBy))).toEqual(new Set(names))
})
