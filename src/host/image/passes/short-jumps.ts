/**
 * Short jumps: the compiler gives every forward jump 3 bytes for its distance before it knows it; most need one.
 * Assumes nothing. Leaves statements and targets as they are.
 */
import type { FunctionPass } from "./pass"

export const shortJumps: FunctionPass = ({ statements }) => {
    let changed = false
    for (const statement of statements) {
        if (statement.distanceBytes === undefined) continue
        statement.distanceBytes = undefined
        changed = true
    }
    return changed
}
