import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { type AddressInfo, createServer } from "node:net"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { expect, onTestFinished, test } from "vitest"

test("--realtime: a program in the simulator talks to a server on this machine, and the command ends on time", async () => {
    const folder = mkdtempSync(join(tmpdir(), "domovoi-realtime-"))
    const heard: string[] = []
    const server = createServer(peer => peer.on("data", bytes => heard.push(bytes.toString()))).listen(0, "127.0.0.1")
    onTestFinished(() => {
        server.close()
        rmSync(folder, { recursive: true })
    })
    await once(server, "listening")
    mkdirSync(join(folder, "src"))
    writeFileSync(join(folder, "package.json"), "{}")
    writeFileSync(
        join(folder, "src/caller.ts"),
        `import { connect } from "@devicescript/net"
const socket = await connect({ proto: "tcp", host: "127.0.0.1", port: ${(server.address() as AddressInfo).port} })
await socket.send("hello")
`,
    )
    writeFileSync(
        join(folder, "call.yaml"),
        "title: A call\nduration: 3s\ndevices: { door: { board: doorbell_c3, firmware: ./src/caller.ts } }\n",
    )

    const parameters = [resolve("built/domovoi.js"), "sim", "call.yaml", "--realtime", "--json"]
    const command = spawn(process.execPath, parameters, { cwd: folder, stdio: "ignore" })
    expect(await once(command, "exit")).toEqual([0, null])
    expect(heard).toEqual(["hello"])
})
