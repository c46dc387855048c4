/** What an owner asks a unit for in their session, and how a command says what came of it. */
import { InputError } from "../host/input-error"
import type { Reason } from "../host/session/reasons"
import { NotServedError } from "../host/session/session-link"
import { UnitFile } from "../host/unit/unit-file"
import type { WholeLink } from "../host/unit/unit-link"
import { ExitStatus } from "./exit-status"
import { complain, printLines } from "./lines"
import { printJson } from "./print-json"
import { Progress } from "./progress"
import { type SessionOptions, withUnitInSession } from "./session-options"

export interface AskOptions extends SessionOptions {
    /** Of a simulated unit: the button on which somebody has their hand. */
    press?: string
}

/** @param ask resolves to why not, if it was refused @throws InputError */
export async function askedInSession<T extends object>(
    { press, ...options }: AskOptions,
    ask: (unit: WholeLink) => Promise<T | Reason>,
): Promise<T | Reason> {
    if (press !== undefined && options.target !== "sim")
        throw new InputError("--press is for simulated units: press the button yourself")
    const progress = new Progress(process.stderr)
    return await withUnitInSession<T | Reason>(
        options,
        "open",
        async (link, unit) => {
            if (press !== undefined && unit instanceof UnitFile) await unit.press(press)
            try {
                return await ask(link)
            } catch (error) {
                if (error instanceof NotServedError) return error.reason
                throw error
            }
        },
        detail => ({ name: "noAnswer", words: detail }),
        progress.waiting,
    ).finally(() => progress.clear())
}

/** @param ways what is said of what was done, as JSON and in lines */
export function reportAsked<T extends object>(
    finish: (status: ExitStatus) => void,
    { json }: SessionOptions,
    told: T | Reason,
    ways: (told: T) => [json: object, lines: string[]],
): void {
    if ("name" in told && "words" in told) {
        if (json) printJson({ refused: told.name })
        else complain(`refused: ${told.words}`)
        finish(ExitStatus.Failed)
        return
    }
    const [object, lines] = ways(told as T)
    if (json) printJson(object)
    else printLines(...lines)
    finish(ExitStatus.Ok)
}
