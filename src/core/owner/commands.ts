/**
 * What each command of a service takes, once somebody is known to the device: then it is served inside sessions alone. One table, by which devices serve
 * and hosts ask; `test/core/owner/commands.test.ts` holds it to `services/`.
 */
import { hex } from "../crypto/hex"

/** The number of the first row's command. */
export const FIRST_COMMAND = 0x80
/** Of a row: an `Action`, and up to four fields, a half byte each, the upper first: a number of so many bytes, the `REST`, or 0 behind the last. */
export const ROW_BYTES = 3
/** Of a field: all bytes that are left. */
export const REST = 8
/** In place of an action: served to whoever asks, in no session, as every command is that has no row. */
export const FREE = 0xff

/**
 * `read` to `sign_log`, then from `offer_update` on. A factory's commands are free, since they are refused outside of a factory, and so is what tells why a
 * bus is broken, since nobody can be known then. Whoever delivers an update need not be the one who approves of it.
 */
export const DOMOVOI_COMMANDS = hex`
    002100 008000 ff0000 ff0000 ff0000 ff0000 ff0000 ff0000
    092000 098000 ff0000 ff0000 ff0000 ff0000 ff0000 ff0000
    014000 014800 001800 018000`

/** `disable`, which asks for a right by itself. */
export const OWNER_COMMANDS = hex`ff0000 001000`

/** `describe`; `read_notice`, which is the same on every unit; `answer` and `read_kept`, which ask for a right by themselves. */
export const PRIVACY_COMMANDS = hex`001000 ff0000 001110 001000`

/** @returns where a command's row begins; -1 if it is served to whoever asks */
export function rowOf(commands: Buffer, code: number): number {
    const at = (code - FIRST_COMMAND) * ROW_BYTES
    return at < 0 || at >= commands.length || commands[at] === FREE ? -1 : at
}

/** @returns the fields of a command; undefined if they are fewer bytes than they have to be */
export function fieldsOf(commands: Buffer, row: number, payload: Buffer): (number | Buffer)[] | undefined {
    const fields: (number | Buffer)[] = []
    let at = 0
    for (let i = 2; i < 2 * ROW_BYTES; i++) {
        const bytes = (commands[row + (i >> 1)] >> (i & 1 ? 0 : 4)) & 15
        if (bytes === 0) break
        if (bytes === REST) fields.push(payload.slice(at, payload.length))
        else {
            let value = 0
            if (at + bytes > payload.length) return undefined
            for (let j = bytes - 1; j >= 0; j--) value = value * 256 + payload[at + j]
            fields.push(value)
            at += bytes
        }
    }
    return fields
}
