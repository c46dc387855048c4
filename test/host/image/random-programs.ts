/** Random DeviceScript: functions over locals, closures, objects, arrays, exceptions and loops, many of them in one program, each with a line to say. */
import fc from "fast-check"

const INDENT = "    "

const LITERALS = [
    ...["0", "1", "2", "(-1)", "7", "111", "112", "248", "300", "65536", "2147483647", "(-2147483648)", "0.5", "1e10"],
    ...['""', '"a"', '"xyz"', "undefined", "null", "true", "false"],
]

const VARIABLES = ["a", "b", "x", "y", "z", "w"]
/** Not `>`: what stands between it and a `<` before it passes for types. */
const BINARY = ["+", "-", "*", "&", "|", "^", "<<", ">>", ">>>", "===", "!==", "<", "<=", ">=", "&&", "||", "??"]

const literal = fc.constantFrom(...LITERALS)
const variable = fc.constantFrom(...VARIABLES)

/** `@` stands for the number of the case: its helper, its class. */
const { expression } = fc.letrec<{ expression: string; more: string }>(tie => {
    const e = tie("expression")
    return {
        more: fc.oneof(
            {
                weight: 6,
                arbitrary: fc.tuple(e, fc.constantFrom(...BINARY), e).map(([l, op, r]) => `(${l} ${op} ${r})`),
            },
            fc.tuple(fc.constantFrom("!", "-", "~", "!!"), e).map(([op, v]) => `(${op}${v})`),
            e.map(v => `(typeof ${v})`),
            fc.tuple(e, e, e).map(([c, t, f]) => `(${c} ? ${t} : ${f})`),
            e.map(v => `helper@(${v}, x)`),
            e.map(v => `twice@(${v})`),
            e.map(v => `bump(${v})`),
            e.map(v => `new Class@(${v}).method@(y)`),
            fc.tuple(e, e).map(([p, q]) => `new Derived@(${p}, ${q}).both@()`),
            e.map(v => `(${v})?.p`),
            e.map(v => `(\`<\${${v}}>\`)`),
            fc.tuple(e, e).map(([i, v]) => `octets@(${i}, ${v})`),
            fc.tuple(e, e).map(([p, q]) => `chosen@(${p}, ${q})`),
            fc.tuple(e, e).map(([p, q]) => `closures@(${p}, ${q})`),
            fc.tuple(e, e).map(([p, q]) => `({ p: ${p}, q: ${q} }).p`),
            fc.tuple(e, e).map(([p, q]) => `([${p}, ${q}])[1]`),
            e.map(v => `(${v}).p`),
            fc.constant("o.p"),
        ),
        expression: fc.oneof(
            { depthSize: "xsmall", withCrossShrink: true },
            { weight: 2, arbitrary: literal },
            { weight: 4, arbitrary: variable },
            { weight: 5, arbitrary: tie("more") },
        ),
    }
})

const indented = (lines: string[]) => lines.map(line => INDENT + line)

const { block } = fc.letrec<{ block: string[]; statement: string[] }>(tie => {
    const body = tie("block")
    const assigned = fc.constantFrom("a", "x", "y", "z", "w")
    return {
        statement: fc.oneof(
            { depthSize: "xsmall" },
            { weight: 9, arbitrary: fc.tuple(assigned, expression).map(([v, e]) => [`${v} = ${e}`]) },
            { weight: 3, arbitrary: expression.map(e => [`note(${e})`]) },
            { weight: 2, arbitrary: expression.map(e => [`o.p = ${e}`]) },
            expression.map(e => [`if (${e}) return ${e}`]),
            expression.map(e => [`if (${e}) throw new Error("thrown")`]),
            expression.map(e => [`glob = ${e}`, "note(glob)"]),
            {
                weight: 3,
                arbitrary: fc
                    .tuple(expression, body, body)
                    .map(([c, t, f]) => [`if (${c}) {`, ...indented(t), "} else {", ...indented(f), "}"]),
            },
            {
                weight: 3,
                arbitrary: fc
                    .tuple(fc.constantFrom("break", "continue", "note(0)"), expression, body)
                    .map(([jump, c, inner]) => [
                        "for (let i = 0; i < 3; i++) {",
                        ...indented(["if (fuel-- < 0) break", ...inner, `if (${c}) ${jump}`, "note(i)"]),
                        "}",
                    ]),
            },
            {
                weight: 2,
                arbitrary: fc
                    .tuple(body, body)
                    .map(([t, h]) => [
                        "try {",
                        ...indented(t),
                        "} catch (e: any) {",
                        ...indented(["note(e.message)", ...h]),
                        "}",
                    ]),
            },
            fc.tuple(body, body).map(([t, h]) => ["try {", ...indented(t), "} finally {", ...indented(h), "}"]),
            fc
                .tuple(expression, expression)
                .map(([l, r]) => [`const k = (q: any) => { x = q; return ${l} }`, `y = k(${r})`])
                .map(scoped),
        ),
        block: fc
            .array(tie("statement"), { minLength: 1, maxLength: 2, depthIdentifier: "block" })
            .map(list => list.flat()),
    }
})

