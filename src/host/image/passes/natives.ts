/**
 * Natives: `Buffer.alloc` of a number is the operation that allocates, and the first element pushed to a new array is stored there.
 * Assumes that `Buffer` and `Array.prototype` are as the runtime has them, if the code names them only where nothing can come by them or write to the
 * field: no value of the runtime leads to `Buffer`, only `Array` to its prototype (protogen.c). Leaves sizes that may be too much: the function throws,
 * the operation ends the program. The result of `push`, its new length, must not be wanted, nor the array be let go of before the next result comes.
 */
import { flowOf } from "../analysis/flow"
import { givesResult, resultWantedBehind } from "../analysis/result-wanted"
import { isStoreOf } from "../analysis/webs"
import { type Expression, type ImageFunction, isLocal, literal, node, type Statement, walk } from "../format/code"
import type { Image } from "../format/image"
import { Op } from "../format/operations"
import { readStrings } from "../format/string-section"
import type { ImagePass } from "./pass"

/** `BuiltIn_Object` */
const OBJECT = { array: 3, arrayPrototype: 4, buffer: 5 }
/** `BuiltIn_String` */
const NAME = { alloc: 14, prototype: 52, push: 53 }
/** `DEVS_MAX_ALLOC` */
const MAX_BUFFER_BYTES = 0xe000

export const natives: ImagePass = image => {
    const isNamedOtherwise = usesOf(image)
    let changed = false
    if (!isNamedOtherwise(OBJECT.buffer, isHarmless))
        for (const f of image.functions) for (const statement of f.statements) if (allocate(statement)) changed = true
    const leadsToPrototype = (use: Use) => isHarmless(use) && use.parent.number !== NAME.prototype
    if (
        !isNamedOtherwise(OBJECT.array, leadsToPrototype) &&
        !isNamedOtherwise(OBJECT.arrayPrototype, givesOtherThanPush(image))
    )
        for (const f of image.functions) if (storeFirst(f)) changed = true
    return changed
}

interface Use {
    parent: Expression
    place: number
}

/** @returns whether a built-in object is named in any other way than those that are accepted */
function usesOf({ functions }: Image): (object: number, isAccepted: (use: Use) => boolean) => boolean {
    const uses = new Map<number, Use[]>()
    for (const { statements } of functions)
        for (const statement of statements)
            walk(statement, parent => {
                parent.args.forEach(({ op, number }, place) => {
                    if (op === Op.builtinObject) uses.set(number, [...(uses.get(number) ?? []), { parent, place }])
                })
            })
    return (object, isAccepted) => !(uses.get(object) ?? []).every(isAccepted)
}

/** One of its fields is read by name, or it is looked for among prototypes. */
const isHarmless = ({ parent: { op }, place }: Use): boolean =>
    op === Op.builtinField || (op === Op.instanceOf && place === 1)

/** A field is set that the code names, and is not called `push`. */
function givesOtherThanPush({ tables }: Image): (use: Use) => boolean {
    const { ascii, utf8 } = readStrings(tables)
    const isPush = ({ op, number }: Expression) => {
        if (op === Op.staticBuiltinString) return number === NAME.push
        const strings = op === Op.staticAsciiString ? ascii : op === Op.staticUtf8String ? utf8 : []
        return strings[number]?.includes("push") ?? true
    }
    return ({ parent: { op, args }, place }) => op === Op.indexSet && place === 0 && !isPush(args[1])
}

/** @returns whether the statement was `Buffer.alloc` of a number that is small enough */
function allocate(statement: Statement): boolean {
    const [called, size] = statement.args
    if (statement.op !== Op.call1 || !isField(called, NAME.alloc)) return false
    const [object] = called.args
    if (object.op !== Op.builtinObject || object.number !== OBJECT.buffer) return false
    if (size.op !== Op.literal || size.number < 0 || size.number > MAX_BUFFER_BYTES) return false
    Object.assign(statement, { op: Op.allocBuffer, args: [size] })
    return true
}

const isField = ({ op, number }: Expression, name: number): boolean => op === Op.builtinField && number === name

function storeFirst(f: ImageFunction): boolean {
    const flow = flowOf(f)
    const isWanted = resultWantedBehind(f, flow)
    let changed = false
    for (let at = 0; at + 2 < f.statements.length; at++) {
        const [made, kept, pushed] = f.statements.slice(at, at + 3)
        if (made.op !== Op.allocArray || kept.op !== Op.storeLocal || kept.args[0].op !== Op.retVal) continue
        if (pushed.op !== Op.call1 || flow.labels.has(kept) || flow.labels.has(pushed) || isWanted(at + 2)) continue
        const [called, value] = pushed.args
        const [array] = called.args
        if (!isField(called, NAME.push)) continue
        if (array.op !== Op.retVal && !isLocal(array, kept.number)) continue
        if (!isKept(f, at + 3, kept.number, flow.labels)) continue
        Object.assign(pushed, { op: Op.indexSet, args: [node(Op.retVal), literal(0), value] })
        changed = true
    }
    return changed
}

/** Whether a local is not written again before there is another result: as it can be told on a way without jumps. */
function isKept({ statements }: ImageFunction, from: number, slot: number, labels: ReadonlySet<Statement>): boolean {
    for (const statement of statements.slice(from)) {
        if (labels.has(statement) || isStoreOf(statement, slot)) return false
        if (givesResult(statement.op) || statement.op === Op.return) return true
        if (statement.target || statement.op === Op.throw) return false
    }
    return false
}
