import * as ds from "@devicescript/core"
import { rowOf } from "../../src/core/owner/commands"
import { freshness, isProbe } from "../freshness"
import { ControlServer } from "./control"
import type { Server } from "./server"

type RuntimeReceives = typeof ds & {
    _onServerPacket(packet: ds.Packet): Promise<void>
}

/** Packets that are worked on at a time. A host that has just found a device asks for a dozen registers at once. */
const MOST = 16

/** A method, or a value where it is a register. */
export type Served = (...fields: unknown[]) => unknown

/** All that were started. */
export const servers: Server[] = []
let atWork = 0
/** Whether somebody in no session may have done what sessions are for; undefined if nobody knows yet. */
let strangersMay: (() => boolean | undefined) | undefined

/** From now on the device has people: what they are served, strangers are not, unless this says so whenever it is asked. */
export function keepStrangersOut(unless: () => boolean | undefined): void {
    strangersMay = unless
}

/**
 * Serves a service on the bus. This stands in for `startServer` of `@devicescript/server`, which brings 2 KB more with it; a program
 * has one or the other. The `control` service has no name.
 */
export function startServer(server: Server): void {
    if (servers.length === 0) {
        const control = new ControlServer(servers)
        enter(control)
        control.run.start()
        ;(ds as RuntimeReceives)._onServerPacket = admit
    }
    enter(server)
    server.instanceName = `${server.spec.name}_0`
}

function enter(server: Server): void {
    server.serviceIndex = servers.length
    servers.push(server)
}

/**
 * Stands before all servers. The runtime begins a fiber for every packet; more of them than get done would use up the heap, and a packet
 * that does not fit its command's fields would end the program. What is too much, or does not fit, is dropped without an answer.
 */
async function admit(packet: ds.Packet): Promise<void> {
    if (isProbe(packet)) return
    freshness.packets++
    if (atWork >= MOST) return
    atWork++
    try {
        await answer(packet)
    } catch (error) {
        console.error("packet:", error)
    }
    atWork--
}

/** @throws Error if the packet does not fit its specification, or the server cannot do what it asks for */
async function answer(packet: ds.Packet): Promise<void> {
    const server = servers[packet.serviceIndex]
    if (packet.isReport || !server) return
    server.spec.assign(packet)
    const { spec } = packet
    const may = !strangersMay || rowOf(server.commands, packet.serviceCommand) < 0 || strangersMay()
    // Whoever asks again, finds out.
    if (may === undefined) return
    const served = spec && may ? (server as unknown as Record<string, Served>)[spec.name] : undefined
    let reply: ds.Packet | undefined
    if (served === undefined) reply = packet.notImplemented()
    else if (packet.isAction) {
        const fields = packet.decode()
        const result = Array.isArray(fields) ? await served(...fields) : await served(fields)
        if (!spec.response) return
        reply = spec.response.encode(result)
    } else {
        const value = packet.isRegGet && typeof served === "function" ? await served() : served
        reply = packet.isRegGet && value !== undefined ? spec.encode(value) : packet.notImplemented()
    }
    await server._send(reply)
}
