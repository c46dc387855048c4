/** Images that were built before: used only if they are whole, and made of the same things by the same compiler. */
import {
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    renameSync,
    rmSync,
    truncateSync,
    writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest"
import { digestOfFiles } from "../../../simulators/digest-of-files"
import { ImageCache } from "../../../src/host/build/cache"
import { CheckedCache } from "../../../src/host/build/checked-cache"
import { codeDigest } from "../../../src/host/build/code-digest"
import type { Project } from "../../../src/host/build/project"
import { notices } from "../../../src/host/notices"

const root = mkdtempSync(join(tmpdir(), "domovoi-cache-"))
afterAll(() => rmSync(root, { recursive: true }))

let folder: string
let said: string[]
beforeEach(() => {
    folder = mkdtempSync(join(root, "cache-"))
    said = []
    notices.listen(line => said.push(line))
})
afterEach(() => notices.listen(() => {}))

const onlyFile = () => {
    const [file, ...others] = readdirSync(folder)
    expect(others).toEqual([])
    return join(folder, file)
}

/** Everything that a disk, a crash or a person does to a file of a cache. */
const DAMAGES: Record<string, (file: string) => void> = {
    "a bit of the content flipped": file => flip(file, -1),
    "a bit of its digest flipped": file => flip(file, 0),
    "cut short": file => truncateSync(file, readFileSync(file).length - 1),
    "cut within its digest": file => truncateSync(file, 7),
    empty: file => truncateSync(file, 0),
    "a byte too long": file => writeFileSync(file, "x", { flag: "a" }),
    "longer than any entry": file => writeFileSync(file, Buffer.alloc(10_000)),
    "another entry": file => writeFileSync(file, "what was kept before there were digests"),
}

function flip(file: string, at: number): void {
    const bytes = readFileSync(file)
    bytes[at < 0 ? bytes.length + at : at] ^= 0x10
    writeFileSync(file, bytes)
}

describe("an entry", () => {
    let made: number
    const get = () =>
        new CheckedCache(folder, 1000).get("entry", async () => {
            made++
            return Buffer.from("content")
        })
    beforeEach(async () => {
        made = 0
        expect(Buffer.from(await get()).toString()).toBe("content")
    })

    test("that is whole is used, and nothing is said", async () => {
        expect(Buffer.from(await get()).toString()).toBe("content")
        expect([made, said]).toEqual([1, []])
    })

    test.each(Object.keys(DAMAGES))("that is damaged is made anew, with a word: %s", async name => {
        DAMAGES[name](onlyFile())
        expect(Buffer.from(await get()).toString()).toBe("content")
        expect(made).toBe(2)
        expect(said).toEqual([`${onlyFile()}: damaged, so it is made anew`])
        expect(Buffer.from(await get()).toString()).toBe("content")
        expect([made, said.length]).toEqual([2, 1])
    })

    test("that lies under the name of another is not taken for it", async () => {
        renameSync(onlyFile(), join(folder, "other.checked"))
        const other = await new CheckedCache(folder, 1000).get("other", async () => Buffer.from("of another recipe"))
        expect(Buffer.from(other).toString()).toBe("of another recipe")
        expect(said).toEqual([`${onlyFile()}: damaged, so it is made anew`])
    })

    test("that cannot be kept is made, with a word", async () => {
        const below = join(onlyFile(), "below")
        const cache = new CheckedCache(below, 1000)
        const made = await cache.get("entry", async () => Buffer.from("content"))
        expect(Buffer.from(made).toString()).toBe("content")
        expect(said).toEqual([expect.stringMatching(/entry\.checked\/below: cannot be written: ENOTDIR.*each time$/)])
    })

    test("that came to nothing is not kept", async () => {
        const nothing = () => new CheckedCache(folder, 1000).get("nothing", async () => undefined)
        expect(await nothing()).toBeUndefined()
        expect(readdirSync(folder)).toEqual(["entry.checked"])
    })
})

/** A compiler whose image is its own name and the entry's text. */
function compilerAt(path: string, name = "one"): string {
    const program = `const { mkdirSync, readFileSync, writeFileSync } = require("node:fs")
mkdirSync(".devicescript/bin", { recursive: true })
writeFileSync(".devicescript/bin/bytecode.devs", require("./built/devicescript-cli.cjs").name + readFileSync(process.argv[3]))
writeFileSync(".devicescript/bin/bytecode-dbg.json", "{}")
`
    mkdirSync(join(path, "built"), { recursive: true })
    writeFileSync(join(path, "package.json"), '{ "version": "2.16.4" }')
    writeFileSync(join(path, "devicescript"), program)
    writeFileSync(join(path, "built/devicescript-cli.cjs"), `exports.name = "${name}"`)
    return path
}

describe("an image", () => {
    let cli: string
    beforeEach(() => {
        cli = compilerAt(mkdtempSync(join(root, "cli-")))
    })
    const file = (path: string, text: string) => ({ path, origin: path, text })
    const PROJECT: Project = {
        device: "lamp",
        name: "lamp",
        version: "1.0.0",
        board: undefined,
        entry: "src/lamp.ts",
        files: [file("boards/b.board.json", "{}"), file("src/lamp.ts", "lamp"), file("src/other.ts", "dark")],
        cacheDir: "",
    }
    const build = async (project = PROJECT) =>
        Buffer.from(await new ImageCache(folder).get(project, false, cli)).toString()
    const entries = () => readdirSync(folder).length

    test("is compiled once", async () => {
        expect(await build()).toBe("onelamp")
        expect(await build()).toBe("onelamp")
        expect(entries()).toBe(1)
    })

    test.each(Object.keys(DAMAGES))("is compiled again if it is damaged: %s", async name => {
        await build()
        DAMAGES[name](onlyFile())
        expect(await build()).toBe("onelamp")
        expect(said).toHaveLength(1)
    })

    test("is compiled again by a compiler of the same version that is another one", async () => {
        await build()
        compilerAt(cli, "two")
        expect(await build()).toBe("twolamp")
        writeFileSync(join(cli, "devicescript"), `${readFileSync(join(cli, "devicescript"))}// patched\n`)
        await build()
        expect(entries()).toBe(3)
    })

    test.each<[string, Partial<Project>]>([
        ["source", { files: [...PROJECT.files.slice(0, 2), file("src/other.ts", "light")] }],
        ["board", { files: [file("boards/b.board.json", "{ }"), ...PROJECT.files.slice(1)] }],
        ["path of a file", { files: [...PROJECT.files.slice(0, 2), file("src/others.ts", "dark")] }],
        ["entry", { entry: "src/other.ts" }],
        ["version", { version: "1.0.1" }],
    ])("is compiled again for another %s", async (_what, change) => {
        await build()
        await build({ ...PROJECT, ...change })
        expect(entries()).toBe(2)
    })
})

describe("code", () => {
    test("that is changed, added, removed or renamed has another digest", () => {
        const source = join(folder, "deep")
        mkdirSync(source)
        const write = (name: string, text: string) => writeFileSync(join(source, name), text)
        const digests = [
            () => write("a.ts", "one"),
            () => write("a.ts", "two"),
            () => write("b.ts", ""),
            () => rmSync(join(source, "b.ts")) ?? write("c.ts", ""),
            () => write("c.ts", "two") ?? write("a.ts", ""),
        ].map(change => {
            change()
            return digestOfFiles([folder])
        })
        expect(new Set(digests).size).toBe(digests.length)
        write("a.ts", "two")
        write("c.ts", "")
        expect(digestOfFiles([folder])).toBe(digests[3])
    })

    test("of this program is one, for as long as it runs", () => {
        expect(codeDigest()).toMatch(/^[0-9a-f]{64}$/)
        expect(codeDigest()).toBe(codeDigest())
    })
})
