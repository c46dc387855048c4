/**
 * Registrations: the methods that a class is given one after the other name its prototype once, as the last result.
 * Assumes that `C.prototype` is the same object each time (`devs_get_prototype_field`) and that setting a field of it changes neither that nor the
 * result. Leaves functions that read a result; what the other passes look at is taken apart for them first.
 */
import { isConstant } from "../analysis/effects"
import { flowOf, removeStatement } from "../analysis/flow"
import { resultWantedBehind } from "../analysis/result-wanted"
import { copyOf, type Expression, type ImageFunction, node, type Statement, sameExpression } from "../format/code"
import { Op } from "../format/operations"
import type { ImagePass } from "./pass"

/** `BuiltIn_String` */
const PROTOTYPE = 52

export const registrationsTogether: ImagePass = ({ functions }) => {
    let changed = false
    for (const f of functions) {
        const targets = new Set(f.statements.map(({ target }) => target))
        for (let at = 0; at < f.statements.length; at++) {
            const prototype = prototypeIn(f.statements[at])
            if (!prototype) continue
            let end = at + 1
            while (!targets.has(f.statements[end]) && isOf(prototype, f.statements[end])) end++
            if (end - at < 2 || resultWantedBehind(f, flowOf(f))(end - 1)) continue
            for (const statement of f.statements.slice(at, end)) statement.args[0] = node(Op.retVal)
            const { source } = f.statements[at]
            const first: Statement = { ...node(Op.storeRetVal, 0, [prototype]), source }
            for (const statement of f.statements) if (statement.target === f.statements[at]) statement.target = first
            f.statements.splice(at, 0, first)
            changed = true
        }
    }
    return changed
}

export const registrationsApart: ImagePass = ({ functions }) => {
    let changed = false
    for (const f of functions) {
        const runs = runsOf(f)
        const wanted = resultWantedBehind(f, flowOf(f))
        for (const { at, length } of runs.reverse()) {
            if (wanted(at + length)) continue
            const [prototype] = f.statements[at].args
            for (const statement of f.statements.slice(at + 1, at + 1 + length)) statement.args[0] = copyOf(prototype)
            removeStatement(f, at)
            changed = true
        }
    }
    return changed
}

/** @returns `storeRetVal(C.prototype)` and how many registrations follow it */
function runsOf({ statements }: ImageFunction): { at: number; length: number }[] {
    const targets = new Set(statements.map(({ target }) => target))
    return [...statements.keys()].flatMap(at => {
        const { op, args } = statements[at]
        if (op !== Op.storeRetVal || !isPrototype(args[0])) return []
        let end = at + 1
        while (
            !targets.has(statements[end]) &&
            statements[end].op === Op.indexSet &&
            statements[end].args[0].op === Op.retVal &&
            statements[end].args.slice(1).every(isConstant)
        )
            end++
        return [{ at, length: end - at - 1 }]
    })
}

function prototypeIn({ op, args: [object, , value] }: Statement): Expression | undefined {
    return op === Op.indexSet && isPrototype(object) && value.op === Op.staticFunction ? object : undefined
}

const isOf = (prototype: Expression, statement: Statement): boolean => {
    const other = prototypeIn(statement)
    return other !== undefined && sameExpression(other, prototype)
}

const isPrototype = ({ op, number, args }: Expression): boolean =>
    op === Op.builtinField && number === PROTOTYPE && args[0].op === Op.staticFunction
