/** Files come in through one door and go out through another, and what a person reads passes a third. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"

interface Door {
    /** What only those behind it use. */
    use: RegExp
    /** Who may: the door itself, and those that touch nothing a person named. */
    behind: readonly string[]
    where: readonly string[]
}

const DOORS: Record<string, Door> = {
    writing: {
        use: /\b(?:appendFile|copyFile|createWriteStream|mkdir|mkdirSync|openSync|renameSync|symlinkSync|writeFile|writeSync)(?:Sync)?\b/,
        behind: [
            "src/host/output-file.ts",
            "src/host/identity/durable-file.ts",
            // A folder of its own, that nobody else sees.
            "src/host/build/compiler.ts",
            "src/host/conformance/hostile-program.ts",
            // Makes sources of this package.
            "src/host/kernels/generate.ts",
            // Opens to read.
            "simulators/bounded-file.ts",
            // What is kept inside this package; where it cannot be, nobody is told.
            "simulators/vm/instrumented.ts",
        ],
        where: ["src/host", "src/cli", "simulators"],
    },
    reading: {
        use: /\b(?:readFile|readFileSync|createReadStream|readSync)\b/,
        behind: [
            "src/host/identity/durable-file.ts",
            // What comes with this package.
            "src/host/sdk-root.ts",
            "src/host/build/compiler.ts",
            "src/host/build/portable-verifier.ts",
            "src/host/unit/service-specs.ts",
            "simulators/bounded-file.ts",
            "simulators/digest-of-files.ts",
            "simulators/vm/runtime.ts",
            "simulators/world/world.ts",
        ],
        where: ["src/host", "src/cli", "simulators"],
    },
    telling: {
        use: /\bconsole\.|\bprocess\.(?:stdout|stderr)\.write\b|from "picocolors"/,
        behind: [
            "src/cli/lines.ts",
            "src/cli/print-json.ts",
            // Bills and certificates, for programs.
            "src/cli/sbom-command.ts",
            "src/cli/ca-command.ts",
        ],
        where: ["src/host", "src/cli"],
    },
}

function sources(folder: string): string[] {
    return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
        const path = `${folder}/${entry.name}`
        return entry.isDirectory() ? sources(path) : entry.name.endsWith(".ts") ? [path] : []
    })
}

function passing({ use, where }: Door, text: (path: string) => string): string[] {
    return where.flatMap(sources).filter(path => use.test(text(path)))
}

describe.each(Object.entries(DOORS))("%s", (_, door) => {
    test("nobody else does it", () => {
        const found = passing(door, path => readFileSync(join(process.cwd(), path), "utf8"))
        expect(found.filter(path => !door.behind.includes(path))).toEqual([])
        // A name on the list that no longer needs to be there lets somebody in later.
        expect(door.behind.filter(path => !found.includes(path))).toEqual([])
    })
})

test("each door notices who goes around it", () => {
    const AROUND: Record<keyof typeof DOORS, string> = {
        writing: 'import { writeFileSync } from "node:fs"\n',
        reading: 'import { readFileSync } from "node:fs"\n',
        telling: "console.log(text)\n",
    }
    for (const [name, door] of Object.entries(DOORS)) expect(passing(door, () => AROUND[name])).not.toEqual([])
})
