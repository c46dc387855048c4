/** Optimisers that are wrong in one place: the text of a source changed, and the whole built again from it. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { pathToFileURL } from "node:url"
import { build } from "esbuild"
import type { optimise } from "../../../src/host/image/optimise"

const ROOT = new URL("../../../", import.meta.url).pathname
const IMAGE = join(ROOT, "src/host/image")
/** Below node_modules, so that it finds libraries. */
const FOLDER = join(ROOT, "node_modules/.cache/domovoi-wrong-versions")

export interface WrongVersion {
    /** What it assumes wrongly. */
    fault: string
    /** Below src/host/image. */
    file: string
    right: string
    wrong: string
}

export const WRONG_VERSIONS: readonly WrongVersion[] = [
    {
        fault: "a short jump that does not grow to its distance",
        file: "format/write-code.ts",
        right: "if (bytes > distanceBytes[i])",
        wrong: "if (bytes > 9)",
    },
    {
        fault: "constants that wrap round at 32 bits",
        file: "passes/constants.ts",
        right: "(value | 0) === value ? value | 0 : undefined",
        wrong: "value | 0",
    },
    {
        fault: "an opposite for `le`, as if everything had an order",
        file: "passes/conditions.ts",
        right: "[Op.eq, Op.ne],",
        wrong: "[Op.eq, Op.ne], [Op.le, Op.lt],",
    },
    {
        fault: "a condition taken for its negation",
        file: "passes/jumps.ts",
        right: "first.negated === second.negated",
        wrong: "first.negated !== second.negated",
    },
    {
        fault: "a return of one local taken for that of another",
        file: "passes/returns.ts",
        right: "behind.op !== Op.return || !isLocal(behind.args[0], slot)",
        wrong: "behind.op !== Op.return || behind.args[0].op !== Op.loadLocal",
    },
    {
        fault: "a way to another return than the one that was to be",
        file: "passes/returns.ts",
        right: "other.op === Op.return && sameExpression(other, end)",
        wrong: "other.op === Op.return",
    },
    {
        fault: "nothing behind the end of a `finally`",
        file: "analysis/flow.ts",
        right: "!operation(op)!.last || op === Op.reThrow",
        wrong: "!operation(op)!.last",
    },
    {
        fault: "a copy that outlives a change of its original",
        file: "passes/copies.ts",
        right: "if (other !== slot && !isLocal(held, slot))",
        wrong: "if (other !== slot)",
    },
    {
        fault: "known in a handler what was known before its `try`",
        file: "passes/copies.ts",
        right: "for (const handler of thrown) before[handler] = new Map()",
        wrong: "for (const handler of thrown) before[handler] = new Map(atStart)",
    },
    {
        fault: "a store that only the next turn of a loop reads, taken for dead",
        file: "analysis/liveness.ts",
        right: "for (const to of next[i]) out |=",
        wrong: "for (const to of next[i]) if (to > i) out |=",
    },
    {
        fault: "a value read after a call that changes it",
        file: "passes/temporaries.ts",
        right: "if (value.throws || value.memory) return false",
        wrong: "if (value.throws) return false",
    },
    {
        fault: "a failure that comes after another one",
        file: "passes/temporaries.ts",
        right: "(throws && failsEarlier)",
        wrong: "(throws && !failsEarlier && false)",
    },
    {
        fault: "a local that a closure reaches taken for one's own",
        file: "analysis/captured.ts",
        right: "captured[frame].add(number)",
        wrong: "captured[frame].has(number)",
    },
    {
        fault: "slots closed up under a closure",
        file: "passes/slots.ts",
        right: "if (reached || used.size",
        wrong: "if (used.size",
    },
    {
        fault: "a class taken for unused that has objects",
        file: "passes/unused-classes.ts",
        right: "used.add(expression.number)",
        wrong: "used.add(-1)",
    },
    {
        fault: "a function taken for dead of which there are closures",
        file: "passes/dead-functions.ts",
        right: "expression.op === Op.staticFunction || expression.op === Op.makeClosure",
        wrong: "expression.op === Op.staticFunction",
    },
    {
        fault: "functions taken for the same that jump elsewhere",
        file: "passes/identical-functions.ts",
        right: `statement.target ? index.get(statement.target) : ""`,
        wrong: `""`,
    },
    {
        fault: "a result that outlives the next call",
        file: "passes/copies.ts",
        right: "KEEPS_RESULT.has(op) ? known : withoutResult(known)",
        wrong: "known",
    },
    {
        fault: "null taken for undefined",
        file: "passes/conditions.ts",
        right: "args[1].op === Op.undefined)",
        wrong: "(args[1].op === Op.undefined || args[1].op === Op.null))",
    },
    {
        fault: "locals that share a slot while both are wanted",
        file: "passes/shared-slots.ts",
        right: "return live.after(at, other) &&",
        wrong: "return at < 0 && live.after(at, other) &&",
    },
    {
        fault: "strings that change places on their way to another table",
        file: "passes/string-tables.ts",
        right: "first + moved.indexOf(string)",
        wrong: "first + (moved.indexOf(string) ^ 1)",
    },
    {
        fault: "one class's methods given to the one before it",
        file: "passes/registrations.ts",
        right: "other !== undefined && sameExpression(other, prototype)",
        wrong: "other !== undefined",
    },
    {
        fault: "globals renumbered where they are read, not where they are written",
        file: "passes/index-order.ts",
        right: "renumber(image, [Op.loadGlobal, Op.storeGlobal], order)",
        wrong: "renumber(image, [Op.loadGlobal], order)",
    },
]

/** @throws if what is to be changed is not there once */
export async function wrongOptimiser({ file, right, wrong }: WrongVersion): Promise<typeof optimise> {
    const source = readFileSync(join(IMAGE, file), "utf8")
    if (source.split(right).length !== 2) throw new Error(`${file} does not have "${right}" once`)
    const { outputFiles } = await build({
        entryPoints: [join(IMAGE, "optimise.ts")],
        bundle: true,
        platform: "node",
        format: "esm",
        packages: "external",
        write: false,
        plugins: [
            {
                name: "wrong version",
                setup: ({ onLoad }) =>
                    onLoad({ filter: new RegExp(`${file.replace(".", "\\.")}$`) }, () => ({
                        contents: source.replace(right, () => wrong),
                        loader: "ts",
                    })),
            },
        ],
    })
    mkdirSync(FOLDER, { recursive: true })
    const path = join(FOLDER, `${basename(file)}-${Buffer.from(wrong).toString("hex").slice(0, 60)}-${process.pid}.mjs`)
    writeFileSync(path, outputFiles[0].contents)
    return (await import(/* @vite-ignore */ pathToFileURL(path).href)).optimise
}
