import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { loadBoard } from "../../../simulators/board/definition"
import { PROGRAM_BYTES } from "../../../src/core/suit/labels"
import { buildFirmware, type Firmware } from "../../../src/host/build/firmware"
import { CODE_LIMIT, codeEnd } from "../../../src/host/image-header"
import { workbench, workbenchFor } from "../../simulators/board/workbench"

const DEVICE = `import { pins } from "@dsboard/valve_pico"
import { SafeOutput } from "devicescript-domovoi"
import { level } from "./level"
new SafeOutput(pins.VALVE).drive(level)
`

const VALVE_BOARD = readFileSync(new URL("../../../boards/valve_pico/valve_pico.board.json", import.meta.url), "utf8")
const OTHER_BOARD = JSON.stringify({ ...JSON.parse(VALVE_BOARD), devName: "Another" })

let folder: string
let cacheDir: string
/** The project that most tests start from, built once. */
let first: Firmware
beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "domovoi-test-"))
    cacheDir = join(folder, "cache")
    first = await buildFirmware(await project("one"), { cacheDir })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A maker's project, with a device in src/main.ts. */
async function project(name: string, files: Record<string, string> = {}): Promise<string> {
    const all = {
        "package.json": '{ "name": "home", "version": "1.2.3" }',
        "devsconfig.json": "{}",
        "src/main.ts": DEVICE,
        "src/level.ts": "export const level = false\n",
        ...files,
    }
    for (const [path, text] of Object.entries(all)) {
        await mkdir(join(folder, name, path, ".."), { recursive: true })
        await writeFile(join(folder, name, path), text)
    }
    return join(folder, name, "src/main.ts")
}

describe("an image", () => {
    test("is the same wherever its sources lie and whatever their git state, also from two builds at the same time", async () => {
        const entry = await project("deep/down/two", { ".git/HEAD": "ref: refs/heads/main\n" })
        const [again, atTheSameTime] = await Promise.all([buildFirmware(entry), buildFirmware(entry)])
        expect(Buffer.from(again.image).equals(first.image)).toBe(true)
        expect(atTheSameTime.sha256).toBe(first.sha256)
        const [kept, ...others] = await readdir(join(folder, "deep/down/two/.devicescript/domovoi"))
        expect(kept).toMatch(/^main-[0-9a-f]{64}\.checked$/)
        expect(others).toEqual([])
    })

    test("says what it is", () => {
        expect(first).toMatchObject({ name: "main", version: "1.2.3", board: "valve_pico" })
        expect(first.sha256).toBe(createHash("sha256").update(first.image).digest("hex"))
        expect(Buffer.from(first.image).includes("v1.2.3")).toBe(true)
    })

    test("may use other libraries that its project depends on", async () => {
        const library = "node_modules/devicescript-levels"
        const entry = await project("with library", {
            "package.json":
                '{ "name": "home", "version": "1.2.3", "dependencies": { "devicescript-levels": "^1.0.0" } }',
            "src/level.ts": 'export { level } from "devicescript-levels"\n',
            [`${library}/package.json`]:
                '{ "name": "devicescript-levels", "version": "1.0.0", "main": "./src/index.ts", "devicescript": { "library": true } }',
            [`${library}/src/index.ts`]: "export const level = false\n",
        })
        expect((await buildFirmware(entry)).image.length).toBeGreaterThan(500)
    })

    // A maker is to have 8 KB: what sessions leave is less, and must not become less still.
    test.each([
        ["gas-valve", 512],
        ["doorbell", 2048],
    ])("of %s leaves %i bytes of the 64 KB that a runtime takes code from", async (device, left) => {
        const { image } = await buildFirmware(device)
        expect(codeEnd(image)).toBeLessThan(CODE_LIMIT - left)
        expect(image.length).toBeLessThan(PROGRAM_BYTES)
    })

    test("may be longer than that, if only its tables are", async () => {
        const tables = Array.from({ length: 70 }, (_, i) => `hex\`${(i + 16).toString(16).repeat(1000)}\``)
        const entry = await project("tables", {
            "src/main.ts": `const tables = [${tables}]\nconsole.log(tables[69][999])\n`,
        })
        const { image } = await buildFirmware(entry)
        expect(codeEnd(image)).toBeLessThan(4096)
        expect(image.length).toBeGreaterThan(CODE_LIMIT)
        const bench = await workbench(entry)
        bench.runMs(3000)
        expect(bench.entries.map(({ line }) => line)).toContain("> 85")
    })

    /** What they are given comes of the runtime, so that they are not worth their result. */
    const long = (functions: number, statement: (i: number, k: number) => string) =>
        Array.from({ length: functions }, (_, i) => {
            const statements = Array.from({ length: 50 }, (_, k) => statement(i, k))
            return `function f${i}(n: number) {\n${statements.join("\n")}\nreturn n\n}\nconsole.log(f${i}(Math.abs(1)))\n`
        }).join("")

    test("fits if the optimiser makes it fit", async () => {
        const entry = await project("tight", { "src/main.ts": long(120, (_, k) => `if (n > ${k}) n = n + 1`) })
        await expect(buildFirmware(entry, { optimised: false })).rejects.toThrow(/has to end below byte 65536/)
        const { image } = await buildFirmware(entry)
        expect(codeEnd(image)).toBeLessThan(CODE_LIMIT)
        const bench = workbenchFor(image, loadBoard("valve_pico", "boards"))
        bench.runMs(3000)
        expect(bench.entries.filter(({ line }) => line === "> 51")).toHaveLength(120)
    })

    test("is refused if a runtime would not take it up", async () => {
        const entry = await project("code", { "src/main.ts": long(250, (i, k) => `n = (n ^ ${1000 + k}) + ${i}`) })
        for (const optimised of [false, true])
            await expect(buildFirmware(entry, { optimised })).rejects.toThrow(
                /the code of the whole program has to end below byte 65536/,
            )
    })
})

