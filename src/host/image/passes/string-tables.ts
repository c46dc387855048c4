/**
 * String tables: ASCII strings that find no place among the first 248 go to the table of UTF-8 strings, which has numbers of one byte left.
 * Assumes that strings are what is in them: the runtime compares them so (`devs_value_eq`, `lookup` of objects.c). Those that specifications name stay,
 * because the runtime finds those by their number first. What nothing names is left out of the tables.
 */
import { type Expression, walkFunction } from "../format/code"
import type { Image } from "../format/image"
import { FIRST_LONG_NUMBER } from "../format/numbers"
import { Op } from "../format/operations"
import { utf8Count } from "../format/string-section"
import { asciiStrings, moveToUtf8, namesOfSpecifications } from "../format/strings"
import type { ImagePass } from "./pass"

const IN_UTF8 = new Map([
    [Op.asciiField, Op.utf8Field],
    [Op.staticAsciiString, Op.staticUtf8String],
])

export const stringTables: ImagePass = image => {
    const uses = asciiStrings(image).map((): Expression[] => [])
    for (const f of image.functions)
        walkFunction(f, expression => {
            if (IN_UTF8.has(expression.op)) uses[expression.number].push(expression)
        })
    const moved = strangersTo(image, uses)
    const named = new Set([...uses.keys()].filter(string => uses[string].length > 0))
    const [first, before] = [utf8Count(image.tables), uses.length]
    const numbers = moveToUtf8(image, moved, named)
    uses.forEach((expressions, string) => {
        for (const expression of expressions) {
            const number = numbers.get(string)
            expression.op = number === undefined ? IN_UTF8.get(expression.op)! : expression.op
            expression.number = number ?? first + moved.indexOf(string)
        }
    })
    return moved.length > 0 || asciiStrings(image).length < before
}

/** @returns strings to be moved: the most used of those that are not among the most used */
function strangersTo(image: Image, uses: readonly Expression[][]): number[] {
    const stay = namesOfSpecifications(image)
    return [...uses.keys()]
        .sort((a, b) => uses[b].length - uses[a].length || a - b)
        .slice(FIRST_LONG_NUMBER)
        .filter(string => uses[string].length > 0 && !stay.has(string))
        .slice(0, Math.max(0, FIRST_LONG_NUMBER - utf8Count(image.tables)))
}
