/** What `--target` says: `sim:BOARD/DEVICE`, `serial:PORT` or `ws:URL`. */
import type { BoardDefinition } from "../../../simulators/board/definition"
import { InputError } from "../input-error"
import { referenceBoard } from "../unit/reference-board"

export type Target =
    | { kind: "sim"; definition: BoardDefinition; device: string }
    | { kind: "serial"; port: string }
    | { kind: "ws"; url: string }

/** @throws InputError; DocumentError if there is no such board */
export function parseTarget(text: string): Target {
    const [, kind, rest = ""] = /^(sim|serial|ws):(.+)$/.exec(text) ?? []
    if (kind === "sim") {
        const at = rest.indexOf("/")
        if (at > 0 && at < rest.length - 1)
            return { kind, definition: referenceBoard(rest.slice(0, at)), device: rest.slice(at + 1) }
    }
    if (kind === "serial") return { kind, port: rest }
    if (kind === "ws") return { kind, url: /^wss?:/.test(rest) ? rest : `ws:${rest}` }
    throw new InputError(
        `--target ${text}: give sim:BOARD/DEVICE, such as sim:valve_pico/gas-valve, serial:PORT or ws:URL`,
    )
}
