/**
 * Code that runs on a device comes by the names of fields only by writing them: the optimiser takes methods for functions that nobody comes by otherwise
 * (docs/image.md). What is indexed by is proved to be a number, or a string that is written there; everything else has its reason here.
 */
import { readdirSync } from "node:fs"
import ts from "typescript"
import { expect, test } from "vitest"

const ROOT = new URL("../../", import.meta.url).pathname
const FOLDERS = ["devs", "src/core"]

/** What is not proved, and why it may be. */
const REASONS: Record<string, readonly string[]> = {
    "names of registers and commands in their specification, which the optimiser leaves": [
        "devs/servers/start-server.ts: (server as unknown as Record<string, Served>)[spec.name]",
        "devs/session/serve-command.ts: (server as unknown as Record<string, Served>)[spec.name]",
    ],
    "reasons of a closed list, each of which is written where it is given": [
        "src/core/crypto/ed25519-known.ts: R_REFUSALS[refusal]",
        "src/core/crypto/ed25519-verify.ts: KEY_REFUSALS[key.refusal]",
        "src/core/crypto/ed25519-verify.ts: R_REFUSALS[commitment.refusal]",
        "src/core/crypto/p256-verify.ts: KEY_REFUSALS[key.refusal]",
        "src/core/crypto/p256.ts: KEY_REFUSALS[key.refusal]",
    ],
    "numbers of the runtime, whose types come with its compiler": [
        "devs/servers/start-server.ts: servers[packet.serviceIndex]",
        "devs/drivers/atecc608/element-bus.ts: STATUS_FAULTS[known]",
    ],
}
const REASONED = Object.values(REASONS).flat()

/** They go by the names of fields, or come by methods without any. */
const BY_NAMES = ["assign", "entries", "fromEntries", "keys", "values", "setPrototypeOf", "defineProperty", "parse"]
const OF = ["Object", "JSON", "Reflect"]

const OPTIONS: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: ["node"],
    skipLibCheck: true,
}

/** @param extra texts by their paths, beside the files */
function findings(files: readonly string[], extra: Record<string, string> = {}): string[] {
    const host = ts.createCompilerHost(OPTIONS)
    const { fileExists, readFile, getSourceFile } = host
    host.fileExists = path => path in extra || fileExists(path)
    host.readFile = path => extra[path] ?? readFile(path)
    host.getSourceFile = (path, ...rest) =>
        path in extra ? ts.createSourceFile(path, extra[path], ts.ScriptTarget.ES2022) : getSourceFile(path, ...rest)
    const paths = [...files, ...Object.keys(extra)]
    const program = ts.createProgram(paths, OPTIONS, host)
    const checker = program.getTypeChecker()
    return paths.flatMap(path => {
        const source = program.getSourceFile(path)!
        const found: string[] = []
        const visit = (node: ts.Node): void => {
            if (isByName(node, checker)) found.push(`${path.replace(ROOT, "")}: ${node.getText(source)}`)
            ts.forEachChild(node, visit)
        }
        visit(source)
        return found
    })
}

function isByName(node: ts.Node, checker: ts.TypeChecker): boolean {
    if (ts.isElementAccessExpression(node)) return !isHarmless(node.argumentExpression, checker)
    if (ts.isComputedPropertyName(node)) return !isHarmless(node.expression, checker)
    if (ts.isForInStatement(node)) return true
    if (!ts.isPropertyAccessExpression(node)) return false
    return (
        node.name.text === "prototype" || (OF.includes(node.expression.getText()) && BY_NAMES.includes(node.name.text))
    )
}

function isHarmless(index: ts.Expression, checker: ts.TypeChecker): boolean {
    if (ts.isStringLiteralLike(index)) return true
    const type = checker.getTypeAtLocation(index)
    return (type.isUnion() ? type.types : [type]).every(({ flags }) => (flags & ts.TypeFlags.NumberLike) !== 0)
}

const FILES = FOLDERS.flatMap(folder =>
    readdirSync(ROOT + folder, { recursive: true, encoding: "utf8" })
        .filter(path => path.endsWith(".ts"))
        .map(path => `${ROOT}${folder}/${path}`),
)

test("the package's own code comes by no other name", () => {
    expect(FILES.length).toBeGreaterThan(200)
    const found = findings(FILES)
    expect(found.filter(place => !REASONED.includes(place))).toEqual([])
    // A reason that is no longer needed would let somebody in later.
    expect(REASONED.filter(place => !found.includes(place))).toEqual([])
})

test("each other way to a name is noticed", () => {
    const WAYS = {
        "o[name]": "export const a = (o: Record<string, number>, name: string) => o[name]",
        "(o as any)[name]": "export const a = (o: object, name: any) => (o as any)[name]",
        "o[1 + name]": "export const a = (o: any, name: string) => o[1 + name]",
        "[name]": "export const a = (name: string) => ({ [name]: 1 })",
        "for (const name in o) list.push(name)":
            "export function a(o: object, list: string[]) { for (const name in o) list.push(name) }",
        "Object.assign": "export const a = (o: object, more: object) => Object.assign(o, more)",
        "JSON.parse": "export const a = (text: string) => JSON.parse(text)",
        "A.prototype": "export class A {}\nexport const a = A.prototype",
    }
    const path = (at: number) => `src/core/way-${at}.ts`
    const texts = Object.values(WAYS).map((text, at) => [ROOT + path(at), text])
    const written = "(o: any, at: number, list: string[]) => [o.name, o['name'], list[at], list[list.length - 1]]"
    expect(findings([], Object.fromEntries([...texts, [ROOT + path(-1), `export const a = ${written}`]]))).toEqual(
        Object.keys(WAYS).map((way, at) => `${path(at)}: ${way}`),
    )
})
