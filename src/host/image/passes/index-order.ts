/**
 * Index order: what the code names most often gets the numbers that take one byte, up to 247.
 * Assumes that numbers of functions, globals and ASCII strings mean nothing beyond where they point: names of functions and specifications are
 * renumbered with them. The first function stays the first.
 */
import { type Expression, type ImageFunction, walkFunction } from "../format/code"
import { globalsOf, type Image } from "../format/image"
import { Op } from "../format/operations"
import { asciiStrings, setAsciiStrings } from "../format/strings"
import { renumberFunctions } from "./dead-functions"
import type { ImagePass } from "./pass"

export const indexOrder: ImagePass = image => {
    const orders = [orderFunctions(image), orderGlobals(image), orderStrings(image)]
    return orders.some(changed => changed)
}

function orderFunctions(image: Image): boolean {
    const [, ...order] = byUse(image, [Op.staticFunction, Op.makeClosure], image.functions.length, 0)
    if (isUnchanged([0, ...order])) return false
    renumberFunctions(
        image,
        [0, ...order].map(i => image.functions[i]),
    )
    return true
}

function orderGlobals(image: Image): boolean {
    const order = byUse(image, [Op.loadGlobal, Op.storeGlobal], globalsOf(image))
    if (isUnchanged(order)) return false
    renumber(image, [Op.loadGlobal, Op.storeGlobal], order)
    if (image.debug) image.debug.globals = order.map(i => (image.debug!.globals as unknown[])[i])
    return true
}

function orderStrings(image: Image): boolean {
    const strings = asciiStrings(image)
    const order = byUse(image, [Op.asciiField, Op.staticAsciiString], strings.length)
    if (isUnchanged(order)) return false
    renumber(image, [Op.asciiField, Op.staticAsciiString], order)
    setAsciiStrings(image, order)
    return true
}

/** @returns numbers by falling use, those of equal use in their order; `first` before all */
function byUse({ functions }: Image, ops: number[], count: number, first = -1): number[] {
    const uses = Array<number>(count).fill(0)
    forEachOf(functions, ops, ({ number }) => uses[number]++)
    if (first >= 0) uses[first] = Number.POSITIVE_INFINITY
    return [...uses.keys()].sort((a, b) => uses[b] - uses[a] || a - b)
}

function renumber({ functions }: Image, ops: number[], order: number[]): void {
    const numbers = Array<number>(order.length)
    order.forEach((before, now) => {
        numbers[before] = now
    })
    forEachOf(functions, ops, expression => {
        expression.number = numbers[expression.number]
    })
}

function forEachOf(functions: ImageFunction[], ops: number[], visit: (expression: Expression) => void): void {
    for (const f of functions)
        walkFunction(f, expression => {
            if (ops.includes(expression.op)) visit(expression)
        })
}

const isUnchanged = (order: number[]) => order.every((before, now) => before === now)
