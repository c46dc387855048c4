/** Everything in src/core has to compile with the DeviceScript compiler too, also what no device uses yet. */
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { buildFirmware } from "../../src/host/build/firmware"

const CORE = new URL("../../src/core/", import.meta.url).pathname
const entries = await readdir(CORE, { withFileTypes: true })
/** The files that lie in src/core itself, and each folder there: one image for all would be too large. */
const groups = [".", ...entries.filter(entry => entry.isDirectory()).map(entry => entry.name)]

let folder: string
beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "domovoi-core-"))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A program that uses every function and every method that the files of a group export, without calling any. */
async function programOf(group: string): Promise<string> {
    const lines = ['import * as ds from "@devicescript/core"']
    const methods = new Set<string>()
    const files = (await readdir(join(CORE, group), { recursive: group !== "." })).filter(file => file.endsWith(".ts"))
    for (const [i, file] of files.sort().entries()) {
        const path = join("src/core", group, file.slice(0, -".ts".length))
        const exported = Object.entries(await import(join(CORE, group, file)))
        const functions = exported.filter(([, value]) => typeof value === "function")
        if (functions.length === 0) lines.push(`import "devicescript-domovoi/${path}"`)
        for (const [name, value] of functions) {
            const alias = `${name}${i}`
            lines.push(`import { ${name} as ${alias} } from "devicescript-domovoi/${path}"`, `ds.keep(${alias})`)
            for (const method of methodsOf(value)) methods.add(method)
        }
    }
    // The compiler keeps every method that has the name of one that is used on something it does not know the type of.
    lines.push("function useMethods(any: any) {", ...[...methods].map(name => `    ds.keep(any.${name})`), "}")
    lines.push("ds.keep(useMethods)")
    return `${lines.join("\n")}\n`
}

function methodsOf(value: unknown): string[] {
    const { prototype } = value as { prototype?: object }
    return prototype ? Object.getOwnPropertyNames(prototype).filter(name => name !== "constructor") : []
}

async function compile(name: string, program: string) {
    const entry = join(folder, `${name}.ts`)
    await writeFile(entry, program)
    return await buildFirmware(entry, { cacheDir: join(folder, "cache"), optimised: false })
}

test.each(groups)("src/core/%s compiles for the device", async group => {
    await expect(compile("core", await programOf(group))).resolves.toMatchObject({ name: "core" })
})

test.each([
    ["a function", "export function never(n: number) {\n    do n--\n    while (n > 0)\n}\nds.keep(never)\n"],
    [
        "a method",
        "class A {\n    b(n: number) {\n        do n--\n        while (n > 0)\n    }\n}\nds.keep(A)\nds.keep((A as any).b)\n",
    ],
])("what the device's language does not have is found in %s that nothing calls", async (_, source) => {
    await expect(compile("unsupported", `import * as ds from "@devicescript/core"\n${source}`)).rejects.toThrow(
        "unhandled stmt type: DoStatement",
    )
})
