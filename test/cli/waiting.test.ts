/** A command that waits for a unit: what it shows, and what an interruption leaves. */
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import type { WriteStream } from "node:tty"
import { afterAll, expect, test } from "vitest"
import { WebSocketServer } from "ws"
import type { BusNode } from "../../simulators/bus/bus"
import { Progress } from "../../src/cli/progress"
import { SlowUnit } from "../host/unit/slow-unit"

const folder = mkdtempSync(join(tmpdir(), "domovoi-waiting-"))
afterAll(() => rmSync(folder, { recursive: true }))

const DOMOVOI = resolve("built/domovoi.js")
const SLICE_MS = 10

test("behind what a command is at stands what it waits for, and for how long, until it is at something else", () => {
    let shown = ""
    const terminal = { isTTY: true, write: (text: string) => (shown += text) } as unknown as WriteStream
    const progress = new Progress(terminal)
    progress.show("letting the device make its key")
    progress.waiting("create_key", 1_049)
    progress.waiting("create_key", 61_999)
    progress.show("issuing the certificate")
    expect(shown.split("\r\x1b[2K").slice(1)).toEqual([
        "letting the device make its key",
        "letting the device make its key (create_key: 1 s)",
        "letting the device make its key (create_key: 61 s)",
        "issuing the certificate",
    ])
})

test("interrupted while it waits for a unit that says nothing to it, a command ends at once and leaves no file", async () => {
    const env = { ...process.env, DOMOVOI_CA_PASSPHRASE: "correct horse battery", XDG_CONFIG_HOME: folder }
    const made = spawnSync(process.execPath, [DOMOVOI, "ca", "init", "--name", "Hearth"], { cwd: folder, env })
    expect(made.status).toBe(0)
    const before = readdirSync(folder)
    const { url, read, close } = await served()
    const parameters = [DOMOVOI, "log", "pull", "-o", "valve.log", "--target", "ws", "--url", url]
    const command = spawn(process.execPath, parameters, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] })
    let stderr = ""
    command.stderr.on("data", text => {
        stderr += text
    })
    const ended = once(command, "exit")
    await Promise.race([read, ended])
    command.kill("SIGINT")
    expect(await ended).toEqual([130, null])
    expect(stderr).toMatch(/^domovoi: ended by SIGINT; .*\n$/)
    expect(readdirSync(folder)).toEqual(before)
    close()
})

/** A unit that hears everything and answers nothing, in real time behind a WebSocket; `read` settles when it is asked for a document. */
async function served() {
    const unit = new SlowUnit()
    unit.deaf = true
    const server = new WebSocketServer({ host: "127.0.0.1", port: 0 })
    await once(server, "listening")
    let wasRead = () => {}
    const read = new Promise<void>(resolve => {
        wasRead = resolve
    })
    const node: BusNode = {
        name: "server",
        receive: frame => {
            for (const client of server.clients) client.send(frame)
        },
    }
    unit.bus.attach(node)
    server.on("connection", client =>
        client.on("message", frame => unit.bus.send(node, new Uint8Array(frame as Buffer))),
    )
    const timer = setInterval(() => {
        unit.clock.runUntil(unit.clock.nowUs + SLICE_MS * 1_000)
        if (unit.heard.includes("read")) wasRead()
    }, SLICE_MS)
    const close = () => {
        clearInterval(timer)
        for (const client of server.clients) client.terminate()
        server.close()
    }
    return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, read, close }
}
