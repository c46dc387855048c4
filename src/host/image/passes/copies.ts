/**
 * Copies: a local that holds what another one holds, a constant, or the last call's result is read from there; storing again what it holds is left out.
 * One that was given the outcome of a comparison is true or false behind a jump on it.
 * Assumes that locals begin as undefined (fibers.c clears a frame) and that nobody else writes to those that no closure reaches; and that the result
 * changes only by statements, other ones than `KEEPS_RESULT` (vm_ops.c: no property of the runtime sets it). In a handler nothing is known. Leaves
 * how long a value is kept: no local is overwritten later than it was.
 */

import { isConstant, KEEPS_RESULT } from "../analysis/effects"
import { flowOf, removeStatement } from "../analysis/flow"
import { type Expression, type ImageFunction, isLocal, node, type Statement, sameExpression } from "../format/code"
import { Op } from "../format/operations"
import { expressionBytes } from "../format/write-code"
import type { FunctionPass } from "./pass"

/** What locals are known to hold: a constant, what another local holds, or the last call's result. */
type Known = Map<number, Expression>

/** Of a read of a local. A longer constant would cost what it saves. */
const LOCAL_BYTES = 2

export const copies: FunctionPass = (f, { captured }) => {
    const before = knownBefore(f, captured)
    let changed = false
    const again: number[] = []
    f.statements.forEach((statement, i) => {
        const known = before[i]
        if (!known) return
        if (replaceLocals(statement, known)) changed = true
        const held = statement.op === Op.storeLocal ? known.get(statement.number) : undefined
        const [value] = statement.args
        const holdsIt = held && sameExpression(held, value)
        if (statement.op === Op.storeLocal && (holdsIt || isLocal(value, statement.number))) again.push(i)
    })
    for (const i of again.reverse()) {
        if (i + 1 === f.statements.length) continue
        removeStatement(f, i)
        changed = true
    }
    return changed
}

function replaceLocals({ args }: Expression, known: Known): boolean {
    let changed = false
    args.forEach((argument, i) => {
        const held = argument.op === Op.loadLocal ? known.get(argument.number) : undefined
        if (held) {
            args[i] = node(held.op, held.number)
            changed = true
        } else if (replaceLocals(argument, known)) changed = true
    })
    return changed
}

/** @returns by statement; undefined where none leads */
function knownBefore(f: ImageFunction, captured: ReadonlySet<number>): (Known | undefined)[] {
    const { next, thrown, labels } = flowOf(f)
    const before: (Known | undefined)[] = Array(f.statements.length)
    const atStart: Known = new Map()
    for (let slot = f.parameters; slot < f.slots; slot++) if (!captured.has(slot)) atStart.set(slot, node(Op.undefined))
    before[0] = atStart
    for (const handler of thrown) before[handler] = new Map()
    const waiting = [0, ...thrown]
    while (waiting.length > 0) {
        const at = waiting.pop()!
        const after = knownAfter(f.statements[at], before[at]!, captured)
        const decided = labels.has(f.statements[at])
            ? undefined
            : decidedBy(f.statements[at - 1], f.statements[at], captured)
        for (const to of next[at]) {
            const onThisWay = new Map(after)
            // A jump to what follows decides nothing.
            if (decided && next[at][0] !== next[at][1])
                onThisWay.set(decided.slot, to === at + 1 ? decided.behind : decided.there)
            if (meet(before, to, onThisWay)) waiting.push(to)
        }
    }
    return before
}

function knownAfter(
    { op, number: slot, args: [value] }: Statement,
    known: Known,
    captured: ReadonlySet<number>,
): Known {
    if (op !== Op.storeLocal) return KEEPS_RESULT.has(op) ? known : withoutResult(known)
    const after: Known = new Map()
    for (const [other, held] of known) if (other !== slot && !isLocal(held, slot)) after.set(other, held)
    if (captured.has(slot)) return after
    const isCopy = value.op === Op.loadLocal && value.number !== slot && !captured.has(value.number)
    if (
        isCopy ||
        value.op === Op.retVal ||
        (isConstant(value) && value.op !== Op.makeClosure && expressionBytes(value) <= LOCAL_BYTES)
    )
        after.set(slot, value.op === Op.loadLocal ? (known.get(value.number) ?? value) : value)
    return after
}

/** True or false, whatever they are given. */
const COMPARISONS = new Set([
    Op.not,
    Op.toBool,
    Op.isUndefined,
    Op.isNullish,
    Op.isNan,
    Op.eq,
    Op.ne,
    Op.le,
    Op.lt,
    Op.approxEq,
    Op.approxNe,
    Op.instanceOf,
])

/** @returns what is known of a local that has just been given the outcome of a comparison, where a jump on it leads and behind it */
function decidedBy(
    given: Statement | undefined,
    { op, args: [condition] }: Statement,
    captured: ReadonlySet<number>,
): { slot: number; there: Expression; behind: Expression } | undefined {
    if (op !== Op.jmpZ || given?.op !== Op.storeLocal || captured.has(given.number)) return undefined
    if (!COMPARISONS.has(given.args[0].op)) return undefined
    const { number: slot } = given
    const [yes, no] = [node(Op.true), node(Op.false)]
    if (isLocal(condition, slot)) return { slot, there: no, behind: yes }
    const isNegated = condition.op === Op.not && isLocal(condition.args[0], slot)
    return isNegated ? { slot, there: yes, behind: no } : undefined
}

function withoutResult(known: Known): Known {
    return new Map([...known].filter(([, { op }]) => op !== Op.retVal))
}

/** @returns whether less is known than before, or something for the first time */
function meet(before: (Known | undefined)[], at: number, coming: Known): boolean {
    const known = before[at]
    if (!known) {
        before[at] = new Map(coming)
        return true
    }
    let changed = false
    for (const [slot, held] of known) {
        const other = coming.get(slot)
        if (other && sameExpression(held, other)) continue
        known.delete(slot)
        changed = true
    }
    return changed
}
