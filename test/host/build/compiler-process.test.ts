/** A process compiles again if all went well in it, for the same compiler, and never otherwise. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeEach, expect, test } from "vitest"
import { runCompiler } from "../../../src/host/build/compiler-process"

const root = mkdtempSync(join(tmpdir(), "domovoi-compiler-process-"))
afterAll(() => rmSync(root, { recursive: true }))

/** Writes, where it is run, the how-manieth compilation of its process this is, what it was told, and what git says. */
const COMPILER = `
const [, , word] = process.argv
globalThis.compilations = (globalThis.compilations ?? 0) + 1
const git = require("node:child_process").execSync("git describe --tags")
if (word === "complain") { console.log("a complaint"); process.exit(3) }
if (word === "throw") throw new Error("thrown")
if (word === "fail") process.exitCode = 4
setTimeout(() => require("node:fs").writeFileSync("told", [compilations, word, git].join(" ")), 10)
`

let launcher: string
let folder: string
beforeEach(() => {
    folder = mkdtempSync(join(root, "folder-"))
    mkdirSync(join(folder, "compiler"))
    launcher = join(folder, "compiler/launcher.cjs")
    writeFileSync(launcher, COMPILER)
})

const run = (word: string, digest = "one", version = "v1") =>
    runCompiler({ launcher, digest, parameters: [word], folder, version, environment: { NO_COLOR: "1" } })
const told = () => readFileSync(join(folder, "told"), "utf8")

test("the next compilation is the same process's, and has nothing of the last one's", async () => {
    expect(await run("first")).toMatchObject({ status: 0 })
    expect(told()).toBe("1 first v1")
    expect(await run("second", "one", "v2")).toMatchObject({ status: 0 })
    expect(told()).toBe("2 second v2")
})

test("two at the same time are two processes", async () => {
    const other = join(folder, "other")
    mkdirSync(other)
    const job = { launcher, digest: "one", parameters: ["both"], version: "v1", environment: {} }
    await Promise.all([folder, other].map(folder => runCompiler({ ...job, folder })))
    expect(told()).toBe("1 both v1")
    expect(readFileSync(join(other, "told"), "utf8")).toBe("1 both v1")
})

test("another compiler has a process of its own", async () => {
    await run("first")
    await run("second", "another")
    expect(told()).toBe("1 second v1")
})

test.each([
    ["complain", 3, "a complaint"],
    ["throw", 1, "thrown"],
    ["fail", 4, ""],
])("one in which a compilation went wrong (%s) is not used again", async (word, status, complaint) => {
    await run("first")
    const ending = await run(word)
    expect(ending.status).toBe(status)
    expect(ending.output).toContain(complaint)
    await run("next")
    expect(told()).toBe("1 next v1")
})
