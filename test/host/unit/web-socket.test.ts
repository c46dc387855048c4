import type { AddressInfo } from "node:net"
import { afterEach, beforeEach, expect, test } from "vitest"
import { WebSocketServer } from "ws"
import type { BusNode } from "../../../simulators/bus/bus"
import { RemoteUnit } from "../../../src/host/unit/remote-unit"
import { LinkError } from "../../../src/host/unit/unit-link"
import { WebSocketBridge } from "../../../src/host/unit/web-socket-bridge"
import { release } from "../update/releases"
import { SerialBench, valveOn } from "./serial-bench"

/** A server that has a bench's bus behind it, as that of `devs devtools` has a board's. */
let server: WebSocketServer
let bench: SerialBench
let url: string
beforeEach(async () => {
    bench = new SerialBench()
    server = new WebSocketServer({ host: "127.0.0.1", port: 0 })
    await new Promise(resolve => server.once("listening", resolve))
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
    const node: BusNode = {
        name: "server",
        receive: frame => {
            for (const client of server.clients) client.send(frame)
        },
    }
    bench.bus.attach(node)
    server.on("connection", client =>
        client.on("message", frame => bench.bus.send(node, new Uint8Array(frame as Buffer))),
    )
})
afterEach(() => {
    for (const client of server.clients) client.terminate()
    server.close()
})

const open = () => bench.while(WebSocketBridge.open(url).then(bridge => RemoteUnit.open(bridge)))

test("a unit behind a WebSocket answers, and takes a program", async () => {
    await valveOn(bench)
    const unit = await open()
    expect(await bench.while(unit.get("model"))).toBe("Domovoi gas valve")
    const { image, sha256 } = await release("gas-valve", 2)
    await bench.while(unit.install(image, () => {}))
    expect(await bench.while(unit.programSha256())).toBe(sha256)
    await unit.close()
})

test("a server that goes away is told at once", async () => {
    await valveOn(bench)
    const unit = await open()
    for (const client of server.clients) client.terminate()
    const answer = bench.while(unit.get("model"))
    await expect(answer).rejects.toThrow(LinkError)
    await expect(answer).rejects.toThrow(/the connection has ended/)
})

test("an address where nobody is, and one that is none, are bad input", async () => {
    await expect(WebSocketBridge.open("ws://127.0.0.1:1")).rejects.toThrow(
        /ECONNREFUSED.*; give the address of a server/,
    )
    await expect(WebSocketBridge.open("localhost")).rejects.toThrow(/localhost: .*; give the address of a server/)
})
