/** What the lines of a drawing mean, below it. */
import type { Text } from "./layout"
import { widthOf } from "./letters"

/** A wire's looks. */
export interface WireLook {
    isPower: boolean
    /** Whether it ends outside, where a stranger reaches it. */
    leaves: boolean
}

/** A line or a box as it stands in the drawing, and what it means. */
export interface Sample {
    look: WireLook | "outside"
    x: number
    y: number
    text: Text
}

export const SAMPLE_WIDTH = 36
const LINE = 20
const LEFT = 16

/** @param top where it begins @param hasOutside whether the board tells inside from outside */
export function legendOf(top: number, hasOutside: boolean): { samples: Sample[]; width: number; height: number } {
    const rows: [WireLook | "outside", string][] = [
        [{ isPower: true, leaves: false }, "supply or rail"],
        [
            { isPower: false, leaves: false },
            "signal, contact or current of a lamp; a dot joins, a crossing without one does not",
        ],
        ...(hasOutside
            ? ([
                  [
                      { isPower: false, leaves: true },
                      "wire that leaves the inside: a stranger can short, cut or feed it",
                  ],
                  ["outside", "stands outside"],
              ] as const)
            : []),
    ].map(([look, text]) => [look as WireLook | "outside", text as string])
    const samples = rows.map(([look, text], i) => {
        const y = top + i * LINE + LINE / 2
        const at = { x: LEFT + SAMPLE_WIDTH + 10, y: y + 4 }
        return { look, x: LEFT, y, text: { kind: "note", text, width: widthOf(text, "note"), ...at } satisfies Text }
    })
    return {
        samples,
        width: Math.max(...samples.map(({ text }) => text.x + text.width)) + LEFT,
        height: rows.length * LINE,
    }
}
