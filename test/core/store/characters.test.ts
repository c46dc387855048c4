import { expect, test } from "vitest"
import { consistsOf } from "../../../src/core/store/characters"

/** `a` and `z`. */
const ALLOWED = Buffer.from(`${"00".repeat(12)}02000004`, "hex")

test("of all characters only those in the table are allowed, also beyond its end", () => {
    const found = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCharCode(code)).filter(character =>
        consistsOf(character, 1, ALLOWED),
    )
    expect(found).toEqual(["a", "z"])
})

test.each<[string, boolean]>([
    ["", false],
    ["azaz", true],
    ["azaza", false],
    ["bzaz", false],
    ["azab", false],
])("%o within four characters: %o", (text, allowed) => {
    expect(consistsOf(text, 4, ALLOWED)).toBe(allowed)
})
