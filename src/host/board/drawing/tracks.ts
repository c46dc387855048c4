/** The way of wires between two columns: each goes up or down on a track of its own, so that no two ever lie on each other. */

/** A net between two columns: the height at which it leaves the left one, and those at which it enters the right one. */
export interface Bend {
    net: string
    start: number
    ends: readonly number[]
}

/** Lines that are nearer to each other than this look like one. */
const TOO_NEAR = 5
/** What one line on another costs, in crossings. */
const OVERLAP = 1000

/** Where a net goes up or down. */
export interface Track {
    /** From the left. */
    at: number
    /** A net whose start lies where another ends first goes to another height, at a place further left. */
    detour?: { at: number; height: number }
}

/** @returns the track of each net that is not straight, and how many places there are */
export function tracksOf(bends: readonly Bend[]): { tracks: ReadonlyMap<Bend, Track>; count: number } {
    const order = bends.filter(({ start, ends }) => ends.some(end => end !== start))
    // Swapping neighbours as long as that is better ends: each swap makes the sum smaller.
    for (let isBetter = true; isBetter; ) {
        isBetter = false
        for (let i = 1; i < order.length; i++) {
            const [left, right] = [order[i - 1], order[i]]
            if (cost(right, left) >= cost(left, right)) continue
            order[i - 1] = right
            order[i] = left
            isBetter = true
        }
    }
    const detours = detoursOf(order, bends)
    const tracks = order.map((bend, i): [Bend, Track] => [bend, { at: detours.size + i, detour: detours.get(bend) }])
    return { tracks: new Map(tracks), count: detours.size + order.length }
}

function detoursOf(order: readonly Bend[], bends: readonly Bend[]): Map<Bend, NonNullable<Track["detour"]>> {
    const taken = bends.flatMap(({ start, ends }) => [start, ...ends])
    const detours = new Map<Bend, NonNullable<Track["detour"]>>()
    for (const [i, bend] of order.entries()) {
        if (!order.slice(0, i).some(left => left.ends.some(end => isNear(end, bend.start)))) continue
        let height = bend.start
        for (let far = TOO_NEAR; taken.some(other => isNear(other, height)); far++)
            height = [bend.start + far, bend.start - far].find(y => !taken.some(other => isNear(other, y))) ?? height
        taken.push(height)
        detours.set(bend, { at: detours.size, height })
    }
    return detours
}

const isNear = (one: number, other: number) => Math.abs(one - other) < TOO_NEAR

/** Of two nets, the first with its track left of the second's: crossings, and lines that lie on each other. */
function cost(left: Bend, right: Bend): number {
    const spanOf = ({ start, ends }: Bend) => [Math.min(start, ...ends), Math.max(start, ...ends)]
    const crosses = (y: number, [top, bottom]: number[]) => y > top && y < bottom
    // The left one's ends pass the right one's track, and the right one's start passes the left one's.
    const crossings =
        left.ends.filter(end => crosses(end, spanOf(right))).length + (crosses(right.start, spanOf(left)) ? 1 : 0)
    const overlaps = left.ends.filter(end => isNear(end, right.start)).length
    return crossings + overlaps * OVERLAP
}
