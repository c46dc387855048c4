import { Tag } from "cbor-x"
import { decoded } from "../cbor"
import { COMMAND_LABELS, COMMON_LABELS, MANIFEST_LABELS, PARAMETER_LABELS } from "./label-names"

/** A part of a manifest in words: its name, and what it holds. */
export interface OutlineItem {
    name: string
    value?: string
    items?: OutlineItem[]
}

/** Command sequences, by their labels in the manifest. */
const SEQUENCES = [7, 8, 9, 16, 20]
const COMMON = 3
const SHARED_SEQUENCE = 4
const TRY_EACH = 15
const OVERRIDE_PARAMETERS = 20
const RUN_SEQUENCE = 32
/** Sequences within sequences deeper than that are shown as bytes. */
const DEEPEST = 8

/** Whatever the manifest holds, in its order; what is not known by its number. */
export function outlineOf(manifest: Buffer): OutlineItem[] {
    return members(decoded(manifest), MANIFEST_LABELS, (key, value) => {
        if (key === COMMON && value instanceof Buffer)
            return members(decoded(value), COMMON_LABELS, (commonKey, common) =>
                commonKey === SHARED_SEQUENCE && common instanceof Buffer ? sequence(common, 0) : undefined,
            )
        return SEQUENCES.includes(key as number) && value instanceof Buffer ? sequence(value, 0) : undefined
    })
}

function members(
    map: unknown,
    names: ReadonlyMap<unknown, string>,
    itemsOf: (key: unknown, value: unknown) => OutlineItem[] | undefined,
): OutlineItem[] {
    if (!(map instanceof Map)) return [{ name: "no map", value: written(map) }]
    return [...map].map(([key, value]) => {
        const items = itemsOf(key, value)
        return { name: names.get(key) ?? written(key), ...(items ? { items } : { value: written(value) }) }
    })
}

function sequence(bytes: Buffer, depth: number): OutlineItem[] {
    const commands = decoded(bytes)
    if (!Array.isArray(commands) || depth > DEEPEST) return [{ name: "no sequence", value: written(bytes) }]
    const items: OutlineItem[] = []
    for (let i = 0; i < commands.length; i += 2) {
        const [label, argument] = commands.slice(i, i + 2)
        const name = COMMAND_LABELS.get(label) ?? `command ${written(label)}`
        if (label === OVERRIDE_PARAMETERS)
            items.push({ name, items: members(argument, PARAMETER_LABELS, () => undefined) })
        else if (label === RUN_SEQUENCE && argument instanceof Buffer)
            items.push({ name, items: sequence(argument, depth + 1) })
        else if (label === TRY_EACH && Array.isArray(argument))
            items.push({ name, items: argument.map((choice, n) => choiceOf(choice, n, depth)) })
        else items.push({ name, value: written(argument) })
    }
    return items
}

function choiceOf(choice: unknown, index: number, depth: number): OutlineItem {
    const name = `choice ${index + 1}`
    return choice instanceof Buffer ? { name, items: sequence(choice, depth + 1) } : { name, value: written(choice) }
}

/** CBOR's diagnostic notation (RFC 8949 §8), more or less. */
export function written(value: unknown): string {
    if (value instanceof Buffer) return `h'${value.toString("hex")}'`
    if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`
    if (value instanceof Map) return `{${[...value].map(pair => pair.map(written).join(": ")).join(", ")}}`
    if (value instanceof Tag) return `${value.tag}(${written(value.value)})`
    return typeof value === "string" ? JSON.stringify(value) : String(value)
}
