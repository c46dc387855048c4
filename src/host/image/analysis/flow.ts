/** Where each statement of a function may go on. */
import type { ImageFunction, Statement } from "../format/code"
import { Op, operation } from "../format/operations"

export interface Flow {
    index: Map<Statement, number>
    /** Of each statement, if nothing is thrown. */
    next: number[][]
    /** Where a throw, also one in a called function, may lead inside this function; from any of its statements, as far as is known here. */
    thrown: number[]
    /** What jumps lead to. */
    labels: Set<Statement>
}

export function flowOf({ statements }: ImageFunction): Flow {
    const index = new Map(statements.map((statement, i) => [statement, i]))
    const labels = new Set<Statement>()
    const thrown = new Set<number>()
    const next = statements.map(({ op, target }, i) => {
        const to: number[] = []
        if (target) {
            labels.add(target)
            const at = index.get(target)!
            // `reThrow` goes on with a `throwJmp` that was held up by a `finally`.
            if (op === Op.try || op === Op.throwJmp) thrown.add(at)
            if (op !== Op.throwJmp) to.push(at)
        }
        if (goesOn(op) && i + 1 < statements.length) to.push(i + 1)
        return to
    })
    return { index, next, thrown: [...thrown], labels }
}

/** Whether what follows may run next. */
export const goesOn = (op: number): boolean => !operation(op)!.last || op === Op.reThrow

/** Takes a statement out that another follows; jumps to it lead to that. */
export function removeStatement({ statements }: ImageFunction, at: number): void {
    const [removed] = statements.splice(at, 1)
    for (const statement of statements) if (statement.target === removed) statement.target = statements[at]
}
