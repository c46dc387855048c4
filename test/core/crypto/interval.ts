/**
 * Interval arithmetic over the source of a kernel: proves that no intermediate result leaves the integers a double
 * holds exactly.
 */
import { readFileSync } from "node:fs"
import ts from "typescript"

export interface Interval {
    low: number
    high: number
}

const interval = (low: number, high: number): Interval => ({ low, high })

export const INT32 = interval(-(2 ** 31), 2 ** 31 - 1)
export const UINT8 = interval(0, 255)
const BOOLEAN = interval(0, 1)
const EXACT = interval(-(2 ** 53), 2 ** 53)

const within = (inner: Interval, outer: Interval) => inner.low >= outer.low && inner.high <= outer.high
const union = (a: Interval, b: Interval) => interval(Math.min(a.low, b.low), Math.max(a.high, b.high))
/** What any number is after `| 0`. */
const toInt32 = (a: Interval) => (within(a, INT32) ? interval(Math.trunc(a.low), Math.trunc(a.high)) : INT32)
/** The least 2^n - 1 that is not below `n`. */
const allOnes = (n: number) => 2 ** Math.ceil(Math.log2(n + 1)) - 1

/** Assignments, and what they compute. */
const COMPOUND: Record<string, string> = {
    "+=": "+",
    "-=": "-",
    "*=": "*",
    "&=": "&",
    "|=": "|",
    "^=": "^",
    "<<=": "<<",
    ">>=": ">>",
    ">>>=": ">>>",
}

/** What is known of a kernel before it runs. */
export interface Assumptions {
    /**
     * Ranges of the elements of arrays and buffers, by name. What the kernel writes to them has to lie in the same
     * range.
     */
    elements: Record<string, Interval>
    /** Ranges of parameters and other names. */
    names?: Record<string, Interval>
}

/**
 * @returns the source line of everything that leaves its range, and the largest absolute value of any intermediate
 * result
 */