function scoped(lines: string[]): string[] {
    return ["{", ...indented(lines), "}"]
}

/** One case: a function, the helpers that it alone calls, a class of its own. Whether it has a closure decides how much may be known of its locals. */
const randomCase = fc
    .tuple(fc.array(block, { minLength: 1, maxLength: 4 }), block, expression, fc.boolean())
    .map(([blocks, helper, result, closure]) => {
        const bump = closure ? "const bump = (q: any) => { w = w + 1; return q }" : "const bump = quiet"
        const locals = ["if (fuel-- < 0) return 0", "let x: any = a", "let y: any = 1", "let z: any", "let w: any = 3"]
        const prologue = [...locals, "let o: any = { p: b }", bump]
        return [
            "function helper@(a: any, b: any): any {",
            ...indented([...prologue, ...withoutCalls(helper), "return x"]),
            "}",
            "function twice@(a: any): any {",
            ...indented(["if (a) return a", "note(a)", "return 5"]),
            "}",
            "class Class@ {",
            ...indented(["p: any", "constructor(p: any) { this.p = p }", "method@(q: any): any {"]),
            ...indented(indented(["note(q)", "return this.p"])),
            ...indented(["}"]),
            "}",
            "class Derived@ extends Class@ {",
            ...indented(["constructor(p: any, public q: any) { super(p) }"]),
            ...indented([
                "both@(): any { const kept = this.q; return this.method@(kept) === kept ? this.own@() : kept }",
            ]),
            ...indented(["own@(): any { return this.p }"]),
            "}",
            "function octets@(i: any, v: any): any {",
            ...indented([
                "const b = Buffer.alloc(4)",
                "b[1] = v",
                "b.setAt(2, 'u16', 513)",
                "return b[i & 3] + b.length",
            ]),
            "}",
            // The compiler takes no closures over variables of loops, but those over a callback's.
            "function closures@(p: any, q: any): any {",
            ...indented([
                "let sum: any = 0",
                "const later: any[] = [];",
                "[p, q].forEach((own: any) => { later.push((more: any) => { sum = sum + more; return own }) })",
                "for (const f of later) note(f(1))",
                "return sum",
            ]),
            "}",
            "function chosen@(p: any, q: any): any {",
            ...indented([
                "switch (p) {",
                "    case 1: return q",
                '    case "s": note(q)',
                "    default: return 3",
                "}",
            ]),
            "}",
            "function case@(a: any, b: any): any {",
            ...indented([...prologue, ...blocks.flat(), `return ${result}`]),
            "}",
        ]
    })

/** A helper that called itself would run for ever. */
const withoutCalls = (lines: string[]) =>
    lines.map(line => line.replaceAll("helper@(", "twice@(").replaceAll(", x)", ")"))

/** What the types of random expressions say is not what is tested. */
const FRAME = `// @ts-nocheck
import { sleep } from "@devicescript/core"

let hash = 0
let fuel = 0
let glob: any

/** Everything that a case does goes in here, in its order. */
function note(v: any): void {
    const text = typeof v === "function" ? "f" : typeof v === "object" && v ? "o" : "" + v
    for (let i = 0; i < text.length && i < 40; i++) hash = (hash * 31 + text.charCodeAt(i)) | 0
    hash = (hash * 31 + text.length) | 0
}

function quiet(q: any): any {
    return q
}

function answer(f: any, a: any, b: any): void {
    fuel = 40
    try {
        note(f(a, b))
    } catch (e: any) {
        note("!" + (e && e.message))
    }
}

async function run(k: number, f: any) {
    hash = 0
    answer(f, 1, 2)
    const first = hash
    answer(f, "s", undefined)
    const second = hash
    answer(f, -0.5, { p: 4 })
    console.log("case", k, first, second, hash)
    await sleep(5)
}
`

/**
 * @param cases texts of further cases, `case@` the function that is run
 * @returns one program that says a line for each case
 */
export function programOf(cases: readonly string[]): string {
    const numbered = cases.map((text, k) => text.replaceAll("@", String(k)))
    const runs = cases.map((_, k) => `await run(${k}, case${k})`)
    return [FRAME, ...numbered, ...runs, 'console.log("end")', ""].join("\n")
}

/** Equal seeds give equal cases. */
export function randomCases(seed: number, count: number): string[] {
    return fc.sample(randomCase, { seed, numRuns: count }).map(lines => lines.join("\n"))
}
