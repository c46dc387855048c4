import { once } from "node:events"
import { type AddressInfo, createServer, type Server, type Socket } from "node:net"
import { afterEach, beforeEach, expect, test } from "vitest"
import { VirtualClock } from "../../simulators/clock"
import type { SocketEvent } from "../../simulators/vm/hardware"
import { LoopbackSockets } from "../../src/host/sim/loopback-sockets"

let server: Server
let port: number
let clock: VirtualClock
let sockets: LoopbackSockets

beforeEach(async () => {
    server = createServer().listen(0, "127.0.0.1")
    await once(server, "listening")
    port = (server.address() as AddressInfo).port
    clock = new VirtualClock()
    sockets = new LoopbackSockets(clock)
})
afterEach(() => {
    sockets.close()
    server.close()
})

/** Waits until the wall has let something happen, and the device has heard of it. */
async function nextEvent(events: SocketEvent[]): Promise<SocketEvent> {
    while (events.length === 0) {
        await new Promise(setImmediate)
        clock.runUntil(clock.nowUs + 1)
    }
    return events.shift()!
}

test("a server on this machine is reached, heard, and told", async () => {
    const events: SocketEvent[] = []
    const connection = once(server, "connection") as Promise<[Socket]>
    sockets.open("127.0.0.1", port, false, event => events.push(event))
    const [peer] = await connection
    expect(await nextEvent(events)).toEqual({ kind: "open" })

    sockets.write(Buffer.from("ping"))
    expect((await once(peer, "data"))[0].toString()).toBe("ping")
    peer.end("pong")
    expect(await nextEvent(events)).toEqual({ kind: "message", bytes: Buffer.from("pong") })
    expect(await nextEvent(events)).toEqual({ kind: "close" })
})

test("a device hears nothing before its clock moves on", async () => {
    const events: SocketEvent[] = []
    sockets.open("127.0.0.1", port, false, event => events.push(event))
    await once(server, "connection")
    expect(events).toEqual([])
    expect(await nextEvent(events)).toEqual({ kind: "open" })
})

test("a port where nobody listens is an error, then a close", async () => {
    const events: SocketEvent[] = []
    server.close()
    sockets.open("127.0.0.1", port, false, event => events.push(event))
    expect(await nextEvent(events)).toMatchObject({ kind: "error" })
    expect(await nextEvent(events)).toEqual({ kind: "close" })
})

test.each(["192.0.2.1", "example.com", "127.0.0.1.example.com", "0.0.0.0"])("%s is not this machine", async host => {
    const events: SocketEvent[] = []
    sockets.open(host, port, false, event => events.push(event))
    expect(await nextEvent(events)).toEqual({
        kind: "error",
        message: `${host}: a simulated device reaches this machine only`,
    })
})