describe("the cache", () => {
    test("serves a second build of equal sources", async () => {
        const ownCache = join(folder, "own-cache")
        await mkdir(ownCache)
        const [image] = await readdir(cacheDir)
        const name = image.replace(/\.checked$/, "")
        const digest = createHash("sha256").update(`${name}\0from the cache`).digest()
        await writeFile(join(ownCache, image), Buffer.concat([digest, Buffer.from("from the cache")]))
        const again = await buildFirmware(await project("elsewhere"), { cacheDir: ownCache })
        expect(Buffer.from(again.image).toString()).toBe("from the cache")
    })

    test.each([
        ["a source beside the entry", { "src/level.ts": "export const level = true\n" }],
        ["the version", { "package.json": '{ "name": "home", "version": "1.2.4" }' }],
        ["a board of the project", { "boards/other.board.json": OTHER_BOARD }],
    ])("is not used after a change of %s", async (what, change) => {
        const before = await readdir(cacheDir)
        await buildFirmware(await project(`change of ${what}`, change), { cacheDir })
        expect(await readdir(cacheDir)).toHaveLength(before.length + 1)
    })
})

describe("what cannot be built", () => {
    test("an error in the source is told with the file, line and column the maker knows, and leaves nothing behind", async () => {
        const level = 'export const a = 1\nexport const level: boolean = "no"\n'
        const error = await buildFirmware(await project("bad source", { "src/level.ts": level })).catch(error => error)
        expect(error.name).toBe("BuildError")
        expect(error.diagnostics).toHaveLength(1)
        expect(error.diagnostics[0]).toMatchObject({ line: 2, column: 14 })
        expect(error.diagnostics[0].file).toMatch(/bad source\/src\/level\.ts$/)
        expect(error.message).toContain("level.ts:2:14 Type 'string' is not assignable")
        expect(await readdir(join(folder, "bad source"))).not.toContain(".devicescript")
    })

    test.each([
        ["boards/bad.board.json", "{", "boards/bad.board.json:1:1 "],
        ["services/bad.md", "# Bad\n\n    identifier: 7\n\n    ro x: nothing\n", "services/bad.md:5:1 "],
    ])("an error in %s of the project is told with its place", async (path, text, place) => {
        const error = await buildFirmware(await project(`bad ${path.split("/")[0]}`, { [path]: text })).catch(e => e)
        expect(error.message).toContain(place)
    })

    test("an unknown name", async () => {
        await expect(buildFirmware("toaster")).rejects.toThrow(
            'unknown device "toaster": give one of doorbell, gas-valve, or the path of a TypeScript file that ends in .ts',
        )
    })

    test.each(["none.ts", "one/src", "one/package.json"])("a path where no source lies: %s", async path => {
        const absolute = join(folder, path)
        await expect(buildFirmware(absolute)).rejects.toThrow(`no device source at ${absolute}: give the path of a`)
    })

    test("a broken package.json", async () => {
        const entry = await project("broken", { "package.json": "{ name" })
        await expect(buildFirmware(entry)).rejects.toThrow(`${folder}/broken/package.json is no package.json: `)
    })
})
