/**
 * Unused classes: methods given to a class of which no object is ever made, and values of globals that nobody reads.
 * Assumes that the prototype of a constructor is found only through the constructor or its objects (`prop_Function_prototype`). Leaves what a value's
 * computation could throw. The class and its methods then go as `deadFunctions`.
 */
import { effectsOf } from "../analysis/effects"
import { removeStatement } from "../analysis/flow"
import { type Expression, FunctionFlag, type ImageFunction, type Statement, walk, walkFunction } from "../format/code"
import type { Image } from "../format/image"
import { Op } from "../format/operations"
import type { ImagePass } from "./pass"

/** `BuiltIn_String` */
const PROTOTYPE = 52

export const unusedClasses: ImagePass = image => {
    const [globals, classes] = [readGlobals(image), usedConstructors(image)]
    const isIdle = ({ op, number, args }: Statement): boolean => {
        if (op === Op.storeGlobal) return !globals.has(number) && !effectsOf(args[0], NO_LOCALS).throws
        const owner = methodOwner(image, op, args)
        return owner !== undefined && !classes.has(owner)
    }
    let changed = false
    for (const f of image.functions) if (removeAll(f, isIdle)) changed = true
    return changed
}

const NO_LOCALS: ReadonlySet<number> = new Set()

function removeAll(f: ImageFunction, isIdle: (statement: Statement) => boolean): boolean {
    let changed = false
    for (let i = f.statements.length - 2; i >= 0; i--) {
        if (!isIdle(f.statements[i])) continue
        removeStatement(f, i)
        changed = true
    }
    return changed
}

function readGlobals({ functions }: Image): Set<number> {
    const read = new Set<number>()
    for (const f of functions)
        walkFunction(f, ({ op, number }) => {
            if (op === Op.loadGlobal) read.add(number)
        })
    return read
}

/** @returns functions that are referred to by more than giving them methods */
function usedConstructors(image: Image): Set<number> {
    const used = new Set<number>()
    for (const { statements } of image.functions)
        for (const { op, args } of statements) {
            const owner = methodOwner(image, op, args) === undefined ? undefined : args[0].args[0]
            for (const argument of args)
                walk(argument, expression => {
                    const isReference = expression.op === Op.staticFunction || expression.op === Op.makeClosure
                    if (isReference && expression !== owner) used.add(expression.number)
                })
        }
    return used
}

/** @returns the constructor C of `C.prototype["name"] := function` */
function methodOwner({ functions }: Image, op: number, [object, name, value]: Expression[]): number | undefined {
    if (op !== Op.indexSet || object.op !== Op.builtinField || object.number !== PROTOTYPE) return undefined
    const [owner] = object.args
    const isString = name.op === Op.staticAsciiString || name.op === Op.staticBuiltinString
    if (owner.op !== Op.staticFunction || !isString || value.op !== Op.staticFunction) return undefined
    return functions[owner.number].flags & FunctionFlag.constructs ? owner.number : undefined
}
