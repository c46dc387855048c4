/** What a drawing must not do, whatever it shows. */
import type { Area, Layout, Point, Text, Wire } from "../../../src/host/board/drawing/layout"
import { ASCENT, DESCENT, LETTERS, type TextKind } from "../../../src/host/board/drawing/letters"

const ENTITIES: Record<string, string> = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" }

/** The texts of an SVG, as it writes them. */
export function textsIn(svg: string): Text[] {
    const found = svg.matchAll(/<text class="(\w+)" x="(\d+)" y="(\d+)" textLength="(\d+)"[^>]*>([^<]*)<\/text>/g)
    return [...found].map(([, kind, x, y, width, text]) => ({
        kind: kind as TextKind,
        x: Number(x),
        y: Number(y),
        width: Number(width),
        text: text.replace(/&([^;]+);/g, (_, name) => ENTITIES[name]),
    }))
}

/** Where a text has ink at the most. */
export function areaOf({ kind, x, y, width }: Text): Area {
    const size = LETTERS[kind]
    return { x, y: y - size * ASCENT, width, height: size * (ASCENT + DESCENT) }
}

/** @param least how far they may reach into each other */
export function overlaps(a: Area, b: Area, least = 0): boolean {
    return (
        Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) > least &&
        Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) > least
    )
}

export function isInside(inner: Area, outer: Area): boolean {
    return (
        inner.x >= outer.x &&
        inner.y >= outer.y &&
        inner.x + inner.width <= outer.x + outer.width &&
        inner.y + inner.height <= outer.y + outer.height
    )
}

export function pairs<T>(all: readonly T[]): [T, T][] {
    return all.flatMap((one, i) => all.slice(i + 1).map((other): [T, T] => [one, other]))
}

const areaOfLine = ([from, to]: readonly [Point, Point]): Area => ({
    x: Math.min(from.x, to.x),
    y: Math.min(from.y, to.y),
    width: Math.abs(from.x - to.x),
    height: Math.abs(from.y - to.y),
})

/** Whether lines lie on each other, or side by side so that they look like one: a crossing is no such thing. */
function runTogether(a: readonly [Point, Point], b: readonly [Point, Point]): boolean {
    const [one, other] = [a, b].map(areaOfLine)
    if (one.height === 0 && other.height === 0)
        return Math.abs(one.y - other.y) < 4 && overlaps({ ...one, height: 9 }, { ...other, y: one.y, height: 9 })
    if (one.width === 0 && other.width === 0)
        return Math.abs(one.x - other.x) < 4 && overlaps({ ...one, width: 9 }, { ...other, x: one.x, width: 9 })
    return false
}

/** Every fault of a layout, in words. */
export function faultsOf({ width, height, boxes, texts, wires }: Layout): string[] {
    const sheet = { x: 0, y: 0, width, height }
    const each = (wire: Wire) => wire.lines.map(line => ({ net: wire.net, line }))
    return [
        ...pairs(boxes)
            .filter(([a, b]) => overlaps(a, b))
            .map(([a, b]) => `boxes ${a.box.name} and ${b.box.name} overlap`),
        ...pairs(texts)
            .filter(([a, b]) => overlaps(areaOf(a), areaOf(b), 0.01))
            .map(([a, b]) => `texts "${a.text}" and "${b.text}" overlap`),
        ...texts
            .filter(text => boxes.filter(box => isInside(areaOf(text), box)).length !== 1)
            .map(({ text }) => `text "${text}" is in no box`),
        ...boxes.filter(box => !isInside(box, sheet)).map(({ box }) => `box ${box.name} is off the sheet`),
        ...wires
            .flatMap(each)
            .filter(({ line }) => !isInside(areaOfLine(line), sheet))
            .map(({ net }) => `a wire of ${net} is off the sheet`),
        ...wires
            .flatMap(each)
            .filter(({ line }) => boxes.some(box => overlaps(thick(areaOfLine(line)), inner(box))))
            .map(({ net }) => `a wire of ${net} goes through a box`),
        ...pairs(wires.flatMap(each))
            .filter(([a, b]) => a.net !== b.net && runTogether(a.line, b.line))
            .map(([a, b]) => `wires of ${a.net} and ${b.net} run on each other`),
    ]
}

const thick = ({ x, y, width, height }: Area): Area => ({
    x,
    y,
    width: Math.max(width, 1),
    height: Math.max(height, 1),
})
/** A wire ends at a box's edge. */
const inner = ({ x, y, width, height }: Area): Area => ({ x: x + 2, y: y + 2, width: width - 4, height: height - 4 })
