import * as ds from "@devicescript/core"
import { Freshness } from "../src/core/failsafe/freshness"
import type { RuntimeBuffer } from "./crypto"
import type { RuntimeSends } from "./servers/server"

/** Time between two probes, in milliseconds. */
const PROBE_MS = 100
/** A probe takes more room in the runtime's queue than a sensor's report: where that overflows, probes are lost before reports are. */
const PROBE_BYTES = 64
/** The command that a program sends to itself: services/domovoi.md. */
const PROBE = 0x95
/** Time in which what a program has just sent has come round to itself, in milliseconds: its first announcement, so that a role finds it. */
const ROUND_MS = 10
/** Probes that may be sent in vain before the first is round. Then a peer has bound the role to another: a chip that starts has it bound anew. */
const MOST_IN_VAIN = 500

/** How fresh what this program hears over the bus is. */
export const freshness = new Freshness()

/** What is sent again and again: the first command that came round. From then on no role is needed, which a peer could bind to another. */
let probe: ds.Packet | undefined

/** @returns whether a command to the program is a probe, or pretends to be one */
export function isProbe(packet: ds.Packet): boolean {
    if (packet.serviceCommand !== PROBE) return false
    const { payload } = packet
    if (payload.length === PROBE_BYTES) {
        if (!probe) probe = packet
        freshness.returned(payload.getAt(0, "u32"))
    }
    return true
}

/**
 * Sends probes to itself, for ever. They go through the queue of what was received and not onto the wire. Needs the `domovoi` service of this
 * program, which has to be started.
 */
export async function sendProbes(): Promise<void> {
    await ds.sleep(ROUND_MS)
    const self = new ds.Domovoi("self[app:0]")
    let inVain = 0
    while (true) {
        if (probe) {
            const { payload } = probe
            ;(payload as RuntimeBuffer).fillRandom()
            const number = payload.getAt(0, "u32")
            await (ds as RuntimeSends)._serverSend(1, probe)
            // The time of sending: the runtime may have had it wait its turn.
            freshness.sent(number, ds.millis())
            await ds.sleep(PROBE_MS)
        } else {
            if (inVain++ === MOST_IN_VAIN) ds.reboot()
            await self.sendCommand(PROBE, Buffer.alloc(PROBE_BYTES))
            await ds.sleep(ROUND_MS)
        }
    }
}
