/** Where everything of a drawing stands, in its own units (pixels at full size). What does not overlap here does not overlap anywhere. */
import { type Box, READS } from "./boxes"
import { columnsOf } from "./columns"
import { type TextKind, widthOf } from "./letters"
import { settle, straighten } from "./settle"
import { hasLabels, LINE, noteLines, PADDING, PIN_GAP, PIN_LINE, promiseLines, Shape } from "./shape"
import { type Bend, type Track, tracksOf } from "./tracks"

export interface Point {
    x: number
    y: number
}

export interface Area extends Point {
    width: number
    height: number
}

/** One line of text; `y` is that of its baseline. */
export interface Text extends Point {
    kind: TextKind
    text: string
    width: number
}

export interface PlacedBox extends Area {
    box: Box
}

/** All of a net between two columns, or past one. */
export interface Wire {
    net: string
    lines: readonly (readonly [Point, Point])[]
    /** Where lines of it meet. */
    joints: readonly Point[]
}

export interface Layout {
    width: number
    height: number
    boxes: readonly PlacedBox[]
    wires: readonly Wire[]
    texts: readonly Text[]
}

const MARGIN = 16
/** Between lines that run side by side, and around them. */
const TRACK = 10
const CHANNEL = 13
/** Of settling, and sorting ports by where that has brought the ends of their wires. */
const ROUNDS = 3
/** @param above height that is kept free for a heading */
export function layoutOf(boxes: readonly Box[], above: number): Layout {
    const columns = columnsOf(boxes, READS).map(column => column.map(slot => new Shape(slot)))
    for (let round = 0; round < ROUNDS; round++) {
        settle(columns)
        for (const [i, column] of columns.entries())
            for (const shape of column) shape.sortPorts(columns[i - 1] ?? [], columns[i + 1] ?? [])
    }
    settle(columns)
    const top = Math.min(...columns.flat().map(({ y }) => y))
    for (const shape of columns.flat()) shape.y = Math.round(shape.y - top) + MARGIN + above
    straighten(columns)

    const placed: PlacedBox[] = []
    const wires: Wire[] = []
    let x = MARGIN
    for (const [i, column] of columns.entries()) {
        const width = Math.max(0, ...column.map(shape => shape.width))
        for (const shape of column) {
            const { box, slot, y, height } = shape
            if (box !== undefined) placed.push({ box, x, y, width, height })
            else if (slot.lane !== undefined)
                wires.push({ net: slot.lane, lines: [line(x, y, x + width, y)], joints: [] })
        }
        x += width
        if (i === columns.length - 1) break
        const bends = bendsBetween(column, columns[i + 1])
        const { tracks, count } = tracksOf(bends)
        const end = x + 2 * CHANNEL + Math.max(0, count - 1) * TRACK
        const from = x
        const trackAt = (track: number) => from + CHANNEL + track * TRACK
        wires.push(...bends.map(bend => wireOf(bend, from, end, tracks.get(bend), trackAt)))
        x = end
    }
    return {
        width: x + MARGIN,
        height: Math.max(...placed.map(({ y, height }) => y + height), ...wires.flatMap(lowest)) + MARGIN,
        boxes: placed,
        wires,
        texts: placed.flatMap(textsOf),
    }
}

const lowest = ({ lines }: Wire) => lines.flatMap(([from, to]) => [from.y, to.y])

const line = (x1: number, y1: number, x2: number, y2: number): [Point, Point] => [
    { x: x1, y: y1 },
    { x: x2, y: y2 },
]

/** Each net that goes from a column to the next: where it starts, and where it ends. */
function bendsBetween(left: readonly Shape[], right: readonly Shape[]): Bend[] {
    return left.flatMap(from =>
        from.netsOut.flatMap(net => {
            const ends = right.flatMap(to => to.in(net).map(height => to.y + height))
            return ends.length === 0 ? [] : [{ net, start: from.y + from.out(net)[0], ends }]
        }),
    )
}

/** @param placeOf x of a track; a straight wire has none */
function wireOf(
    { net, start, ends }: Bend,
    from: number,
    to: number,
    track: Track | undefined,
    placeOf: (at: number) => number,
): Wire {
    if (!track) return { net, lines: [line(from, start, to, start)], joints: [] }
    const x = placeOf(track.at)
    const { detour } = track
    const height = detour?.height ?? start
    const before = detour ? placeOf(detour.at) : from
    const [top, bottom] = [Math.min(height, ...ends), Math.max(height, ...ends)]
    const meets = [...new Set([height, ...ends])].filter(
        y => (y !== top && y !== bottom) || (y === height && ends.includes(y)),
    )
    return {
        net,
        lines: [
            ...(detour ? [line(from, start, before, start), line(before, start, before, height)] : []),
            line(before, height, x, height),
            line(x, top, x, bottom),
            ...ends.map(y => line(x, y, to, y)),
        ],
        joints: meets.map(y => ({ x, y })),
    }
}

function textsOf({ box, x, y }: PlacedBox): Text[] {
    const texts: Text[] = []
    const left = x + PADDING
    let at = y + PADDING
    const add = (kind: TextKind, text: string, height: number) => {
        texts.push({ kind, text, x: left, y: at + Math.round(height * 0.75), width: widthOf(text, kind) })
        at += height
    }
    add("title", box.title, PIN_LINE)
    for (const text of noteLines(box)) add("note", text, LINE)
    for (const text of promiseLines(box)) add("promise", text, LINE)
    for (const port of [box.inputs, box.outputs].filter(hasLabels).flat()) {
        at += PIN_GAP
        if (port.label === undefined) at += PIN_LINE
        else add("title", port.label, PIN_LINE)
        for (const text of noteLines(port)) add("note", text, LINE)
    }
    return texts
}