export function examineKernel(file: string, name: string, { elements, names = {} }: Assumptions) {
    const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true)
    const known = new Map(Object.entries(names))
    const violations: string[] = []
    let largest = 0

    const expect = (value: Interval, range: Interval, node: ts.Node): Interval => {
        if (!within(value, range)) violations.push(`${node.getText()}: ${value.low} to ${value.high}`)
        return value
    }
    const exact = (value: Interval, node: ts.Node): Interval => {
        largest = Math.max(largest, Math.abs(value.low), Math.abs(value.high))
        return expect(value, EXACT, node)
    }

    function evaluate(node: ts.Expression): Interval {
        if (ts.isParenthesizedExpression(node)) return evaluate(node.expression)
        if (ts.isNumericLiteral(node)) return interval(Number(node.text), Number(node.text))
        if (ts.isIdentifier(node)) return known.get(node.text) ?? fail(node)
        if (ts.isElementAccessExpression(node)) return elements[node.expression.getText()] ?? fail(node)
        if (ts.isConditionalExpression(node)) return union(evaluate(node.whenTrue), evaluate(node.whenFalse))
        if (ts.isPrefixUnaryExpression(node)) {
            const { low, high } = evaluate(node.operand)
            if (node.operator === ts.SyntaxKind.MinusToken) return interval(-high, -low)
            return node.operator === ts.SyntaxKind.TildeToken ? INT32 : fail(node)
        }
        if (ts.isPostfixUnaryExpression(node)) return assign(node.operand, plus(evaluate(node.operand), 1, 1))
        if (!ts.isBinaryExpression(node)) return fail(node)
        const operator = node.operatorToken.getText()
        if (operator === "=") return assign(node.left, evaluate(node.right))
        const arithmetic = COMPOUND[operator]
        const value = exact(combine(arithmetic ?? operator, node), node)
        return arithmetic ? assign(node.left, value) : value
    }

    const plus = (a: Interval, low: number, high: number) => interval(a.low + low, a.high + high)

    function combine(operator: string, node: ts.BinaryExpression): Interval {
        const a = evaluate(node.left)
        const b = evaluate(node.right)
        const natural = a.low >= 0 && b.low >= 0 && a.high < 2 ** 31 && b.high < 2 ** 31
        switch (operator) {
            case "+":
                return plus(a, b.low, b.high)
            case "-":
                return plus(a, -b.high, -b.low)
            case "*": {
                const products = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high]
                return interval(Math.min(...products), Math.max(...products))
            }
            case "/":
                return b.low === b.high && b.low > 0 ? interval(a.low / b.low, a.high / b.low) : fail(node)
            case "%":
                return b.low === b.high && b.low > 0 ? interval(1 - b.low, b.low - 1) : fail(node)
            case "&": {
                const masks = [a, b].filter(({ low, high }) => low >= 0 && high < 2 ** 31).map(({ high }) => high)
                return masks.length > 0 ? interval(0, Math.min(...masks)) : INT32
            }
            case "|":
                if (b.low === 0 && b.high === 0) return toInt32(a)
                return natural ? interval(0, allOnes(Math.max(a.high, b.high))) : INT32
            case "^":
                return natural ? interval(0, allOnes(Math.max(a.high, b.high))) : INT32
            case "<<":
                return INT32
            case ">>": {
                const { low, high } = toInt32(a)
                return interval(low >> b.low, high >> b.low)
            }
            case ">>>":
                if (a.low >= 0 && a.high < 2 ** 31) return interval(a.low >>> b.high, a.high >>> b.low)
                return interval(0, 2 ** (32 - b.low) - 1)
            case "<":
            case "<=":
            case ">":
            case ">=":
            case "===":
            case "!==":
                return BOOLEAN
            default:
                return fail(node)
        }
    }

    function assign(target: ts.Expression, value: Interval): Interval {
        if (ts.isElementAccessExpression(target)) return expect(value, elements[target.expression.getText()], target)
        known.set(target.getText(), value)
        return value
    }

    function run(node: ts.Node | undefined): void {
        if (!node) return
        if (ts.isBlock(node)) node.statements.forEach(run)
        else if (ts.isVariableStatement(node)) run(node.declarationList)
        else if (ts.isVariableDeclarationList(node)) node.declarations.forEach(declare)
        else if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression)) call(node.expression)
        else if (ts.isExpressionStatement(node) && ts.isAwaitExpression(node.expression)) run(awaited(node.expression))
        else if (ts.isExpressionStatement(node)) evaluate(node.expression)
        else if (ts.isIfStatement(node)) {
            evaluate(node.expression)
            const before = new Map(known)
            run(node.thenStatement)
            const then = new Map(known)
            for (const [name, value] of before) known.set(name, value)
            run(node.elseStatement)
            for (const [name, value] of then) known.set(name, union(value, known.get(name) ?? value))
        } else if (ts.isForStatement(node)) {
            if (node.initializer) run(node.initializer)
            // What the loop assigns may be any int32 when it begins a turn, and has to be one when it ends it.
            const carried = assignedIn(node).filter(name => known.has(name))
            for (const name of carried) known.set(name, INT32)
            run(node.statement)
            if (node.incrementor) evaluate(node.incrementor)
            for (const name of carried) expect(plus(known.get(name)!, -1, -1), plus(INT32, -1, 0), node.statement)
        } else if (!ts.isReturnStatement(node) && !ts.isBreakStatement(node)) fail(node)
    }

    const awaited = ({ expression }: ts.AwaitExpression) => ts.factory.createExpressionStatement(expression)

    /** A function that is called is a kernel of its own, examined with an int32 in each of its parameters. */
    function call({ arguments: given }: ts.CallExpression): void {
        for (const argument of given) if (!(argument.getText() in elements)) expect(evaluate(argument), INT32, argument)
    }

    /** Names of arrays, buffers and of `this` stay out of it: their elements are what counts. */
    function declare({ name, initializer }: ts.VariableDeclaration): void {
        if (name.getText() in elements) return
        known.set(name.getText(), evaluate(initializer!))
    }

    function fail(node: ts.Node): never {
        throw new Error(`${file}: nothing is known of ${ts.SyntaxKind[node.kind]} ${node.getText()}`)
    }

    for (const statement of source.statements)
        if (ts.isVariableStatement(statement))
            for (const { name, initializer } of statement.declarationList.declarations)
                if (initializer && /^[\s\d_x\-/*<>.+()a-f]+$/i.test(initializer.getText()))
                    known.set(name.getText(), evaluate(initializer))
    run(bodyOf(source, name))
    return { violations, largest }
}

function bodyOf(source: ts.SourceFile, name: string): ts.Block {
    let body: ts.Block | undefined
    const search = (node: ts.Node): void => {
        if ((ts.isMethodDeclaration(node) || ts.isFunctionDeclaration(node)) && node.name?.getText() === name)
            body = node.body
        ts.forEachChild(node, search)
    }
    search(source)
    if (!body) throw new Error(`${source.fileName} has no ${name}`)
    return body
}

function assignedIn(node: ts.Node): string[] {
    const names: string[] = []
    const search = (child: ts.Node): void => {
        if (ts.isBinaryExpression(child)) {
            const operator = child.operatorToken.getText()
            if (operator === "=" || operator in COMPOUND) names.push(child.left.getText())
        }
        if (ts.isPostfixUnaryExpression(child)) names.push(child.operand.getText())
        ts.forEachChild(child, search)
    }
    search(node)
    return names
}
