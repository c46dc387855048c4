import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { cruise, type ICruiseResult } from "dependency-cruiser"
import extractDepcruiseConfig from "dependency-cruiser/config-utl/extract-depcruise-config"
import { describe, expect, onTestFinished, test } from "vitest"

const { options, ...ruleSet } = await extractDepcruiseConfig("./.dependency-cruiser.cjs")
const ROOTS = ["devs", "simulators", "src"]

/** @returns each broken rule as `rule: from → to`, and the number of files looked at */
async function violations(baseDir: string, roots: string[]): Promise<{ broken: string[]; files: number }> {
    const { output } = await cruise(roots, { ...options, baseDir, ruleSet, validate: true })
    const { summary } = output as ICruiseResult
    return {
        broken: summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
        files: summary.totalCruised,
    }
}

test("the repository keeps the arrows of docs/architecture.md", async () => {
    const { broken, files } = await violations(process.cwd(), ROOTS)
    expect(broken).toEqual([])
    expect(files).toBeGreaterThan(50)
})

describe("each rule catches a violation", () => {
    const IMPORT_B = (path: string) => `import { b } from "${path}"\nexport const a = b\n`
    const B = "export const b = 1\n"
    const CASES: Record<string, { broken: string; files: Record<string, string> }> = {
        "core imports a Node builtin": {
            broken: "core-stands-alone: src/core/a.ts → fs",
            files: { "src/core/a.ts": `import { readFileSync } from "node:fs"\nexport const a = readFileSync\n` },
        },
        "core imports a package": {
            broken: "core-stands-alone: src/core/a.ts → @noble/hashes/sha2.js",
            files: { "src/core/a.ts": `import { sha256 } from "@noble/hashes/sha2.js"\nexport const a = sha256\n` },
        },
        "core imports a type from the simulator": {
            broken: "core-stands-alone: src/core/a.ts → simulators/b.ts",
            files: {
                "src/core/a.ts": `import type { B } from "../../simulators/b"\nexport type A = B\n`,
                "simulators/b.ts": "export type B = number\n",
            },
        },
        "devs imports a Node builtin": {
            broken: "devs-uses-core-and-the-runtime: devs/a.ts → fs",
            files: { "devs/a.ts": `import { readFileSync } from "node:fs"\nexport const a = readFileSync\n` },
        },
        "devs imports the host": {
            broken: "devs-uses-core-and-the-runtime: devs/a.ts → src/host/b.ts",
            files: { "devs/a.ts": IMPORT_B("../src/host/b"), "src/host/b.ts": B },
        },
        "the host imports devs": {
            broken: "nobody-runs-devs-on-node: src/host/a.ts → devs/b.ts",
            files: { "src/host/a.ts": IMPORT_B("../../devs/b"), "devs/b.ts": B },
        },
        "the simulator imports the host": {
            broken: "simulators-use-core: simulators/a.ts → src/host/b.ts",
            files: { "simulators/a.ts": IMPORT_B("../src/host/b"), "src/host/b.ts": B },
        },
        "the host imports the command": {
            broken: "host-uses-simulators-and-core: src/host/a.ts → src/cli/b.ts",
            files: { "src/host/a.ts": IMPORT_B("../cli/b"), "src/cli/b.ts": B },
        },
        "the command reaches past the host": {
            broken: "cli-uses-host: src/cli/a.ts → simulators/b.ts",
            files: { "src/cli/a.ts": IMPORT_B("../../simulators/b"), "simulators/b.ts": B },
        },
        "two files import each other": {
            broken: "no-cycles: src/core/a.ts → src/core/b.ts",
            files: {
                "src/core/a.ts": IMPORT_B("./b"),
                "src/core/b.ts": `import { a } from "./a"\nexport const b = () => a\n`,
            },
        },
    }

    for (const [name, { broken, files }] of Object.entries(CASES))
        test(name, async () => {
            const directory = mkdtempSync(join(tmpdir(), "domovoi-arrows-"))
            onTestFinished(() => rmSync(directory, { recursive: true }))
            for (const [path, text] of Object.entries(files)) {
                mkdirSync(join(directory, dirname(path)), { recursive: true })
                writeFileSync(join(directory, path), text)
            }
            const roots = ROOTS.filter(root => Object.keys(files).some(path => path.startsWith(`${root}/`)))
            expect((await violations(directory, roots)).broken).toContain(broken)
        })

    test("every rule has such a case", () => {
        const caught = new Set(Object.values(CASES).map(({ broken }) => broken.split(":")[0]))
        expect([...caught].sort()).toEqual(ruleSet.forbidden!.map(rule => rule.name).sort())
    })
})
