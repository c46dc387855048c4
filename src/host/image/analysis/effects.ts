/** What computing an expression depends on, and whether it can fail. Expressions change nothing; only statements do. */
import { type Expression, walk } from "../format/code"
import { Op } from "../format/operations"

export interface Effects {
    /** Whether it may throw. What is not listed below as harmless may. */
    throws: boolean
    /** Whether it reads what a call or a store elsewhere may change: globals, objects, buffers, locals that closures reach. */
    memory: boolean
    /** Whether it reads the last call's result. */
    result: boolean
    /** Locals of this function that it reads. */
    locals: Set<number>
}

/** Their value is in the code. */
const CONSTANT = new Set([
    Op.literal,
    Op.literalF64,
    Op.undefined,
    Op.null,
    Op.true,
    Op.false,
    Op.nan,
    Op.inf,
    Op.staticBuffer,
    Op.staticBuiltinString,
    Op.staticAsciiString,
    Op.staticUtf8String,
    Op.staticFunction,
    Op.staticSpec,
    Op.builtinObject,
    Op.makeClosure,
])

/**
 * Their value follows from what they are given, and they take anything: read off vm_ops.c. `add` is not one of them, because it makes strings of
 * objects, nor are comparisons that look into strings of the heap the less so: strings never change.
 */
const CALCULATION = new Set([
    Op.not,
    Op.toBool,
    Op.isUndefined,
    Op.isNullish,
    Op.isNan,
    Op.eq,
    Op.ne,
    Op.le,
    Op.lt,
    Op.sub,
    Op.mul,
    Op.div,
    Op.abs,
    Op.neg,
    Op.uplus,
    Op.toInt,
    Op.bitNot,
    Op.bitAnd,
    Op.bitOr,
    Op.bitXor,
    Op.shiftLeft,
    Op.shiftRight,
    Op.shiftRightUnsigned,
])

/** They read what may have changed, and cannot fail. */
const STATE = new Set([Op.loadGlobal, Op.loadClosure])

/** Statements behind which the last call's result is what it was. */
export const KEEPS_RESULT = new Set([
    Op.storeLocal,
    Op.storeGlobal,
    Op.storeClosure,
    Op.storeBuffer,
    Op.indexSet,
    Op.jmp,
    Op.jmpZ,
])

/** A number, or true or false. */
export const isCalculation = ({ op }: Expression): boolean => CALCULATION.has(op)
export const isConstant = ({ op }: Expression): boolean => CONSTANT.has(op)

export function effectsOf(expression: Expression, captured: ReadonlySet<number>): Effects {
    const effects: Effects = { throws: false, memory: false, result: false, locals: new Set() }
    walk(expression, ({ op, number }) => {
        if (op === Op.loadLocal) {
            effects.locals.add(number)
            if (captured.has(number)) effects.memory = true
        } else if (op === Op.retVal) effects.result = true
        else if (STATE.has(op)) effects.memory = true
        else if (!CONSTANT.has(op) && !CALCULATION.has(op)) {
            effects.throws = true
            effects.memory = true
        }
    })
    return effects
}
