/** One small file of each area is mutated in every test run. All areas take `npm run mutation -- AREA`. */
import { spawnSync } from "node:child_process"
import { expect, test } from "vitest"

const TIMEOUT_MS = 1_200_000

function mutation(...args: string[]) {
    const { VITEST: _, ...env } = process.env
    const { status, stdout, stderr } = spawnSync("npx", ["tsx", "test/mutation/main.ts", ...args], {
        encoding: "utf8",
        env,
    })
    return { status, stdout, text: stdout + stderr }
}

test("every change in the slice is noticed by a test", { timeout: TIMEOUT_MS }, () => {
    const { status, stdout, text } = mutation("--slice")
    expect(status, text).toBe(0)
    expect(stdout).toMatch(/^slice: \d{2,} mutants/m)
})

test("a test that sees too little is found out", { timeout: TIMEOUT_MS }, () => {
    const part = ["update", "--only", "program-start.ts", "--tests", "test/mutation/one-case.ts"]
    const { status, stdout, text } = mutation(...part)
    expect(status, text).toBe(1)
    expect(stdout).toContain("isProgram || isPending → true")
})

test.each([
    ["an area that is not there", ["nowhere"]],
    ["a part of two areas", ["update", "suit", "--only", "records.ts"]],
    ["a part whose score would be accepted", ["update", "--only", "records.ts", "--accept"]],
    ["no area whose score would be accepted", ["--accept"]],
    ["an option that is not there", ["--faster"]],
])("%s is refused, and nothing is mutated", (_, args) => {
    expect(mutation(...args)).toMatchObject({ status: 2, stdout: "" })
})
