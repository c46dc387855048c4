/** What a page shows beside the report: the circuit's drawing, and the bill of materials. Each says what it is of. */

import type { BoardDefinition } from "../../../../simulators/board/definition"
import { circuitDigest } from "../../board/circuit-digest"
import { drawingOf } from "../../board/drawing"
import { InputError } from "../../input-error"
import type { Bench } from "../bench"
import type { Declaration } from "../declaration"
import { readSbom, type Sbom } from "./sbom-file"

/** What belongs on the page and cannot be shown, and why. */
export interface Withheld {
    why: string
}

/** @param svg it is shown as a picture: nothing in it is run */
export type EnclosedDrawing =
    /** Made from the circuit of the board, of that SHA-256. */
    | { svg: string; board: string; sha256: string; words: readonly string[] }
    /** From a file that somebody gave. */
    | { svg: string; file: string }
    | Withheld

export interface Extras {
    drawing?: EnclosedDrawing
    sbom?: Sbom | Withheld
}

/** @throws InputError if the circuit cannot be drawn */
export function drawnCircuit({ id, circuit }: Pick<BoardDefinition, "id" | "circuit">): EnclosedDrawing {
    return { board: id, sha256: circuitDigest(circuit), ...drawingOf({ id, circuit }) }
}

/** What a bench knows of the board, and what the maker has given, so that a page has them by itself: what cannot be shown does not undo a run. */
export function enclosuresOf(declared: Declaration, { can, circuit }: Pick<Bench, "can" | "circuit">): Extras {
    const { board } = declared.device
    const { sbom } = declared.bench
    return {
        drawing: can.has("drawing") && circuit ? orWithheld(() => drawnCircuit({ id: board, circuit })) : undefined,
        sbom: sbom === null ? undefined : orWithheld(() => readSbom(sbom)),
    }
}

function orWithheld<T>(show: () => T): T | Withheld {
    try {
        return show()
    } catch (error) {
        if (!(error instanceof InputError)) throw error
        return { why: error.message }
    }
}
