/** What cuts a supply on a desk, and what is believed of it. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { WebSocketServer } from "ws"
import { jacdac } from "../../simulators/bus/jacdac"
import { readEquipment, supplyOf } from "../../src/host/conformance/equipment"
import { suppliedByCommands } from "../../src/host/conformance/supply"
import { WebSocketBridge } from "../../src/host/unit/web-socket-bridge"

let folder: string
beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "domovoi-supply-"))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe("a program that switches", () => {
    const node = (program: string) => [process.execPath, "-e", program] as const

    test("is told what to do, and waited for", async () => {
        const file = join(folder, "said")
        const says = (word: string) =>
            node(`setTimeout(() => require("fs").appendFileSync(${JSON.stringify(file)}, "${word} "), 50)`)
        const supply = suppliedByCommands({ on: says("on"), off: says("off") })
        await supply.switch(false)
        await supply.switch(true)
        expect(readFileSync(file, "utf8")).toBe("off on ")
    })

    test.each<[string, readonly [string, ...string[]], RegExp]>([
        [
            "fails",
            node("console.error('no such hub'); process.exit(3)"),
            /supply\.off: .* ended with 3: no such hub; try/,
        ],
        ["is not there", ["./no-such-program"], /supply\.off: .*does not start/],
        ["never ends", node("setInterval(() => {}, 1000)"), /supply\.off: .*did not end within 0\.5 s/],
        [
            "does not let itself be ended",
            node("process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"),
            /supply\.off: .*did not end within 0\.5 s/,
        ],
    ])("that %s has not switched", async (_, off, words) => {
        await expect(suppliedByCommands({ on: off, off }, 500).switch(false)).rejects.toThrow(words)
    })
})

test("what a program has left behind is not waited for", async () => {
    const file = join(folder, "pid")
    const left = `const { spawn } = require("node:child_process")
        const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" })
        require("node:fs").writeFileSync(${JSON.stringify(file)}, String(child.pid))
        child.unref()`
    const command = [process.execPath, "-e", left] as const
    await suppliedByCommands({ on: command, off: command }, 3_600_000).switch(false)
    // It is still there.
    expect(process.kill(Number(readFileSync(file, "utf8")), "SIGKILL")).toBe(true)
})

/** A Jacdac relay as its specification has it: `active` is what it is, and may not be what it was told. */
class RelayServer extends jacdac.JDServiceServer {
    readonly active = this.addRegister<[boolean]>(jacdac.RelayReg.Active, [false])
    isStuck = false

    constructor() {
        super(jacdac.SRV_RELAY)
        this.active.skipBoundaryCheck = true
        this.active.on(jacdac.CHANGE, () => {
            if (this.isStuck && this.active.values()[0]) this.active.setValues([false])
        })
    }
}

describe("a relay", () => {
    let server: WebSocketServer
    let bus: InstanceType<typeof jacdac.JDBus>
    beforeEach(async () => {
        server = new WebSocketServer({ host: "127.0.0.1", port: 0 })
        await new Promise(resolve => server.once("listening", resolve))
        bus = new jacdac.JDBus([], { disableRoleManager: true })
        server.on("connection", client => {
            class Bridge extends jacdac.JDBridge {
                protected override sendPacket(frame: Uint8Array): void {
                    client.send(frame)
                }
            }
            const bridge = new Bridge("relays")
            bridge.bus = bus
            client.on("message", frame => bridge.receiveFrameOrPacket(new Uint8Array(frame as Buffer)))
        })
    })
    afterEach(async () => {
        for (const client of server.clients) client.terminate()
        server.close()
        await bus.stop()
    })

    function relays(count: number): RelayServer[] {
        const made = Array.from({ length: count }, () => new RelayServer())
        for (const relay of made) bus.addServiceProvider(new jacdac.JDServerServiceProvider("relay", [relay]))
        return made
    }

    async function supply() {
        const file = join(folder, "bench.yaml")
        writeFileSync(file, `supply: { relay: "ws://127.0.0.1:${(server.address() as AddressInfo).port}" }\n`)
        return supplyOf(readEquipment(file), place => WebSocketBridge.open(place))
    }

    test("is told what to do, and asked whether it has", async () => {
        const [relay] = relays(1)
        const found = await supply()
        await found.switch(true)
        expect(relay.active.values().map(Boolean)).toEqual([true])
        await found.switch(false)
        expect(relay.active.values().map(Boolean)).toEqual([false])
        await found.close()
    })

    test("that does not move has not switched", async () => {
        const [relay] = relays(1)
        relay.isStuck = true
        const found = await supply()
        await expect(found.switch(true)).rejects.toThrow(/does not say that it is closed; look at it/)
        await found.close()
    })

    test("among several could be anybody's", async () => {
        relays(2)
        await expect(supply()).rejects.toThrow(/more than one relay is there/)
    })
})

test.each<[string, RegExp]>([
    ["supply: {}", /supply/],
    ["supply: { on: [a] }", /supply/],
    ["supply: { on: [a], off: [] }", /supply/],
    ["supply: { relay: usb }", /supply\.relay: /],
    ["supply: { on: [a, -p, 2], off: [b] }", /numbers in quotes/],
    ['supply: { on: ["a\\0b"], off: [b] }', /supply/],
    ["{}", /supply/],
    ["supply: { on: [a], off: [b] }\nmeter: yes", /no such key/],
])("a bench is not described by %s", (text, words) => {
    const file = join(folder, "bench.yaml")
    writeFileSync(file, text)
    expect(() => readEquipment(file)).toThrow(words)
    expect(() => readEquipment(file)).toThrow(/bench\.yaml:\d+:\d+/)
})
