/** Ways to change functions of a WASM binary that binaryen has read. */
import binaryen from "binaryen"

const { i32, none } = binaryen

/** Setters that binaryen has and its typings leave out. */
const { setBody: setFunctionBody } = (binaryen as unknown as { Function: BodySetter }).Function
const { setBody: setLoopBody } = (binaryen as unknown as { Loop: BodySetter }).Loop
const { setTarget: setCallTarget } = (binaryen as unknown as { Call: TargetSetter }).Call
const { insertChildAt } = (binaryen as unknown as { Block: ChildSetter }).Block
interface BodySetter {
    setBody(target: number, body: binaryen.ExpressionRef): void
}
interface TargetSetter {
    setTarget(call: binaryen.ExpressionRef, target: string): void
}
interface ChildSetter {
    insertChildAt(block: binaryen.ExpressionRef, index: number, child: binaryen.ExpressionRef): void
}

export const parameter = (m: binaryen.Module, index: number) => m.local.get(index, i32)
export const parameters = (m: binaryen.Module, count: number) =>
    Array.from({ length: count }, (_, i) => parameter(m, i))
export const bodyOf = (m: binaryen.Module, name: string) => binaryen.getFunctionInfo(m.getFunction(name)).body
export const setBody = (m: binaryen.Module, name: string, body: binaryen.ExpressionRef) =>
    setFunctionBody(m.getFunction(name), body)

export const childrenOf = (block: binaryen.ExpressionRef) => infoOf<binaryen.BlockInfo>(block).children
export const isCallOf = (target: string, expression: binaryen.ExpressionRef) =>
    binaryen.getExpressionId(expression) === binaryen.CallId && infoOf<binaryen.CallInfo>(expression).target === target

/** A variable at a fixed place in the memory. @param at its address */
export const double = (m: binaryen.Module, at: number) => m.f64.load(0, 8, m.i32.const(at))
export const setDouble = (m: binaryen.Module, at: number, value: binaryen.ExpressionRef) =>
    m.f64.store(0, 8, m.i32.const(at), value)
export const integer = (m: binaryen.Module, at: number) => m.i32.load(0, 4, m.i32.const(at))
export const setInteger = (m: binaryen.Module, at: number, value: binaryen.ExpressionRef) =>
    m.i32.store(0, 4, m.i32.const(at), value)

/** A counter that the host may read and set. */
export function addCounter(m: binaryen.Module, name: string, type: binaryen.Type, zero: binaryen.ExpressionRef): void {
    m.addGlobal(name, type, true, zero)
    m.addGlobalExport(name, name)
}

/** Does what is in `before` first, then goes on with the function as it was. */
export function prepend(m: binaryen.Module, target: string, before: binaryen.ExpressionRef[]): void {
    const { body, results } = binaryen.getFunctionInfo(m.getFunction(target))
    setBody(m, target, m.block(null, [...before, body], results))
}

/** Moves a function's body away and lets `around` write a new one that calls it. */
export function wrap(
    m: binaryen.Module,
    target: string,
    extraLocals: binaryen.Type[],
    around: (inner: binaryen.ExpressionRef) => binaryen.ExpressionRef,
): void {
    const info = binaryen.getFunctionInfo(m.getFunction(target))
    // A function may be wrapped more than once.
    const inner = `${target}.inner${m.getNumFunctions()}`
    const types = binaryen.expandType(info.params)
    m.addFunction(inner, info.params, info.results, info.vars, info.body)
    m.removeFunction(target)
    m.addFunction(
        target,
        info.params,
        info.results,
        extraLocals,
        around(
            m.call(
                inner,
                types.map((type, i) => m.local.get(i, type)),
                info.results,
            ),
        ),
    )
}

interface FoundLoop {
    loop: binaryen.ExpressionRef
    body: binaryen.ExpressionRef
    /** Label of the block right around the loop: branching there leaves it. */
    exit: string
}

function firstLoop(expression: binaryen.ExpressionRef, exit = ""): FoundLoop | undefined {
    const info = binaryen.getExpressionInfo(expression)
    if (info.id === binaryen.LoopId) return { loop: expression, body: (info as binaryen.LoopInfo).body, exit }
    if (info.id !== binaryen.BlockId) return undefined
    const block = info as binaryen.BlockInfo
    for (const child of block.children) {
        const found = firstLoop(child, block.name || exit)
        if (found) return found
    }
    return undefined
}

