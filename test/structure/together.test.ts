/** Test files that share a process change nothing that others find there. */
import { readdirSync, readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { TOGETHER } from "../together"

const ROOT = new URL("../", import.meta.url).pathname

/** Changes of what a process has once, each with what takes it back; none does where nothing stands beside it. */
const CHANGES: readonly [change: RegExp, undone?: RegExp][] = [
    [/\bvi\.(mock|doMock|hoisted|stubGlobal|stubEnv|setConfig)\b/],
    [/\bprocess\.(chdir|umask|setuid)\(/],
    [/\bprocess\.(env|argv|exitCode|exit|stdout|stderr)(\.\w+|\[[^\]]+\])*\s*=[^=]/],
    [/\bglobalThis(\.\w+|\[[^\]]+\])+\s*=[^=]/],
    [/\bsetFlagsFromString\(/],
    [/\bnotices\.listen\(/, /\bnotices\.listen\(\(\) => \{\}\)/],
    [/\bvi\.useFakeTimers\(/, /\bvi\.useRealTimers\(/],
    [/\bvi\.spyOn\(\s*(console|process|globalThis|Date|Math|performance)\b/, /\bvi\.restoreAllMocks\(/],
]

const leavesBehind = (text: string) => CHANGES.some(([change, undone]) => change.test(text) && !undone?.test(text))

const filesOf = (area: string) =>
    readdirSync(ROOT + area, { recursive: true, encoding: "utf8" })
        .filter(path => path.endsWith(".test.ts"))
        .map(path => `${area}/${path}`)

test.each(TOGETHER)("files of %s leave the process as they found it", area => {
    const files = filesOf(area)
    expect(files).not.toEqual([])
    expect(files.filter(file => leavesBehind(readFileSync(ROOT + file, "utf8")))).toEqual([])
})

test.each([
    ['vi.mock("node:fs")', true],
    ['process.chdir("elsewhere")', true],
    ['process.env.HOME = "elsewhere"', true],
    ["globalThis.fetch = nobody", true],
    ["notices.listen(line => said.push(line))", true],
    ["notices.listen(line => said.push(line)); afterEach(() => notices.listen(() => {}))", false],
    ["vi.useFakeTimers()", true],
    ["vi.useFakeTimers(); afterEach(() => vi.useRealTimers())", false],
    ['vi.spyOn(console, "log")', true],
    ['const own = process.env.HOME === "here"; vi.spyOn(board.wiring, "drivePin")', false],
])("%s: is something left behind? %s", (text, left) => {
    expect(leavesBehind(text)).toBe(left)
})
