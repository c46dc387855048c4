/** The circuit of a board as a drawing: made from the file that the simulator runs and the proofs are about. Equal files give equal drawings. */
import type { BoardDefinition } from "../../../simulators/board/definition"
import { outsideNets, tellsSides } from "../../../simulators/circuit/outside"
import { InputError } from "../input-error"
import { plainText } from "../plain-text"
import { boxesOf } from "./drawing/boxes"
import { layoutOf, type Text } from "./drawing/layout"
import { legendOf } from "./drawing/legend"
import { widthOf } from "./drawing/letters"
import { svgOf } from "./drawing/svg"
import { sentencesOf } from "./drawing/words"

export interface BoardDrawing {
    svg: string
    /** The same in words: a sentence a thing. */
    words: readonly string[]
}

/** Height of the heading, and what lies between the circuit and its legend. */
const HEADING = 34
const SPACE = 12

/** More than anybody would look at on one sheet. */
export const MAX_BOXES = 200

/** @throws InputError if the circuit has too many things for one drawing */
export function drawingOf({ id, circuit }: Pick<BoardDefinition, "id" | "circuit">): BoardDrawing {
    const things = boxesOf(circuit)
    if (things.length > MAX_BOXES)
        throw new InputError(
            `${circuit.file}: has ${things.length} things to draw, and one drawing holds ${MAX_BOXES}; draw it by hand, and give that`,
        )
    const { width, height, boxes, wires, texts } = layoutOf(things, HEADING)
    const title = plainText(`Circuit of ${id}`)
    const heading: Text = { kind: "heading", text: title, x: 16, y: 32, width: widthOf(title, "heading") }
    const legend = legendOf(height + SPACE, tellsSides(circuit))
    const powered = new Set([circuit.description.supply, ...Object.keys(circuit.description.rails)])
    const { switches } = circuit.description
    const outside = new Set([
        ...outsideNets(circuit),
        ...Object.keys(switches).filter(name => switches[name].side === "outside"),
    ])
    const words = sentencesOf(circuit)
    const svg = svgOf({
        width: Math.max(width, legend.width, heading.x * 2 + heading.width),
        height: height + SPACE + legend.height + SPACE,
        boxes,
        wires,
        texts: [heading, ...texts, ...legend.samples.map(({ text }) => text)],
        title,
        description: words.join(" "),
        legend: legend.samples,
        lookOf: net => ({ isPower: powered.has(net), leaves: outside.has(net) }),
    })
    return { svg, words }
}
