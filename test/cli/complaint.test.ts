import { CommanderError } from "commander"
import { describe, expect, test } from "vitest"
import { complaintOf } from "../../src/cli/complaint"
import { BuildError } from "../../src/host/build/build-error"
import { InputError } from "../../src/host/input-error"
import { LinkError } from "../../src/host/unit/unit-link"

const system = (code: string, path?: string) =>
    Object.assign(new Error(`${code}: what the system says, open`), { code, syscall: "open", path })

/** Whatever is thrown → status, and how the line begins. */
const CASES: Record<string, [thrown: unknown, status: number, line: string]> = {
    "a wrong option": [new CommanderError(1, "x", "error: unknown option '--x'"), 2, "unknown option '--x'"],
    "bad input": [new InputError("a: is wrong"), 2, "a: is wrong"],
    "what does not compile": [
        new BuildError("a", [{ file: "a.ts", line: 1, column: 2, message: "no\nsuch" }]),
        2,
        "a.ts:1:2: no; such",
    ],
    "a unit that does not answer": [new LinkError("no answer"), 1, "no answer"],
    "a full disk": [system("ENOSPC", "x"), 2, "x: ENOSPC: "],
    "no right": [system("EACCES", "x"), 2, "x: EACCES: "],
    "too many files": [system("EMFILE"), 2, "open: EMFILE: "],
    "a deep stack": [new RangeError("Maximum call stack size exceeded"), 3, "fault of this program: RangeError: Max"],
    "a mistake of ours": [new TypeError("x is not a function"), 3, "fault of this program: TypeError: x is not "],
    "an argument of Node's": [
        Object.assign(new TypeError("bad path"), { code: "ERR_INVALID_ARG_VALUE" }),
        3,
        "fault of this program: TypeError: bad path (at ",
    ],
    "no error at all": ["text", 3, "fault of this program: text; "],
    nothing: [undefined, 3, "fault of this program: undefined; "],
    "an error without a stack": [
        Object.assign(new Error("x"), { stack: undefined }),
        3,
        "fault of this program: Error: x",
    ],
    "terminal sequences": [new InputError("\x1b[2J\x07\u009b1m\u202ex"), 2, "\\u{1b}[2J\\u{7}\\u{9b}1m\\u{202e}x"],
}

describe("whatever is thrown becomes one line and a status", () => {
    test.each(Object.entries(CASES))("%s", (_, [thrown, status, beginning]) => {
        const { line, status: actual } = complaintOf(thrown)
        expect([line.slice(0, beginning.length), actual]).toEqual([beginning, status])
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    })

    test("and a line has an end", () => {
        expect(complaintOf(new InputError("x".repeat(1e6))).line.length).toBeLessThan(1100)
    })
})