/** Puts an expression into a function's first outer loop, behind the conditions under which the loop ends before its work. */
export function atEachTurn(m: binaryen.Module, target: string, added: (exit: string) => binaryen.ExpressionRef): void {
    const found = firstLoop(bodyOf(m, target))
    const body = found && (binaryen.getExpressionInfo(found.body) as binaryen.BlockInfo)
    if (body?.id !== binaryen.BlockId) throw new Error(`the runtime's ${target} has no loop where one was expected`)
    const work = body.children.findIndex(isBlock)
    const parts = [...body.children.slice(0, work), added(found!.exit), ...body.children.slice(work)]
    setLoopBody(found!.loop, m.block(body.name || null, parts, none))
}

/** Has the one call of `target` in a function go to another function instead, with that body. */
export function redirect(m: binaryen.Module, caller: string, target: string, body: binaryen.ExpressionRef): void {
    const { call } = onlyCall(m, caller, target)
    const { params, results } = binaryen.getFunctionInfo(m.getFunction(target))
    m.addFunction(`${caller}.${target}`, params, results, [], body)
    setCallTarget(call, `${caller}.${target}`)
}

/** Puts an expression right before the one call of `target` in a function, which has to be a statement of its own. */
export function beforeCall(m: binaryen.Module, caller: string, target: string, added: binaryen.ExpressionRef): void {
    const { block, index } = onlyCall(m, caller, target)
    if (block === 0) throw new Error(`the runtime's ${caller} calls ${target} within an expression`)
    insertChildAt(block, index, added)
}

/** Puts an expression behind the block in which a function tries its fast way out, so that it counts where the slow way is gone. */
export function onSlowPath(m: binaryen.Module, target: string, added: binaryen.ExpressionRef): void {
    const ways = twoWays(bodyOf(m, target))
    if (ways === undefined) throw new Error(`the runtime's ${target} has no fast way where one was expected`)
    insertChildAt(ways, 1, added)
}

/** The first block that begins with a block. */
function twoWays(expression: binaryen.ExpressionRef): binaryen.ExpressionRef | undefined {
    if (!isBlock(expression)) return undefined
    const { children } = infoOf<binaryen.BlockInfo>(expression)
    if (isBlock(children[0])) return expression
    for (const child of children) {
        const found = twoWays(child)
        if (found !== undefined) return found
    }
    return undefined
}

interface FoundCall {
    call: binaryen.ExpressionRef
    /** The block that has it as a child, and where; 0 if it is the condition of a branch, or an argument. */
    block: binaryen.ExpressionRef
    index: number
}

function onlyCall(m: binaryen.Module, caller: string, target: string): FoundCall {
    const [found, ...more] = callsOf(target, bodyOf(m, caller))
    if (!found || more.length > 0) throw new Error(`the runtime's ${caller} does not call ${target} once, as expected`)
    return found
}

/** The calls that are statements, decide a branch, or give another call its argument. */
function callsOf(target: string, expression: binaryen.ExpressionRef, block = 0, index = 0): FoundCall[] {
    switch (binaryen.getExpressionId(expression)) {
        case binaryen.CallId:
            return isCallOf(target, expression)
                ? [{ call: expression, block, index }]
                : infoOf<binaryen.CallInfo>(expression).operands.flatMap(operand => callsOf(target, operand))
        case binaryen.BreakId: {
            const { condition } = infoOf<binaryen.BreakInfo>(expression)
            return condition ? callsOf(target, condition) : []
        }
        case binaryen.LoopId:
            return callsOf(target, infoOf<binaryen.LoopInfo>(expression).body)
        case binaryen.BlockId:
            return infoOf<binaryen.BlockInfo>(expression).children.flatMap((child, i) =>
                callsOf(target, child, expression, i),
            )
        default:
            return []
    }
}

const isBlock = (expression: binaryen.ExpressionRef) => binaryen.getExpressionId(expression) === binaryen.BlockId
const infoOf = <Info>(expression: binaryen.ExpressionRef) => binaryen.getExpressionInfo(expression) as Info
