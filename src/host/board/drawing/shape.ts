/** How large a box is, and where nets meet it. */
import type { Box, Port } from "./boxes"
import { mean, type Slot } from "./columns"
import { widthOf, wrapped } from "./letters"

export const PADDING = 8
export const LINE = 15
export const PIN_LINE = 18
/** Above a pin. */
export const PIN_GAP = 5
const LANE_HEIGHT = 10
/** Between a port and the next. */
const PORT_GAP = 12

/** A slot with its size, and the place of its top. */
export class Shape {
    y = 0
    readonly width: number
    readonly height: number
    #inputs: readonly Port[]
    #outputs: readonly Port[]

    constructor(readonly slot: Slot) {
        const { box } = slot
        this.#inputs = box?.inputs ?? []
        this.#outputs = box?.outputs ?? []
        this.width = box === undefined ? 0 : widthOfBox(box)
        this.height = box === undefined ? LANE_HEIGHT : heightOfBox(box)
    }

    /** @returns the heights at which the net goes in, or comes out, from the top of the shape */
    in(net: string): number[] {
        return this.#heights(net, this.#inputs)
    }
    out(net: string): number[] {
        return this.#heights(net, this.#outputs)
    }

    #heights(net: string, ports: readonly Port[]): number[] {
        const { box, lane } = this.slot
        if (box === undefined) return lane === net ? [0] : []
        return ports.flatMap((port, i) => (port.net === net ? [portHeight(box, this.height, ports, i)] : []))
    }

    get netsIn(): string[] {
        return this.slot.box === undefined ? [this.slot.lane] : this.#inputs.map(({ net }) => net)
    }
    get netsOut(): string[] {
        return this.slot.box === undefined ? [this.slot.lane] : this.#outputs.map(({ net }) => net)
    }

    /** Ports stand in the order of what they are joined to. */
    sortPorts(before: readonly Shape[], after: readonly Shape[]): void {
        this.#inputs = sorted(this.#inputs, net =>
            before.flatMap(shape => shape.out(net).map(height => shape.y + height)),
        )
        this.#outputs = sorted(this.#outputs, net =>
            after.flatMap(shape => shape.in(net).map(height => shape.y + height)),
        )
    }

    /** Its box, with the ports in their order. */
    get box(): Box | undefined {
        return this.slot.box && { ...this.slot.box, inputs: this.#inputs, outputs: this.#outputs }
    }
}

/** A port without a label stays with the pin that it follows; a pin that is joined to nothing comes last. */
function sorted(ports: readonly Port[], heightsOf: (net: string) => number[]): Port[] {
    const isLabelled = hasLabels(ports)
    const groups: { ports: Port[]; height: number }[] = []
    for (const port of ports) {
        const heights = heightsOf(port.net)
        const height = heights.length === 0 ? Number.POSITIVE_INFINITY : mean(heights)
        if (isLabelled && port.label === undefined) groups.at(-1)!.ports.push(port)
        else groups.push({ ports: [port], height })
    }
    const by = (a: number, b: number) => (a < b ? -1 : a > b ? 1 : 0)
    return groups.sort((a, b) => by(a.height, b.height)).flatMap(({ ports }) => ports)
}

export const hasLabels = (ports: readonly Port[]) => ports.some(({ label }) => label !== undefined)

/** Height of a port's middle below the top of its box. */
function portHeight(box: Box, height: number, ports: readonly Port[], at: number): number {
    if (!hasLabels(ports)) return Math.round(height / 2 + (at - (ports.length - 1) / 2) * PORT_GAP)
    return headHeight(box) + ports.slice(0, at).reduce((sum, port) => sum + pinHeight(port), 0) + PIN_GAP + PIN_LINE / 2
}

export const noteLines = ({ notes }: Pick<Box, "notes">) => notes.flatMap(wrapped)
export const promiseLines = ({ promises }: Box) => promises.flatMap(wrapped)
const headHeight = (box: Box) => PADDING + PIN_LINE + (noteLines(box).length + promiseLines(box).length) * LINE
const pinHeight = (port: Port) => PIN_GAP + PIN_LINE + noteLines(port).length * LINE

function heightOfBox(box: Box): number {
    const pins = [box.inputs, box.outputs].filter(hasLabels).flat()
    const text = headHeight(box) + pins.reduce((sum, port) => sum + pinHeight(port), 0) + PADDING
    const bare = [box.inputs, box.outputs]
        .filter(ports => !hasLabels(ports))
        .map(ports => (ports.length + 1) * PORT_GAP)
    return Math.max(text, ...bare)
}

function widthOfBox(box: Box): number {
    const pins = [...box.inputs, ...box.outputs]
    return (
        2 * PADDING +
        Math.max(
            widthOf(box.title, "title"),
            ...noteLines(box).map(text => widthOf(text, "note")),
            ...promiseLines(box).map(text => widthOf(text, "promise")),
            ...pins.map(({ label = "" }) => widthOf(label, "title")),
            ...pins.flatMap(noteLines).map(text => widthOf(text, "note")),
        )
    )
}
