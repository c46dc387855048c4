import * as ds from "@devicescript/core"

/** In place of a service's index: the packet gets the number of an event, and is not sent. */
const NUMBER_EVENT = 0x100
/** An event is sent three times, since nobody acknowledges it: times between, in milliseconds. */
const FIRST_REPEAT_MS = 20
const SECOND_REPEAT_MS = 50
/** Packets that may wait at a time until the runtime sends them, and how long the others wait for one of these places, in milliseconds. */
const MOST_SENDING = 2
const SENDING_MS = 20

/** What the runtime has for servers beside what it declares. */
export type RuntimeSends = typeof ds & {
    _serverSend(serviceIndex: number, packet: ds.Packet): Promise<void>
}

let sending = 0

/** What a server has to serve a specification: each register as a field or a method, each command as a method. */
export type Serves<Spec> = {
    [name in keyof Spec]: Spec[name] extends () => ds.AsyncValue<infer Value> ? Spec[name] | Value : Spec[name]
}

/**
 * A Jacdac service of the program. A register is a field or a method of its name in the specification, a command is a method, which takes
 * its fields in order. What a server does not have is answered as not implemented, and so is whatever would write a register.
 */
export class Server implements ds.ServerInterface {
    readonly spec: ds.ServiceSpec
    /** This and its name: from `startServer` on. */
    serviceIndex: number
    instanceName: string
    readonly statusCode: [number, number] = [0, 0]
    /** Rows of `src/core/owner/commands.ts`: what is served inside sessions. */
    readonly commands: Buffer = hex``

    constructor(spec: ds.ServiceSpec) {
        this.spec = spec
    }

    /**
     * The runtime sends five packets of a program at once and then one every 20 ms, first come, first served. The device's probes are among them
     * (devs/freshness.ts) and must not be kept waiting by a dozen answers.
     */
    async _send(packet: ds.Packet): Promise<void> {
        while (sending >= MOST_SENDING) await ds.sleep(SENDING_MS)
        sending++
        try {
            await (ds as RuntimeSends)._serverSend(this.serviceIndex, packet)
        } finally {
            sending--
        }
    }

    /** Takes 70 ms: to be started in a fiber of its own. */
    async sendEvent(event: ds.Packet): Promise<void> {
        await (ds as RuntimeSends)._serverSend(NUMBER_EVENT, event)
        await this._send(event)
        await ds.sleep(FIRST_REPEAT_MS)
        await this._send(event)
        await ds.sleep(SECOND_REPEAT_MS)
        await this._send(event)
    }
}
