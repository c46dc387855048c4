/**
 * Parts: a function becomes a part of all its callers, if that is shorter; most have one.
 * Assumes nothing beyond their code: such a function is called by its name and never becomes a value, and it has no `this`, closures or handlers to be
 * taken along. No way through the code takes more operations: storing what it is given takes no more than the call and its return did. What its locals
 * may still hold is let go of behind it by storing undefined, as its frame's end did, unless its caller ends there, too. Leaves what is computed, and in
 * which order.
 */
import { capturedSlots } from "../analysis/captured"
import { makesClosures, usesClosures } from "../analysis/closures"
import { effectsOf, isConstant } from "../analysis/effects"
import { flowOf } from "../analysis/flow"
import { heldBefore } from "../analysis/held"
import { livenessOf } from "../analysis/liveness"
import { isStoreOf, readsOf } from "../analysis/webs"
import { copyOf, type Expression, type ImageFunction, local, node, type Statement, store } from "../format/code"
import { Op } from "../format/operations"
import { expressionBytes, statementBytes } from "../format/write-code"
import { deadFunctions } from "./dead-functions"
import { calledByName } from "./identical-functions"
import type { ImagePass } from "./pass"
import { temporaries } from "./temporaries"

export const parts: ImagePass = image => {
    const captured = capturedSlots(image.functions)
    const indexes = new Map(image.functions.map((f, i) => [f, i]))
    const gone = new Set<ImageFunction>()
    for (const [number, calls] of calledByName(image)) {
        const called = image.functions[number]
        const callers = calls.map(({ caller }) => caller)
        if (number === 0 || !isPlain(called) || callers.includes(called)) continue
        // Their calls are elsewhere by now; the next round finds them.
        if (callers.some(caller => gone.has(caller))) continue
        if (callers.some(caller => caller.statements.length + called.statements.length > MAX_STATEMENTS)) continue
        const places = calls.map(call => ({ ...call, captured: captured[indexes.get(call.caller)!] }))
        if (!isShorter(called, places)) continue
        for (const place of places) putInPlace(called, place)
        gone.add(called)
    }
    return deadFunctions(image)
}

/** What a function may grow to: what passes find out about it takes them time by the square of it. */
export const MAX_STATEMENTS = 1000

interface Place {
    caller: ImageFunction
    call: Statement
    /** Locals of the caller that closures reach. */
    captured: ReadonlySet<number>
}

const isPlain = (f: ImageFunction): boolean => f.flags === 0 && f.tryFrames === 0 && !usesClosures(f)

/** Of a function's description, without the bytes that fill its code up. */
const DESCRIPTION_BYTES = 16

/** Whether it is shorter in all places together, and takes no more operations in any of them. */
function isShorter(called: ImageFunction, places: readonly Place[]): boolean {
    let bytes = DESCRIPTION_BYTES + bytesOf(called.statements)
    for (const place of places) {
        const part = partFor(called, place)
        if (!part) return false
        bytes += bytesOf([place.call]) - bytesOf(part)
    }
    return bytes > 0
}

function putInPlace(called: ImageFunction, place: Place): void {
    const { caller, call } = place
    const part = partFor(called, place)!
    for (const statement of caller.statements) if (statement.target === call) statement.target = part[0]
    caller.statements.splice(caller.statements.indexOf(call), 1, ...part)
    const [names, more] = [caller, called].map(({ debug }) => debug?.slots as unknown[] | undefined)
    if (names && more) caller.debug = { ...caller.debug, slots: [...names, ...more] }
    caller.slots += called.slots
}

/** Of `staticFunction` and the call. */
const CALL_OPERATIONS = 2
/** Of a local and undefined, that is stored there. */
const UNDEFINED_OPERATIONS = 2

/** @returns what takes the place of the call, unless that takes more operations */
function partFor(called: ImageFunction, place: Place): Statement[] | undefined {
    const { caller, call, captured } = place
    const given = call.args.slice(1)
    if (given.length > called.parameters) return undefined
    const values = Array.from({ length: called.parameters }, (_, slot) => given[slot] ?? node(Op.undefined))
    const standing = values.map((value, slot) => standsFor(value, called, slot, captured))
    const locals = [...Array(called.slots).keys()].filter(slot => !standing[slot])
    // What is thrown in the middle of it would leave them as they are, in a frame that goes on or is kept.
    if ((caller.tryFrames > 0 || makesClosures(caller)) && locals.length > 0) return undefined
    const into = (slot: number) => caller.slots + slot
    const body = copiesOf(called.statements)
    for (const statement of body) moveLocals(statement, slot => (standing[slot] ? values[slot] : local(into(slot))))
    const live = livenessOf(called, flowOf(called))
    const stored = locals
        .filter(slot => slot < called.parameters)
        .map(slot => store(into(slot), values[slot], call.source))
    const unset = locals
        .filter(slot => slot >= called.parameters && live.before(0, slot))
        .map(slot => store(into(slot), node(Op.undefined), call.source))
    const whole = { ...called, statements: [...stored, ...unset, ...body] }
    Object.assign(whole, { parameters: caller.slots, slots: caller.slots + called.slots })
    while (temporaries(whole, { captured })) {}
    const end = endFor(whole, place)
    const left = end.withCaller ? [] : locals.map(into).filter(slot => heldAtReturn(whole, slot, captured))
    const remaining = (stores: Statement[]) => stores.filter(statement => whole.statements.includes(statement)).length
    const operations = remaining(stored) + UNDEFINED_OPERATIONS * (remaining(unset) + left.length) + end.operations
    if (operations > CALL_OPERATIONS) return undefined
    const letGo = left.map(slot => store(slot, node(Op.undefined), call.source))
    return [...end.written(letGo[0] ?? following(place)), ...letGo]
}

