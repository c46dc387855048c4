import { spawnSync } from "node:child_process"
import { open } from "node:fs/promises"
import { describe, expect, test } from "vitest"
import { PseudoTerminal } from "../../../src/host/unit/pseudo-terminal"

const isPythonThere = process.platform !== "win32" && spawnSync("python3", ["--version"]).status === 0

describe("a pseudo-terminal", () => {
    test.skipIf(!isPythonThere)("passes every byte on, both ways", async () => {
        const received: number[] = []
        let enough: () => void
        const all = new Promise<void>(resolve => {
            enough = resolve
        })
        const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
        const terminal = await PseudoTerminal.open(chunk => {
            received.push(...chunk)
            if (received.length >= bytes.length) enough()
        })
        const other = await open(terminal.path, "r+")
        await other.write(bytes)
        await all
        expect(received).toEqual([...bytes])
        terminal.write(bytes)
        const read = Buffer.alloc(bytes.length)
        let length = 0
        while (length < bytes.length) length += (await other.read(read, length)).bytesRead
        expect([...read]).toEqual([...bytes])
        await other.close()
        expect(terminal.isThere).toBe(true)
        await terminal.close()
        expect(terminal.isThere).toBe(false)
    })

    test("without Python, it is said what is needed", async () => {
        await expect(PseudoTerminal.open(() => {}, "no-such-python")).rejects.toThrow("--serial-pty needs python3")
    })

    test("a helper that ends at once is no terminal", async () => {
        await expect(PseudoTerminal.open(() => {}, "false")).rejects.toThrow("--serial-pty needs python3")
    })
})
