import { describe, expect, test, vi } from "vitest"
import type { Json } from "../../simulators/trace"
import { Judge, type Matcher, matchesValue } from "../../simulators/world/judge"

test.each<[Matcher, Json, boolean]>([
    ["open", "open", true],
    ["open", "shut", false],
    [1, 1, true],
    [1, "1", false],
    [null, null, true],
    [false, null, false],
    [{ state: "open" }, { state: "open", openings: 3 }, true],
    [{ state: "open" }, { openings: 3 }, false],
    [{ state: "open" }, "open", false],
    [{ state: "open" }, null, false],
    [{ a: { b: 1 } }, { a: { b: 1, c: 2 } }, true],
    [{ "at-least": 2 }, 2, true],
    [{ "at-least": 2 }, 1, false],
    [{ "at-most": 2 }, 3, false],
    [{ "at-least": 1, "at-most": 2 }, 1.5, true],
    [{ "at-least": 1 }, "2", false],
    [{ count: { "at-least": 2 } }, { count: 2 }, true],
])("%j matches %j: %s", (matcher, value, matches) => expect(matchesValue(matcher, value)).toBe(matches))

describe("every observation has to match", () => {
    test("kept when all did", () => {
        const judge = new Judge("open", "every", () => {})
        judge.observe(1, "open")
        judge.observe(2, "open")
        expect(judge.close(3)).toEqual({ kept: true, us: 3, seen: "open" })
    })
    test("failed at the first that does not, whatever follows", () => {
        const judge = new Judge("open", "every", () => {})
        judge.observe(1, "shut")
        judge.observe(2, "open")
        expect(judge.close(3)).toEqual({ kept: false, us: 1, seen: "shut" })
    })
    test("failed without any", () => {
        expect(new Judge("open", "every", () => {}).close(3)).toEqual({ kept: false, us: 3, seen: undefined })
    })
})

describe("one observation has to match", () => {
    test("kept at the first that does, whatever follows", () => {
        const judge = new Judge("open", "one", () => {})
        judge.observe(1, "shut")
        judge.observe(2, "open")
        judge.observe(3, "shut")
        expect(judge.close(4)).toEqual({ kept: true, us: 2, seen: "open" })
    })
    test("failed when none did, with the last one", () => {
        const judge = new Judge("open", "one", () => {})
        judge.observe(1, "shut")
        expect(judge.close(4)).toEqual({ kept: false, us: 4, seen: "shut" })
    })
})

test("the verdict is given once", () => {
    const onVerdict = vi.fn()
    const judge = new Judge("open", "one", onVerdict)
    judge.observe(1, "open")
    judge.observe(2, "open")
    judge.close(3)
    judge.close(4)
    expect(onVerdict.mock.calls).toEqual([[{ kept: true, us: 1, seen: "open" }]])
})
