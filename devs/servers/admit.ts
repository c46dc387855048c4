import * as ds from "@devicescript/core"

type RuntimeServers = typeof ds & {
    _onServerPacket(packet: ds.Packet): Promise<void>
}

/** Packets that are worked on at a time. A host that has just found a device asks for a dozen registers at once. */
const MOST = 16

let atWork = 0
let serve: (packet: ds.Packet) => Promise<void>

/**
 * Stands before all servers of the program, once they are started. The runtime begins a fiber for every packet; more of them than get done
 * would use up the heap, and a packet that does not fit its command's fields would end the program. What is too much, or does not fit, is
 * dropped without an answer.
 */
export function admitFewPackets(): void {
    serve = (ds as RuntimeServers)._onServerPacket
    ;(ds as RuntimeServers)._onServerPacket = admit
}

async function admit(packet: ds.Packet): Promise<void> {
    if (atWork >= MOST) return
    atWork++
    try {
        await serve(packet)
    } catch (error) {
        console.error("packet:", error)
    }
    atWork--
}
