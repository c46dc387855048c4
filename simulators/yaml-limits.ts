/** How much a YAML file may ask of its reader. A few lines of aliases can stand for more values than any memory holds. */
import { isAlias, isMap, isScalar, isSeq, type Node, Parser } from "yaml"

export const YAML_LIMITS = {
    bytes: 262_144,
    /** Values, each counted as often as aliases repeat it. */
    values: 50_000,
    /** Collections within collections. */
    depth: 32,
}

/** What is wrong with a document, and the offset at which it stands. */
export interface YamlComplaint {
    offset: number
    message: string
}

const TOO_DEEP = `nested more than ${YAML_LIMITS.depth} deep; write it flatter`
const TOO_MANY = `stands for more than ${YAML_LIMITS.values} values, aliases counted; write less`

/** The collections of a token of `yaml`'s parser are in its items. */
interface Token {
    offset?: number
    value?: Token
    key?: Token | null
    items?: readonly Token[]
}

/** Looks at a text before it is composed, which takes a call a level: a stack has fewer. */
export function tooDeep(text: string): YamlComplaint | undefined {
    const open: { token: Token; depth: number }[] = []
    for (const token of new Parser().parse(text)) open.push({ token: token as Token, depth: 0 })
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
        const { token, depth } = next
        if (depth > YAML_LIMITS.depth) return { offset: token.offset ?? 0, message: TOO_DEEP }
        for (const inner of [token.value, token.key]) if (inner) open.push({ token: inner, depth })
        for (const item of token.items ?? []) open.push({ token: item, depth: depth + 1 })
    }
    return undefined
}

/** Looks at a composed document: its values, where aliases lead, and its keys, each of which has to be a word and stand once. */
export function unusable(root: unknown): YamlComplaint | undefined {
    try {
        new Measure().of(root, 0)
        return undefined
    } catch (error) {
        if (error instanceof Unusable) return error.complaint
        throw error
    }
}

class Unusable extends Error {
    constructor(readonly complaint: YamlComplaint) {
        super(complaint.message)
    }
}

/** How many values a node stands for, and how many collections deep it is. */
interface Extent {
    values: number
    height: number
}

class Measure {
    /** Of what aliases may name: whatever is complete where they stand. */
    readonly #anchors = new Map<string, Extent>()

    of(node: unknown, depth: number): Extent {
        if (isAlias(node)) return this.#within(node, depth, this.#target(node))
        const extent = { values: 1, height: 0 }
        if (isMap(node)) {
            const keys = new Set<string>()
            for (const { key, value } of node.items) {
                this.#takeKey(keys, key, node)
                this.#add(extent, this.of(value, depth + 1), node)
            }
        } else if (isSeq(node)) for (const item of node.items) this.#add(extent, this.of(item, depth + 1), node)
        if (isScalar(node) || isMap(node) || isSeq(node))
            if (node.anchor !== undefined) this.#anchors.set(node.anchor, extent)
        return this.#within(node, depth, extent)
    }

    #target(alias: Node & { source: string }): Extent {
        return this.#anchors.get(alias.source) ?? refuse(alias, `*${alias.source} stands within what it names`)
    }

    #within(node: unknown, depth: number, extent: Extent): Extent {
        return depth + extent.height > YAML_LIMITS.depth ? refuse(node, TOO_DEEP) : extent
    }

    #add(extent: Extent, inner: Extent, node: unknown): void {
        extent.values += inner.values
        extent.height = Math.max(extent.height, inner.height + 1)
        if (extent.values > YAML_LIMITS.values) refuse(node, TOO_MANY)
    }

    #takeKey(keys: Set<string>, key: unknown, map: unknown): void {
        const name = isScalar(key) ? String(key.value) : refuse(map, "a key is a word, no alias and no collection")
        // Of an object that is made of the map, it would be what the object inherits from.
        if (name === "__proto__") refuse(key, "no such key")
        if (keys.has(name)) refuse(key, `"${name}" stands here twice`)
        keys.add(name)
    }
}

function refuse(node: unknown, message: string): never {
    const offset = (node as Partial<Node> | undefined)?.range?.[0] ?? 0
    throw new Unusable({ offset, message })
}
