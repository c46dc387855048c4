/**
 * Jumps: those to a jump lead where that leads; those to the next statement, and around another, go.
 * Assumes that evaluating a bare local a second time, with nothing in between, says the same. Leaves the order of everything else that runs.
 */
import { removeStatement } from "../analysis/flow"
import { copyOf, type Expression, type ImageFunction, node, type Statement } from "../format/code"
import { Op } from "../format/operations"
import { expressionBytes } from "../format/write-code"
import { hasOpposite } from "./conditions"
import type { FunctionPass } from "./pass"

export const jumps: FunctionPass = f => {
    const steps = [decided, threaded, returning, inverted, idle]
    let changed = false
    for (const step of steps) if (step(f)) changed = true
    return changed
}

/** Conditions that the code itself decides. */
function decided(f: ImageFunction): boolean {
    let changed = false
    for (let i = f.statements.length - 2; i >= 0; i--) {
        const statement = f.statements[i]
        if (statement.op !== Op.jmpZ) continue
        const truth = truthOf(statement.args[0])
        if (truth === undefined) continue
        changed = true
        if (truth) removeStatement(f, i)
        else Object.assign(statement, { op: Op.jmp, args: [] })
    }
    return changed
}

function truthOf({ op, number }: Expression): boolean | undefined {
    if (op === Op.literal) return number !== 0
    if (op === Op.true) return true
    return op === Op.false || op === Op.undefined || op === Op.null ? false : undefined
}

function threaded({ statements }: ImageFunction): boolean {
    let changed = false
    const index = new Map(statements.map((statement, i) => [statement, i]))
    for (const statement of statements) {
        if (statement.op !== Op.jmp && statement.op !== Op.jmpZ) continue
        const seen = new Set<Statement>([statement])
        for (;;) {
            const { target } = statement
            if (!target || seen.has(target)) break
            seen.add(target)
            const further = leadsTo(statement, target, statements[index.get(target)! + 1])
            if (!further || further === statement) break
            statement.target = further
            changed = true
        }
    }
    return changed
}

/** @returns where `jump`, which has come to `target`, goes on from there */
function leadsTo(jump: Statement, target: Statement, following: Statement | undefined): Statement | undefined {
    if (target.op === Op.jmp) return target.target
    if (jump.op !== Op.jmpZ || target.op !== Op.jmpZ) return undefined
    const first = negations(jump.args[0])
    const second = negations(target.args[0])
    if (first.inner.op !== Op.loadLocal || second.inner.op !== Op.loadLocal) return undefined
    if (first.inner.number !== second.inner.number) return undefined
    // The first condition was false, so the second is unless exactly one of them is negated.
    return first.negated === second.negated ? target.target : following
}

function negations(condition: Expression): { inner: Expression; negated: boolean } {
    let inner = condition
    let negated = false
    for (; inner.op === Op.not; inner = inner.args[0]) negated = !negated
    return { inner, negated }
}

/** A return that takes no more bytes than the jump to it. */
function returning({ statements }: ImageFunction): boolean {
    let changed = false
    for (const statement of statements) {
        const { op, target } = statement
        if (op !== Op.jmp || target?.op !== Op.return || expressionBytes(target.args[0]) > 1) continue
        Object.assign(statement, { op: Op.return, args: target.args.map(copyOf), target: undefined })
        changed = true
    }
    return changed
}

/**
 * `jmpZ` around a `jmp`: the opposite condition leads there at once. Only where the opposite is no longer than the condition: a program may run no more
 * than 131,072 operations at a stretch, and the way that does not jump would take one more.
 */
function inverted(f: ImageFunction): boolean {
    let changed = false
    const { statements } = f
    const targets = new Set(statements.map(({ target }) => target))
    for (let i = statements.length - 3; i >= 0; i--) {
        const [around, jump, behind] = statements.slice(i, i + 3)
        if (around.op !== Op.jmpZ || jump.op !== Op.jmp || around.target !== behind || targets.has(jump)) continue
        if (!hasOpposite(around.args[0])) continue
        around.args = [node(Op.not, 0, around.args)]
        around.target = jump.target
        statements.splice(i + 1, 1)
        changed = true
    }
    return changed
}

function idle(f: ImageFunction): boolean {
    let changed = false
    for (let i = f.statements.length - 2; i >= 0; i--) {
        const { op, target } = f.statements[i]
        if (op !== Op.jmp || target !== f.statements[i + 1]) continue
        removeStatement(f, i)
        changed = true
    }
    return changed
}
