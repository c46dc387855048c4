/**
 * Which box stands in which column, and in which order, so that every wire goes from left to right and few cross (Sugiyama, Tagawa, Toda 1981:
 * layers, lanes for wires that pass a layer, barycentres). It knows nothing of circuits. Equal boxes give equal columns.
 */
import type { Box } from "./boxes"

/** What stands in a column: a box, or a net on its way past it. */
export type Slot =
    | { readonly box: Box; readonly lane?: undefined }
    | { readonly lane: string; readonly box?: undefined }

/** A wire between two neighbouring columns: which slot it leaves, which it enters. */
interface Link {
    from: Slot
    to: Slot
}

const SWEEPS = 12

/** @param last box that stands at the right, if it is there @returns columns from left to right, each from top to bottom */
export function columnsOf(boxes: readonly Box[], last: string): Slot[][] {
    const at = placesOf(boxes, last)
    const columns: Slot[][] = Array.from({ length: Math.max(...at.values()) + 1 }, () => [])
    for (const box of boxes) columns[at.get(box.name)!].push({ box })
    for (const box of boxes)
        for (const { net } of box.outputs) {
            const ends = boxes.filter(({ inputs }) => inputs.some(port => port.net === net))
            const end = Math.max(0, ...ends.map(({ name }) => at.get(name)!))
            for (let column = at.get(box.name)! + 1; column < end; column++) columns[column].push({ lane: net })
        }
    return untangled(columns)
}

/** Each box behind all that go into it; what nothing goes into stands just before what it is for. */
function placesOf(boxes: readonly Box[], last: string): Map<string, number> {
    const source = new Map(boxes.flatMap(box => box.outputs.map(({ net }) => [net, box])))
    const at = new Map<string, number>()
    const place = (box: Box): number => {
        const known = at.get(box.name)
        if (known !== undefined) return known
        const column = Math.max(-1, ...box.inputs.map(({ net }) => place(source.get(net)!))) + 1
        at.set(box.name, column)
        return column
    }
    for (const box of boxes) place(box)
    if (at.has(last)) at.set(last, Math.max(...at.values()))
    for (const box of boxes.filter(({ inputs }) => inputs.length === 0)) {
        const nets = new Set(box.outputs.map(({ net }) => net))
        const ends = boxes.filter(({ inputs }) => inputs.some(({ net }) => nets.has(net)))
        if (ends.length > 0) at.set(box.name, Math.min(...ends.map(({ name }) => at.get(name)!)) - 1)
    }
    return at
}

const enters = (slot: Slot, net: string) =>
    slot.box === undefined ? slot.lane === net : slot.box.inputs.some(port => port.net === net)
const netsFrom = (slot: Slot) => (slot.box === undefined ? [slot.lane] : slot.box.outputs.map(({ net }) => net))

/** Links from a column to the next one. */
function linksBetween(left: readonly Slot[], right: readonly Slot[]): Link[] {
    return left.flatMap(from =>
        netsFrom(from).flatMap(net => right.filter(slot => enters(slot, net)).map(to => ({ from, to }))),
    )
}

/** The columns in the order with the fewest crossings of those that were looked at; the first of equals. */
function untangled(columns: Slot[][]): Slot[][] {
    const links = columns.slice(1).map((right, i) => linksBetween(columns[i], right))
    let order = columns
    let best = { order, crossings: crossingsOf(order, links) }
    for (let sweep = 0; sweep < SWEEPS && best.crossings > 0; sweep++) {
        const next = order.map(column => [...column])
        const forward = sweep % 2 === 0
        for (let step = 1; step < next.length; step++) {
            const at = forward ? step : next.length - 1 - step
            const known = next[forward ? at - 1 : at + 1]
            const joined = links[forward ? at - 1 : at].map(({ from, to }) =>
                forward ? ([to, from] as const) : ([from, to] as const),
            )
            next[at] = byBarycentre(next[at], known, joined)
        }
        order = next
        const crossings = crossingsOf(order, links)
        if (crossings < best.crossings) best = { order, crossings }
    }
    return best.order
}

/** What is joined to nothing stays where it is. */
function byBarycentre(column: readonly Slot[], known: readonly Slot[], joined: readonly (readonly [Slot, Slot])[]) {
    const place = new Map(known.map((slot, i) => [slot, (i + 0.5) / known.length]))
    const wanted = new Map(
        column.map((slot, i) => {
            const ends = joined.filter(([own]) => own === slot).map(([, other]) => place.get(other)!)
            return [slot, ends.length === 0 ? (i + 0.5) / column.length : mean(ends)]
        }),
    )
    return [...column].sort((a, b) => wanted.get(a)! - wanted.get(b)!)
}

function crossingsOf(columns: readonly (readonly Slot[])[], links: readonly (readonly Link[])[]): number {
    return links.reduce((sum, between, i) => {
        const [left, right] = [columns[i], columns[i + 1]]
        const ends = between.map(({ from, to }) => [left.indexOf(from), right.indexOf(to)])
        const crossed = ends.flatMap(([a, b], at) => ends.slice(at + 1).filter(([c, d]) => (a - c) * (b - d) < 0))
        return sum + crossed.length
    }, 0)
}

export const mean = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length
