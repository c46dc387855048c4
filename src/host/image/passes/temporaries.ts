/**
 * Temporaries: a value that is stored in a local, read once and never again is computed where it is read.
 * Assumes that expressions change nothing. Leaves the order of everything that can fail or be noticed: the value moves only over what neither
 * changes what it reads nor can tell whether it has been computed yet. A store that may let go of an object stays.
 */
import { type Effects, effectsOf } from "../analysis/effects"
import { type Flow, flowOf, removeStatement } from "../analysis/flow"
import { heldBefore } from "../analysis/held"
import { type Liveness, livenessOf } from "../analysis/liveness"
import { type Expression, type ImageFunction, isLocal, type Statement, stackDepth, walk } from "../format/code"
import { isCall, MAX_STACK_DEPTH, Op, operation } from "../format/operations"
import type { FunctionPass } from "./pass"

export const temporaries: FunctionPass = (f, { captured }) => {
    let changed = false
    let flow = flowOf(f)
    let live = livenessOf(f, flow)
    let held = heldBefore(f, flow, captured)
    for (let at = f.statements.length - 2; at >= 0; at--) {
        const { op, number: slot } = f.statements[at]
        if (op !== Op.storeLocal || captured.has(slot) || live.thrown(slot)) continue
        // In a loop it is itself what the store of the turn before has left.
        if (held(slot, at) && heldBefore(f, flow, captured, new Set([at]))(slot, at)) continue
        if (!moveToUse(f, at, flow, live, captured)) continue
        changed = true
        flow = flowOf(f)
        live = livenessOf(f, flow)
        held = heldBefore(f, flow, captured)
    }
    return changed
}

/** @returns whether the value stored by statement `at` is now computed where it is read */
function moveToUse(f: ImageFunction, at: number, flow: Flow, live: Liveness, captured: ReadonlySet<number>): boolean {
    const { number: slot, args } = f.statements[at]
    const [value] = args
    const effects = effectsOf(value, captured)
    for (let i = at + 1; i < f.statements.length; i++) {
        const statement = f.statements[i]
        if (flow.labels.has(statement)) return false
        const uses = usesOf(statement, slot)
        if (uses > 1) return false
        if (uses === 1) {
            const overwrites = statement.op === Op.storeLocal && statement.number === slot
            if (!overwrites && live.after(i, slot)) return false
            if (!putInPlace(statement, slot, value, effects, captured)) return false
            removeStatement(f, at)
            return true
        }
        if (!passes(effects, statement, slot, flow, captured)) return false
    }
    return false
}

function usesOf(statement: Statement, slot: number): number {
    let uses = 0
    walk(statement, expression => {
        if (isLocal(expression, slot)) uses++
    })
    return uses
}

/** Stores of other locals, and what acts on memory alone. Everything else is not passed. */
const MEMORY_STORES = new Set([Op.storeGlobal, Op.storeBuffer, Op.indexSet, Op.storeClosure])

/** Whether a value with these effects may as well be computed behind `statement`. */
function passes(
    value: Effects,
    statement: Statement,
    slot: number,
    flow: Flow,
    captured: ReadonlySet<number>,
): boolean {
    const { op, number, args } = statement
    if (op === Op.storeLocal) {
        if (number === slot || value.locals.has(number)) return false
        if (captured.has(number)) return !value.throws && !value.memory
        if (!value.throws) return true
        return flow.thrown.length === 0 && !effectsOf(args[0], captured).throws
    }
    if (value.throws || value.memory) return false
    if (MEMORY_STORES.has(op)) return true
    return isCall(op) && !value.result
}

/** @returns whether it was possible: nothing that fails before the value did not fail behind it, and there is room on the stack */
function putInPlace(
    statement: Statement,
    slot: number,
    value: Expression,
    { throws }: Effects,
    captured: ReadonlySet<number>,
): boolean {
    let parent: Expression | undefined
    let place = 0
    let failsEarlier = false
    const search = (expression: Expression): boolean => {
        for (const [i, argument] of expression.args.entries()) {
            if (isLocal(argument, slot)) {
                parent = expression
                place = i
                return true
            }
            if (search(argument)) return true
        }
        if (expression !== statement && effectsOf({ ...expression, args: [] }, captured).throws) failsEarlier = true
        return false
    }
    search(statement)
    if (!parent || (throws && failsEarlier)) return false
    const read = parent.args[place]
    parent.args[place] = value
    // One below the limit, as the compiler keeps it.
    const fits = stackDepth(statement) < MAX_STACK_DEPTH && operation(statement.op)!.statement
    if (!fits) parent.args[place] = read
    return fits
}
