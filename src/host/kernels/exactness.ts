import type { Bound, Expression, Field, Kernel, Statement } from "./code"

/** A double holds a multiple of 2^unit exactly while its magnitude is at most 2^(53 + unit). */
const MANTISSA_BITS = 53
/** Magnitudes are computed in doubles themselves: each is taken this much larger, far more than their own rounding. */
const SLACK = 1 + 2 ** -40

/** An intermediate of a kernel that a double could not hold exactly, or a bound that a kernel promises and does not keep. */
export class InexactError extends Error {}

/** The intermediate of a kernel that came nearest to the limit. */
export interface Tightest {
    where: string
    /** log2 of its magnitude over its unit; 53 is the most that is exact. */
    bits: number
}

type Variables = Map<string, Bound>

/**
 * Interval arithmetic over every intermediate of a kernel and of the kernels it calls, for all inputs within their bounds.
 * @throws InexactError if one of them might not be exact, or if the kernel breaks the field's invariant
 * @returns the tightest intermediate
 */
export function checkExactness(kernel: Kernel, field: Field): Tightest {
    const byName = new Map(field.kernels.map(k => [k.name, k]))
    const tightest: Tightest = { where: "", bits: -Infinity }
    const variables = new Map(field.invariant)
    /** Variables that hold another one, rounded, as long as neither has changed. */
    const roundings = new Map<string, { of: string; unit: number }>()

    const note = (where: string, { max, unit }: Bound): void => {
        const bits = Math.log2(max) - unit
        if (bits > MANTISSA_BITS) throw new InexactError(`${kernel.name}: ${where} may need ${bits.toFixed(2)} bits`)
        if (bits > tightest.bits) Object.assign(tightest, { where, bits })
    }

    const evaluate = (e: Expression, where: string): Bound => {
        const bound = boundOf(e, where)
        note(where, bound)
        return bound
    }

    const boundOf = (e: Expression, where: string): Bound => {
        switch (e.kind) {
            case "variable": {
                const bound = variables.get(e.name)
                if (!bound) throw new InexactError(`${kernel.name}: ${where} reads ${e.name} before it is set`)
                return bound
            }
            case "constant":
                return { max: Math.abs(e.value), unit: unitOf(e.value) }
            case "input":
                return e.bound
            case "add":
            case "subtract": {
                const rest = e.kind === "subtract" && remainderOf(e.left, e.right)
                if (rest) return rest
                const left = evaluate(e.left, where)
                const right = evaluate(e.right, where)
                return { max: (left.max + right.max) * SLACK, unit: Math.min(left.unit, right.unit) }
            }
            case "multiply": {
                const left = evaluate(e.left, where)
                const right = evaluate(e.right, where)
                return { max: left.max * right.max * SLACK, unit: left.unit + right.unit }
            }
            case "select": {
                const left = evaluate(e.left, where)
                const right = evaluate(e.right, where)
                const unit = Math.min(left.unit, right.unit)
                note(where, { max: left.max + right.max, unit })
                return { max: Math.max(left.max, right.max), unit }
            }
            case "round": {
                const of = evaluate(e.of, where)
                // Within half of the added constant, the sum stays in the binade whose unit is 2^e.unit.
                if (of.max > 2 ** (51 + e.unit))
                    throw new InexactError(`${kernel.name}: ${where} is too large to round`)
                return { max: of.max + 2 ** (e.unit - 1), unit: e.unit }
            }
        }
    }

    /** t - c, where c was t rounded, is the part that was rounded away: at most half a unit of the rounding. */
    const remainderOf = (t: Expression, c: Expression): Bound | undefined => {
        if (t.kind !== "variable" || c.kind !== "variable") return undefined
        const rounding = roundings.get(c.name)
        if (rounding?.of !== t.name) return undefined
        return { max: 2 ** (rounding.unit - 1), unit: variables.get(t.name)!.unit }
    }

    const assign = (name: string, value: Expression): void => {
        variables.set(name, evaluate(value, name))
        roundings.delete(name)
        for (const [rounded, { of }] of roundings) if (of === name) roundings.delete(rounded)
        if (value.kind === "round" && value.of.kind === "variable")
            roundings.set(name, { of: value.of.name, unit: value.unit })
    }

    const run = (statements: Statement[]): void => {
        for (const statement of statements) {
            switch (statement.kind) {
                case "set":
                    assign(statement.name, statement.value)
                    break
                case "output": {
                    const { max, unit } = evaluate(statement.value, statement.text)
                    if (max > statement.bound.max * SLACK || unit < statement.bound.unit)
                        throw new InexactError(`${kernel.name}: ${statement.text} exceeds what is promised of it`)
                    break
                }
                case "raw":
                    break
                case "call":
                    run(byName.get(statement.kernel)!.body)
                    break
                case "branch": {
                    const before = new Map(variables)
                    run(statement.taken)
                    const after = new Map(variables)
                    restore(before)
                    run(statement.otherwise)
                    join(after)
                    break
                }
                case "loop":
                    settle(statement.body)
                    break
            }
        }
    }

    const restore = (saved: Variables): void => {
        variables.clear()
        for (const [name, bound] of saved) variables.set(name, bound)
    }

    /** @returns whether any bound grew */
    const join = (other: Variables): boolean => {
        let grew = false
        for (const [name, bound] of other) {
            const mine = variables.get(name)
            const max = Math.max(bound.max, mine?.max ?? 0)
            const unit = Math.min(bound.unit, mine?.unit ?? Infinity)
            if (!mine || max > mine.max || unit < mine.unit) grew = true
            variables.set(name, { max, unit })
        }
        return grew
    }

    const settle = (body: Statement[]): void => {
        for (let round = 0; round < 8; round++) {
            const before = new Map(variables)
            run(body)
            const after = new Map(variables)
            restore(before)
            if (!join(after)) return
        }
        throw new InexactError(`${kernel.name}: a loop lets its bounds grow`)
    }

    run(kernel.body)
    for (const [name, { max, unit }] of field.invariant) {
        const after = variables.get(name)!
        if (after.max > max * SLACK || after.unit < unit)
            throw new InexactError(`${kernel.name}: leaves too much in ${name}`)
    }
    return tightest
}

/** The largest u such that `value` is a multiple of 2^u. */
function unitOf(value: number): number {
    let unit = 0
    let rest = Math.abs(value)
    if (rest === 0) return 1023
    for (; !Number.isInteger(rest); unit--) rest *= 2
    for (; rest % 2 === 0; unit++) rest /= 2
    return unit
}
