/**
 * Dead functions: what neither the first function nor one that it leads to refers to.
 * Assumes that the runtime finds functions only through the first one and through values that the code makes (devicescript.c). Leaves the order.
 */
import { type ImageFunction, walkFunction } from "../format/code"
import type { Image } from "../format/image"
import { Op } from "../format/operations"
import type { ImagePass } from "./pass"

export const deadFunctions: ImagePass = image => {
    const reached = new Set([0])
    for (const at of reached)
        forEachReference(image.functions[at], reference => {
            reached.add(reference.number)
        })
    if (reached.size === image.functions.length) return false
    renumberFunctions(
        image,
        image.functions.filter((_, i) => reached.has(i)),
    )
    return true
}

/** Operations whose operand is a function: `staticFunction`, `makeClosure`. */
export function forEachReference(f: ImageFunction, visit: (reference: { op: number; number: number }) => void): void {
    walkFunction(f, expression => {
        if (expression.op === Op.staticFunction || expression.op === Op.makeClosure) visit(expression)
    })
}

/** @param kept functions of the image, in their new order; they refer to each other alone */
export function renumberFunctions(image: Image, kept: ImageFunction[]): void {
    const numbers = new Map(kept.map((f, i) => [f, i]))
    const before = image.functions
    for (const f of kept)
        forEachReference(f, reference => {
            reference.number = numbers.get(before[reference.number])!
        })
    image.functions = kept
}
