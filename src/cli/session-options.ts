import type { Command } from "commander"
import { InputError } from "../host/input-error"
import { SessionFile, sessionPath } from "../host/session/session-file"
import { type UnitOptions, withUnitOptions } from "./unit-options"

export interface SessionOptions extends UnitOptions {
    session?: string
    json?: boolean
}

export function withSessionOptions(command: Command): Command {
    return withUnitOptions(command)
        .option("--session <file>", "where the session is kept (default: ~/.config/domovoi/sessions/SERIAL.json)")
        .option("--json", "print one JSON object")
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
