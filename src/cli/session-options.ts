import { existsSync } from "node:fs"
import type { Command } from "commander"
import { isSerial } from "../host/identity/unit"
import { InputError } from "../host/input-error"
import { PairedUnit } from "../host/session/paired-unit"
import { areSessionsKept, SessionFile, sessionPath } from "../host/session/session-file"
import { SessionLink } from "../host/session/session-link"
import type { Waiting, WholeLink } from "../host/unit/unit-link"
import { type Reach, type UnitOptions, withUnit, withUnitOptions } from "./unit-options"

/** Which session with a unit a command uses. */
export interface OwnSessionOption {
    session?: string
}

export interface SessionOptions extends UnitOptions, OwnSessionOption {
    json?: boolean
}

export function withSessionOptions(command: Command): Command {
    return withOwnSession(withUnitOptions(command)).option("--json", "print one JSON object")
}

/** Of a command that anybody may give to a unit that has no owner, and people whom it knows to any. */
export function withOwnSession(command: Command): Command {
    return command.option(
        "--session <file>",
        "where the session with the unit is kept (default: ~/.config/domovoi/sessions/SERIAL.json)",
    )
}

/**
 * Reaches a unit as `withUnit` does, inside the session with it that is kept here, if there is one.
 * @param ask gets the unit inside the session, and as it is without
 * @throws InputError, also if the session that was named is none
 */
export async function withUnitInSession<T>(
    options: UnitOptions & OwnSessionOption,
    reach: Reach,
    ask: (unit: WholeLink, plain: WholeLink) => Promise<T>,
    silent: (detail: string) => T,
    waiting: Waiting,
): Promise<T> {
    return await withUnit(
        options,
        reach,
        async link => {
            if (options.session === undefined && !areSessionsKept()) return await ask(link, link)
            // Of a unit that may have no program nobody knows who it is, unless they say so.
            const serial = options.serial ?? (reach === "open" ? String(await link.get("serial_number")) : "")
            const path = options.session ?? (isSerial(serial) ? sessionPath(serial) : undefined)
            if (path === undefined || (options.session === undefined && !existsSync(path))) return await ask(link, link)
            const file = SessionFile.open(path, serial || undefined)
            return await ask(new SessionLink(link, await PairedUnit.of(link, file)), link).finally(file.close)
        },
        silent,
        waiting,
    )
}

/** Does something with the session of a unit, which nobody else uses meanwhile. @param isNew as `SessionFile.open` @throws InputError */
export async function withSession<T>(
    { session, serial }: SessionOptions,
    isNew: boolean,
    use: (file: SessionFile) => Promise<T>,
): Promise<T> {
    if (!serial) throw new InputError("whose session? give --serial, as it stands on the label")
    const file = SessionFile.open(session ?? sessionPath(serial), serial, isNew)
    return await use(file).finally(file.close)
}
