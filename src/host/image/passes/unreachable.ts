/**
 * Unreachable statements: what no way from the first one leads to.
 * Assumes nothing; a handler counts as reached where its `try` is.
 */
import { flowOf } from "../analysis/flow"
import type { FunctionPass } from "./pass"

export const unreachable: FunctionPass = f => {
    const { index, next } = flowOf(f)
    const reached = new Set([0])
    for (const at of reached) {
        for (const to of next[at]) reached.add(to)
        const { target } = f.statements[at]
        if (target) reached.add(index.get(target)!)
    }
    if (reached.size === f.statements.length) return false
    f.statements = f.statements.filter((_, i) => reached.has(i))
    return true
}
