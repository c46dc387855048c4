import * as ds from "@devicescript/core"
import { freshness } from "../freshness"
import type { RuntimeRole } from "../runtime-role"

/** Jacdac `_sensor`: report of `reading`, command that sets `streaming_samples`, and the most that it takes. */
const READING = 0x1101
const SET_STREAMING_SAMPLES = 0x2003
const SAMPLES = hex`ff`
/** Jacdac control: an announcement. */
const ANNOUNCE = 0
/**
 * How long a module may be at a role and the one that counts not be heard, in milliseconds. Any peer may have had the role bound to what says no
 * readings, and the runtime leaves it there for as long as that is alive; a chip that starts has its roles bound anew, and counts its time anew.
 */
const SILENT_MS = 300_000

/**
 * Hears what sensor the runtime binds to a role. In place of `reading.subscribe` of the runtime's library, which brings 0.7 KB with it and asks a
 * module as often as it announces itself.
 * @param hear is given each reading, with the module that says it, and the latest time of which it is known that it did not arrive before
 * @param counting when the module that counts was heard last, if any one does
 */
export function hearReadings(
    role: ds.Role,
    hear: (module: string, reading: number, atMs: number) => void,
    counting?: { readonly atMs: number },
): void {
    // One question at a time: a peer can announce faster than the runtime sends, and each that waits takes heap.
    let asking = false
    ;(role as RuntimeRole)._onPacket = async packet => {
        freshness.packets++
        // A new module at the role, or the one that is there is alive: it goes on streaming for those who ask it to.
        if (!packet || packet.serviceCommand === ANNOUNCE) {
            if (counting && freshness.heardUntilMs - counting.atMs > SILENT_MS) ds.reboot()
            if (role.isBound && !asking) {
                asking = true
                await role.sendCommand(SET_STREAMING_SAMPLES, SAMPLES)
                asking = false
            }
        } else if (packet.isReport && packet.serviceCommand === READING)
            hear(`${packet.deviceIdentifier}/${packet.serviceIndex}`, packet.decode(), freshness.heardUntilMs)
    }
}
