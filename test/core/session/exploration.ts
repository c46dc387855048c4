/** Breadth-first exploration of everything that can happen, each node once. */

export interface Exploration<Node> {
    start: Node
    /** What can happen next: its name, and what comes of it. Undefined if nothing does. */
    steps(node: Node): Promise<{ name: string; take(): Promise<Node | undefined> }[]>
    /** The same for nodes between which nothing can tell. */
    keyOf(node: Node): string
    /** Throws if a node is not as it has to be. @param path how it was reached */
    check(node: Node, path: string): Promise<void>
    depth: number
}

export interface Explored {
    nodes: number
    steps: number
    depth: number
    /** Whether nothing was left to explore within the bounds other than depth. */
    complete: boolean
}

export async function explore<Node>({ start, steps, keyOf, check, depth }: Exploration<Node>): Promise<Explored> {
    const seen = new Set([keyOf(start)])
    let layer = [{ node: start, path: "" }]
    let taken = 0
    await check(start, "")
    for (let level = 1; level <= depth; level++) {
        const next: typeof layer = []
        for (const { node, path } of layer)
            for (const step of await steps(node)) {
                const to = await step.take()
                taken++
                if (!to) continue
                const key = keyOf(to)
                if (seen.has(key)) continue
                seen.add(key)
                const reached = `${path} > ${step.name}`
                await check(to, reached)
                next.push({ node: to, path: reached })
            }
        layer = next
        if (layer.length === 0) return { nodes: seen.size, steps: taken, depth: level, complete: true }
    }
    return { nodes: seen.size, steps: taken, depth, complete: false }
}

export function said({ nodes, steps, depth, complete }: Explored): string {
    return `${nodes} states, ${steps} steps, depth ${depth}${complete ? ", nothing left" : ""}`
}
