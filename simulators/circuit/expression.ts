/** A Boolean expression over nets, as circuit files write it: `VALVE`, `{ and: [VALVE, deadman] }`, `{ or: [a, b] }`, `{ not: kill }`. */
export type Expression = string | { and: Expression[] } | { or: Expression[] } | { not: Expression }

export function netsOf(expression: Expression): string[] {
    if (typeof expression === "string") return [expression]
    if ("not" in expression) return netsOf(expression.not)
    return ("and" in expression ? expression.and : expression.or).flatMap(netsOf)
}

/** @param at level of a net */
export function isHigh(expression: Expression, at: (net: string) => boolean): boolean {
    if (typeof expression === "string") return at(expression)
    if ("not" in expression) return !isHigh(expression.not, at)
    if ("and" in expression) return expression.and.every(term => isHigh(term, at))
    return expression.or.some(term => isHigh(term, at))
}
