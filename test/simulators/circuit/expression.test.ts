import { describe, expect, test } from "vitest"
import { type Expression, isHigh, netsOf } from "../../../simulators/circuit/expression"

/** Level of an expression for each of a, b being low-low, low-high, high-low, high-high. */
function table(expression: Expression): string {
    return [
        [false, false],
        [false, true],
        [true, false],
        [true, true],
    ]
        .map(([a, b]) => (isHigh(expression, net => (net === "a" ? a : b)) ? "1" : "0"))
        .join("")
}

describe("an expression", () => {
    test.each<[Expression, truth: string, nets: string[]]>([
        ["a", "0011", ["a"]],
        [{ not: "a" }, "1100", ["a"]],
        [{ and: ["a", "b"] }, "0001", ["a", "b"]],
        [{ or: ["a", "b"] }, "0111", ["a", "b"]],
        [{ not: { and: ["a", "b"] } }, "1110", ["a", "b"]],
        [{ not: { or: ["a", "b"] } }, "1000", ["a", "b"]],
        [{ or: [{ and: ["a", { not: "b" }] }, { and: ["b", { not: "a" }] }] }, "0110", ["a", "b", "b", "a"]],
        [{ and: ["a", "b", { not: "a" }] }, "0000", ["a", "b", "a"]],
        [{ or: ["a", "b", { not: "a" }] }, "1111", ["a", "b", "a"]],
    ])("%j has the truth table %s", (expression, truth, nets) => {
        expect(table(expression)).toBe(truth)
        expect(netsOf(expression)).toEqual(nets)
    })
})
