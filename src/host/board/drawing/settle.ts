/** The height at which everything stands, so that wires are as straight as the order in the columns lets them. */
import { mean } from "./columns"
import type { Shape } from "./shape"

/** Between what stands in a column. */
const GAP = 16
/** A bend that is smaller is taken out. Two neighbours that move towards each other stay apart. */
const SMALL_BEND = 6
const SETTLING_SWEEPS = 40
/** How much more a straight way past a column counts than one into a box. */
const LANE_WEIGHT = 8

/** Moves what is joined to the same height, as far as the order and the room in each column let it. */
export function settle(columns: readonly (readonly Shape[])[]): void {
    for (const column of columns)
        spread(
            column,
            column.map(() => 0),
        )
    for (let sweep = 0; sweep < SETTLING_SWEEPS; sweep++) {
        const isLast = sweep === SETTLING_SWEEPS - 1
        const forward = sweep % 2 === 0 || isLast
        for (let step = 0; step < columns.length; step++) {
            const at = forward ? step : columns.length - 1 - step
            const column = columns[at]
            spread(
                column,
                column.map(shape => wantedTop(shape, columns[at - 1] ?? [], columns[at + 1] ?? [], isLast)),
            )
        }
    }
}

/** Moves what one wire alone goes into by a few pixels, so that it is straight. */
export function straighten(columns: readonly (readonly Shape[])[]): void {
    for (const [i, column] of columns.entries())
        for (const shape of column) {
            const tops = straightTops(shape, columns[i - 1] ?? [])
            if (tops.length === 1 && Math.abs(tops[0] - shape.y) <= SMALL_BEND) shape.y = tops[0]
        }
}

/** The top at which its wires would be straight: on the average, or that of the last one that it is to be straight with. */
function wantedTop(shape: Shape, before: readonly Shape[], after: readonly Shape[], isLast: boolean): number {
    const starts = straightTops(shape, before)
    const ends = shape.netsOut.flatMap(net =>
        after.flatMap(other => other.in(net).map(height => other.y + height - shape.out(net)[0])),
    )
    if (isLast && starts.length === 1) return starts[0]
    return starts.length + ends.length === 0 ? shape.y : mean([...starts, ...ends])
}

/** The tops at which the wires that go into it would be straight. */
function straightTops(shape: Shape, before: readonly Shape[]): number[] {
    return shape.netsIn.flatMap(net =>
        before.flatMap(other => other.out(net).map(height => other.y + height - shape.in(net)[0])),
    )
}

/** The tops nearest to those that are wanted (least squares) at which nothing overlaps: pool adjacent violators. */
function spread(column: readonly Shape[], wanted: readonly number[]): void {
    const offsets: number[] = []
    let offset = 0
    for (const shape of column) {
        offsets.push(offset)
        offset += shape.height + GAP
    }
    const pools: { sum: number; weight: number; count: number }[] = []
    for (const [i, top] of wanted.entries()) {
        const weight = column[i].slot.box === undefined ? LANE_WEIGHT : 1
        pools.push({ sum: (top - offsets[i]) * weight, weight, count: 1 })
        for (let last = pools.at(-1)!; pools.length > 1; last = pools.at(-1)!) {
            const above = pools.at(-2)!
            if (above.sum / above.weight <= last.sum / last.weight) break
            pools.pop()
            above.sum += last.sum
            above.weight += last.weight
            above.count += last.count
        }
    }
    const tops = pools.flatMap(({ sum, weight, count }) => Array<number>(count).fill(sum / weight))
    for (const [i, shape] of column.entries()) shape.y = tops[i] + offsets[i]
}