/** Whether a parameter can be read as what it is given: nobody writes to either of them meanwhile. */
function standsFor(value: Expression, called: ImageFunction, slot: number, captured: ReadonlySet<number>): boolean {
    if (called.statements.some(statement => isStoreOf(statement, slot))) return false
    const reads = called.statements.reduce((sum, statement) => sum + readsOf(statement, slot), 0)
    if (reads === 0) return !effectsOf(value, captured).throws
    if (value.op === Op.loadLocal) return !captured.has(value.number)
    if (!isConstant(value) || value.op === Op.makeClosure) return false
    return reads === 1 || expressionBytes(value) <= expressionBytes(local(slot))
}

function heldAtReturn(whole: ImageFunction, slot: number, captured: ReadonlySet<number>): boolean {
    const held = heldBefore(whole, flowOf(whole), captured)
    return whole.statements.some(({ op }, at) => op === Op.return && held(slot, at))
}

/** How a function's returns are said in its caller. */
interface End {
    /** Whether nothing is left behind, because the caller's frame ends there as well. */
    withCaller: boolean
    /** How many more it takes than it took, on the way that takes most. */
    operations: number
    /** @param behind what follows */
    written(behind: Statement): Statement[]
}

const following = ({ caller, call }: Place): Statement => caller.statements[caller.statements.indexOf(call) + 1]

function endFor({ statements }: ImageFunction, place: Place): End {
    const { caller, captured } = place
    const { op: next, args } = following(place)
    const [value] = args
    const returns = statements.filter(({ op }) => op === Op.return)
    const isLast = next === Op.return && flowOf(caller).thrown.length === 0
    // What the caller's own return takes, on a way that does not come to it any more.
    if (isLast && value.op === Op.retVal) return { withCaller: true, operations: -2, written: () => statements }
    if (isLast && isConstant(value) && returns.every(returned => !effectsOf(returned.args[0], captured).throws))
        return {
            withCaller: true,
            operations: -2,
            written: () => {
                for (const returned of returns) returned.args = [copyOf(value)]
                return statements
            },
        }
    const isEnd = (returned: Statement) => returned === statements.at(-1)
    const more = returns.map(returned => (isResult(returned) ? -2 : 0) + (isEnd(returned) ? 0 : 1))
    return {
        withCaller: false,
        operations: Math.max(...more, -2),
        written: behind => statements.flatMap(statement => goingOn(statement, behind, isEnd(statement))),
    }
}

const isResult = ({ args }: Statement): boolean => args[0].op === Op.retVal

/** A return says what the result is, and goes on behind the part. */
function goingOn(statement: Statement, behind: Statement, isEnd: boolean): Statement[] {
    if (statement.op !== Op.return) return [statement]
    if (isResult(statement)) return [Object.assign(statement, { op: Op.jmp, args: [], target: behind })]
    Object.assign(statement, { op: Op.storeRetVal })
    return isEnd ? [statement] : [statement, { ...node(Op.jmp), target: behind, source: statement.source }]
}

function copiesOf(statements: readonly Statement[]): Statement[] {
    const copies = statements.map((statement): Statement => ({ ...copyOf(statement), source: statement.source }))
    statements.forEach(({ target }, i) => {
        if (target) copies[i].target = copies[statements.indexOf(target)]
    })
    return copies
}

function moveLocals(expression: Expression, moved: (slot: number) => Expression): void {
    if (expression.op === Op.storeLocal) expression.number = moved(expression.number).number
    expression.args.forEach((argument, i) => {
        if (argument.op === Op.loadLocal) expression.args[i] = copyOf(moved(argument.number))
        else moveLocals(argument, moved)
    })
}

const bytesOf = (statements: readonly Statement[]): number =>
    statements.reduce((bytes, statement) => bytes + statementBytes(statement), 0)
