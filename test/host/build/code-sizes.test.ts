import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { installedCli } from "../../../simulators/vm/runtime"
import { codeSizes, type SourceSize } from "../../../src/host/build/code-sizes"
import { compileWithMap } from "../../../src/host/build/compiler"
import { loadProject } from "../../../src/host/build/project"
import { codeEnd } from "../../../src/host/image-header"

/** Header of the image, in front of the code. */
const HEADER_BYTES = 112

/** Compiles a device of these files. @returns its sizes, and the end of its code */
async function sizesOf(files: Record<string, string>): Promise<{ sizes: SourceSize[]; end: number }> {
    const folder = mkdtempSync(join(tmpdir(), "domovoi-sizes-"))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, "package.json"), '{ "name": "home", "version": "1.2.3" }')
    for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text)
    const { image, map } = await compileWithMap(await loadProject(join(folder, "main.ts")), installedCli())
    return { sizes: codeSizes(map), end: codeEnd(image) }
}

const MAIN = `import { greet } from "./greet"
greet("a")
greet("b")
`
const GREET = `export function greet(name: string) {
    console.log("hello", name)
}
export function unused() {
    console.log("nobody calls this")
}
`
const LOUDER = GREET.replace("}\n", '    console.log("HELLO", name)\n}\n')

test("every byte of code belongs to a source, and what is not linked costs nothing", async () => {
    const { sizes, end } = await sizesOf({ "main.ts": MAIN, "greet.ts": GREET })
    expect(sizes.reduce((sum, { bytes }) => sum + bytes, HEADER_BYTES)).toBe(end)
    for (const { bytes, functions } of sizes) expect(functions.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(bytes)
    const greet = sizes.find(({ path }) => path === "src/greet.ts")!
    expect(greet.functions.map(({ name }) => name)).toEqual(["greet"])
    expect(sizes.map(({ bytes }) => bytes)).toEqual(sizes.map(({ bytes }) => bytes).sort((a, b) => b - a))
})

test("what is added to a source is found there", async () => {
    const before = await sizesOf({ "main.ts": MAIN, "greet.ts": GREET })
    const after = await sizesOf({ "main.ts": MAIN, "greet.ts": LOUDER })
    const grown = after.sizes.filter(({ path, bytes }) => before.sizes.find(s => s.path === path)?.bytes !== bytes)
    expect(grown.map(({ path }) => path)).toEqual(["src/greet.ts"])
    expect(after.end).toBeGreaterThan(before.end)
})

test("a map with a function outside its sources is refused", () => {
    const map = { functions: [{ name: "f", location: [10, 1], size: 20 }], sources: [{ path: "a.ts", length: 10 }] }
    expect(() => codeSizes(JSON.stringify(map))).toThrow("a function at 10, behind the last of its sources at 10")
    map.functions[0].location[0] = 9
    expect(codeSizes(JSON.stringify(map))).toEqual([{ path: "a.ts", bytes: 20, functions: [{ name: "f", bytes: 20 }] }])
})
