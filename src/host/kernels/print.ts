import { STRETCH_MS } from "../../core/ports"
import type { Expression, Field, Kernel, Statement } from "./code"

/** Prints kernels as functions of one module, with the registers they share as its variables. */
export function printModule({ header, registers, kernels }: Field): string {
    const lines = [
        "/**",
        ` * ${header}`,
        " * Written by src/host/kernels/generate.ts; edit there. The registers are variables of this module, which the VM reads as fast",
        " * as locals. They belong to the computation that has its turn (turn.ts), and hold their numbers while it pauses.",
        " */",
        'import { pauseInTurn } from "./turn"',
        "",
        ...registers.map(name => `let ${name}: number`),
        "",
        "/** Work since the last pause, in tenths of a millisecond on an RP2040. */",
        "let spent = 0",
        "",
        "/** Counts work that is about to begin, and pauses before it if all since the last pause would be more than a stretch. */",
        "export async function spend(tenths: number): Promise<void> {",
        "    spent += tenths",
        `    if (spent > ${10 * STRETCH_MS}) await rest(tenths)`,
        "}",
        "",
        "async function rest(tenths: number): Promise<void> {",
        "    await pauseInTurn()",
        "    spent = tenths",
        "}",
        "",
        ...kernels.map(printKernel),
    ]
    return lines.join("\n")
}

function printKernel(kernel: Kernel): string {
    const [async, result] = kernel.pauses ? ["async ", "Promise<void>"] : ["", "void"]
    const head = `${kernel.exported ? "export " : ""}${async}function ${kernel.name}(${kernel.parameters}): ${result} {`
    return `/** ${kernel.comment} */\n${head}\n${printBody(kernel.body, "    ")}\n}\n`
}

function printBody(body: Statement[], indent: string): string {
    const assigned = new Set(body.flatMap(assignedNames))
    return body.map(statement => printStatement(statement, indent, assigned)).join("\n")
}

/** Variables that a statement gives a new value. */
function assignedNames(statement: Statement): string[] {
    if (statement.kind === "set") return statement.declare ? [] : [statement.name]
    if (statement.kind === "branch") return [...statement.taken, ...statement.otherwise].flatMap(assignedNames)
    return statement.kind === "loop" ? statement.body.flatMap(assignedNames) : []
}

function printStatement(statement: Statement, indent: string, assigned: Set<string>): string {
    switch (statement.kind) {
        case "set": {
            const keyword = statement.declare ? (assigned.has(statement.name) ? "let " : "const ") : ""
            return `${indent}${keyword}${statement.name} = ${printExpression(statement.value)}`
        }
        case "output":
            return `${indent}${statement.text} = ${printExpression(statement.value)}`
        case "raw":
        case "call":
            return `${indent}${statement.text}`
        case "branch": {
            const inner = `${indent}    `
            const taken = `${indent}if (${statement.condition}) {\n${printBody(statement.taken, inner)}\n${indent}}`
            if (statement.otherwise.length === 0) return taken
            return `${taken} else {\n${printBody(statement.otherwise, inner)}\n${indent}}`
        }
        case "loop":
            return `${indent}${statement.head} {\n${printBody(statement.body, `${indent}    `)}\n${indent}}`
    }
}

const SYMBOL = { add: "+", subtract: "-", multiply: "*" }
const STRENGTH = { add: 1, subtract: 1, multiply: 2 }

function printExpression(e: Expression): string {
    switch (e.kind) {
        case "variable":
            return e.name
        case "constant":
            return printNumber(e.value)
        case "input":
            return e.text
        case "round": {
            const shift = printNumber(1.5 * 2 ** (52 + e.unit))
            return `${printExpression(e.of)} + ${shift} - ${shift}`
        }
        case "select":
            return `${printExpression(e.left)} + swap * (${printExpression(e.right)} - ${printExpression(e.left)})`
        default: {
            const strength = STRENGTH[e.kind]
            const left = parenthesised(e.left, strength)
            const right = parenthesised(e.right, strength + 1)
            return `${left} ${SYMBOL[e.kind]} ${right}`
        }
    }
}

/** Integers beyond 2^53 would read as if they were exact. */
const printNumber = (value: number): string =>
    Math.abs(value) > Number.MAX_SAFE_INTEGER ? value.toExponential() : String(value)

function parenthesised(e: Expression, least: number): string {
    const text = printExpression(e)
    if (e.kind === "add" || e.kind === "subtract" || e.kind === "multiply")
        return STRENGTH[e.kind] < least ? `(${text})` : text
    return e.kind === "round" || (e.kind === "constant" && e.value < 0) ? `(${text})` : text
}
