/** The instrumented runtime is made once, and what was made is believed only as it was made. */
import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { build } from "esbuild"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { checkedContent, withCheck } from "../../../simulators/checked-bytes"
import { RP2040_COSTS } from "../../../simulators/costs/rp2040"
import { instrumentedRuntime } from "../../../simulators/vm/instrumented"
import { readRuntimeBinary } from "../../../simulators/vm/runtime"

const scratch = mkdtempSync(join(tmpdir(), "domovoi-instrumented-"))
afterAll(() => rmSync(scratch, { recursive: true }))
const folder = join(scratch, "kept")
const binary = readRuntimeBinary()
const files = () => readdirSync(folder).map(name => join(folder, name))

/** A module that has nothing but one export. */
const OTHER = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 5, 3, 1, 0, 1, 7, 5, 1, 1, 109, 2, 0)

let plain: { path: string; name: string; bytes: Buffer }
beforeAll(() => {
    instrumentedRuntime(binary, RP2040_COSTS, false, folder)
    const [path] = files()
    plain = { path, name: /([^/]+)\.checked$/.exec(path)![1], bytes: readFileSync(path) }
})

const exportsOf = ({ module }: { module: WebAssembly.Module }) =>
    WebAssembly.Module.exports(module).map(({ name }) => name)
const exportsNow = () => exportsOf(instrumentedRuntime(binary, RP2040_COSTS, false, folder))

test("it is made once: the next time it is what is kept", () => {
    expect(files()).toHaveLength(1)
    writeFileSync(plain.path, withCheck(plain.name, OTHER))
    expect(exportsNow()).toEqual(["m"])
    writeFileSync(plain.path, plain.bytes)
    expect(exportsNow()).toContain("clearedWords")
})

describe("what is kept is made anew", () => {
    const flipped = (at: number) => {
        const bytes = Buffer.from(plain.bytes)
        bytes[at] ^= 1
        writeFileSync(plain.path, bytes)
    }
    test.each<[string, () => void]>([
        ["with a wrong bit in its check", () => flipped(0)],
        ["with a wrong bit in its content", () => flipped(plain.bytes.length >> 1)],
        ["cut short", () => truncateSync(plain.path, 100_000)],
        ["empty", () => truncateSync(plain.path)],
        ["another's, whole as it is", () => writeFileSync(plain.path, withCheck("another", OTHER))],
        [
            "no file, but a pipe that nobody writes to",
            () => {
                rmSync(plain.path)
                execFileSync("mkfifo", [plain.path])
            },
        ],
        ["with something behind it", () => writeFileSync(plain.path, Buffer.concat([plain.bytes, OTHER]))],
    ])("%s", (_, damage) => {
        damage()
        expect(exportsNow()).toContain("clearedWords")
        expect(readFileSync(plain.path).equals(plain.bytes)).toBe(true)
    })
})

describe("another is made for", () => {
    test.each<[string, () => unknown]>([
        ["another price", () => instrumentedRuntime(binary, { ...RP2040_COSTS, pass: 1 }, false, folder)],
        ["a metered run", () => instrumentedRuntime(binary, RP2040_COSTS, true, folder)],
        // A custom section called "a", which says nothing.
        [
            "another runtime",
            () => instrumentedRuntime(Buffer.concat([binary, Uint8Array.of(0, 2, 1, 97)]), RP2040_COSTS, false, folder),
        ],
    ])("%s", (_, make) => {
        const before = files().length
        make()
        expect(files()).toHaveLength(before + 1)
        make()
        expect(files()).toHaveLength(before + 1)
    })
})

test("only a metered one counts by kind", () => {
    const kinds = (metered: boolean) => instrumentedRuntime(binary, RP2040_COSTS, metered, folder).kinds
    expect(kinds(true)).toEqual(expect.arrayContaining(["expr2_add", "fun3_Buffer_digest"]))
    expect(kinds(false)).toEqual([])
})

test("where it cannot be kept it is made all the same", () => {
    const blocked = join(scratch, "file")
    writeFileSync(blocked, "")
    expect(exportsOf(instrumentedRuntime(binary, RP2040_COSTS, false, join(blocked, "kept")))).toContain("clearedWords")
})

test("processes that make it at the same time leave one whole file", async () => {
    const together = join(scratch, "together")
    const parameters = ["--import", import.meta.resolve("tsx"), join(import.meta.dirname, "keep-runtime.ts"), together]
    const ended = await Promise.all(
        [1, 2].map(() => once(spawn(process.execPath, parameters, { stdio: "inherit" }), "exit")),
    )
    expect(ended).toEqual([
        [0, null],
        [0, null],
    ])
    const [file, ...more] = readdirSync(together)
    expect(more).toEqual([])
    expect(checkedContent(file.replace(".checked", ""), readFileSync(join(together, file)))).toBeDefined()
})

test("all code that it is made by is in the digest that names it", async () => {
    const entryPoints = ["simulators/vm/instrumenter.ts"]
    const { metafile } = await build({
        entryPoints,
        bundle: true,
        packages: "external",
        write: false,
        metafile: true,
        format: "esm",
    })
    const sources = Object.keys(metafile.inputs)
    expect(sources).toContain("simulators/vm/price.ts")
    expect(sources.filter(path => !/^simulators\/(vm|costs)\//.test(path))).toEqual([])
})
