/** Optimisers that are wrong in one place: the text of a source changed, and the whole built again from it. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { pathToFileURL } from "node:url"
import { build } from "esbuild"
import type { optimise } from "../../../src/host/image/optimise"
import { LETTING_GO } from "./letting-go"
import { PROTOTYPES } from "./prototypes"

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
    /** What finds it out, if random and tricky cases do not: it may need the heap for itself. */
    program?: string
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
    {
        fault: "a local kept as the result while that is still wanted",
        file: "passes/results.ts",
        right: "if (stores.some(wanted)) return false",
        wrong: "",
    },
    {
        fault: "a local kept as the result beyond the next one",
        file: "passes/results.ts",
        right: "!lastsThrough || KEEPS_RESULT.has(statement.op)",
        wrong: "!lastsThrough || statement.op > 0",
    },
    {
        fault: "stores of a local that do not belong together, taken for all that a read sees",
        file: "analysis/webs.ts",
        right: "return webs.filter(web => !web.readers.some(at => atStart.has(at)))",
        wrong: "return webs",
    },
    {
        fault: "a branch moved away from what it goes on to",
        file: "passes/branches.ts",
        right: "end <= at + 1 || goesOn(statements[end - 1].op)",
        wrong: "end <= at + 1",
    },
    {
        fault: "what constructs nothing, taken for a constructor",
        file: "passes/constructors.ts",
        right: "op === Op.staticFunction && (functions[number].flags & FunctionFlag.constructs) !== 0",
        wrong: "op === Op.staticFunction && number >= 0",
    },
    {
        fault: "a buffer of any size",
        file: "passes/natives.ts",
        right: "const MAX_BUFFER_BYTES = 0xe000",
        wrong: "const MAX_BUFFER_BYTES = 0xe0000",
    },
    {
        fault: "the length after a push taken for nothing that is wanted",
        file: "passes/natives.ts",
        right: "|| isWanted(at + 2)) continue",
        wrong: ") continue",
    },
    {
        fault: "a parameter that is written to, read as what it was given",
        file: "passes/parts.ts",
        right: "if (called.statements.some(statement => isStoreOf(statement, slot))) return false",
        wrong: "",
    },
    {
        fault: "a parameter read as a local that closures write to meanwhile",
        file: "passes/parts.ts",
        right: "return !captured.has(value.number)",
        wrong: "return true",
    },
    {
        fault: "locals that begin with what they held in the last turn",
        file: "passes/parts.ts",
        right: "slot >= called.parameters && live.before(0, slot)",
        wrong: "slot >= called.slots && live.before(0, slot)",
    },
    {
        fault: "a return in the middle of a part that goes on in it",
        file: "passes/parts.ts",
        right: "return isEnd ? [statement] :",
        wrong: "return statement ? [statement] :",
    },
    {
        fault: "what was compared taken for its opposite behind the jump",
        file: "passes/copies.ts",
        right: "to === at + 1 ? decided.behind : decided.there",
        wrong: "to === at + 1 ? decided.there : decided.behind",
    },
    {
        fault: "an object held by a local whose next value is kept as the result",
        file: "passes/results.ts",
        right: "return !stores.some(at => held(slot, at))",
        wrong: "return true",
        program: LETTING_GO["for a part of it"],
    },
    {
        fault: "an object held by a part for as long as its caller runs",
        file: "passes/parts.ts",
        right: "filter(slot => heldAtReturn(whole, slot, captured))",
        wrong: "filter(slot => slot < 0 && heldAtReturn(whole, slot, captured))",
        program: LETTING_GO["of what a part of it held"],
    },
    {
        fault: "a method whose name code has as a value, or for another object's field",
        file: "passes/methods.ts",
        right: "if (other !== undefined && (name",
        wrong: "if (other === undefined && (name",
    },
    {
        fault: "a method that two classes have, taken for one's alone",
        file: "passes/methods.ts",
        right: "new Set(new Map(methods.map(({ name, statement }) => [name, statement])).values())",
        wrong: "new Set(methods.map(({ statement }) => statement))",
    },
    {
        fault: "a method called of what may not be there, or not have it",
        file: "passes/methods.ts",
        right: "isOrDerives(owners.get(caller), owner, classes.bases) && fits(call)",
        wrong: "owners.size > 0 && fits(call)",
    },
    {
        fault: "a method called in a base of its class, as if its objects had it",
        file: "passes/methods.ts",
        right: "isOrDerives(owners.get(caller), owner, classes.bases)",
        wrong: "isOrDerives(owner, owners.get(caller) ?? -1, classes.bases)",
    },
    {
        fault: "a local that has taken the place of `this`, taken for it",
        file: "passes/methods.ts",
        right: "!functions[method].statements.some(statement => isStoreOf(statement, THIS))",
        wrong: "functions.length > 0",
    },
    {
        fault: "a method that takes the rest of what it is given",
        file: "passes/methods.ts",
        right: "f.flags !== FunctionFlag.needsThis",
        wrong: "!(f.flags & FunctionFlag.needsThis)",
    },
    {
        fault: "a method that is called with as much as can be",
        file: "passes/methods.ts",
        right: "call.op !== Op.call8 &&",
        wrong: "",
    },
    {
        fault: "an object in front of what lies on the stack as high as it may",
        file: "passes/methods.ts",
        right: "stackDepth(byName(call, 0)) < MAX_STACK_DEPTH",
        wrong: "stackDepth(byName(call, 0)) < MAX_STACK_DEPTH + 9",
    },
    {
        fault: "prototypes taken for nothing that can be had",
        file: "passes/methods.ts",
        right: "namesPrototypes(statement) && !isUnderstood(statement)",
        wrong: "!statement && !isUnderstood(statement)",
        program: PROTOTYPES["as a value, whose methods are called of nothing"],
    },
    {
        fault: "prototypes of objects taken for what they were made with",
        file: "passes/methods.ts",
        right: "statements.includes(statement) && isDerivation(image, statement)",
        wrong: "statement.op === Op.call2",
        program: PROTOTYPES["that an object gets while a method of its class runs"],
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
