import { type ChildProcessByStdio, spawn } from "node:child_process"
import type { Readable, Writable } from "node:stream"
import { InputError } from "../input-error"

/**
 * Node has no pseudo-terminals, and the package that adds them is native code to be compiled. Python's standard library has them: it opens one,
 * says its path on the first line, and passes bytes on both ways until its standard input ends.
 */
const HELPER = `
import os, pty, select, sys, tty
master, slave = pty.openpty()
tty.setraw(slave)
os.write(1, (os.ttyname(slave) + "\\n").encode())
while True:
    ready, _, _ = select.select([0, master], [], [])
    if 0 in ready:
        data = os.read(0, 4096)
        if not data: break
        os.write(master, data)
    if master in ready:
        os.write(1, os.read(master, 4096))
`

type Helper = ChildProcessByStdio<Writable, Readable, null>

/** A pseudo-terminal that other programs take for a serial port. */
export class PseudoTerminal {
    /** Such as /dev/pts/7. */
    readonly path: string
    readonly #helper: Helper

    /**
     * @param receive bytes that somebody writes to it
     * @throws InputError if there is no Python 3, or the system has no pseudo-terminals
     */
    static async open(receive: (bytes: Uint8Array) => void, python = "python3"): Promise<PseudoTerminal> {
        const helper = spawn(python, ["-c", HELPER], { stdio: ["pipe", "pipe", "ignore"] })
        // Whoever writes to a helper that has ended hears of it by its end.
        helper.stdin.on("error", () => {})
        const path = await firstLine(helper, receive)
        if (path === undefined) throw new InputError("--serial-pty needs python3, on a system with pseudo-terminals")
        return new PseudoTerminal(path, helper)
    }

    private constructor(path: string, helper: Helper) {
        this.path = path
        this.#helper = helper
    }

    write(bytes: Uint8Array): void {
        if (this.#helper.stdin.writable) this.#helper.stdin.write(bytes)
    }

    async close(): Promise<void> {
        if (this.#helper.exitCode !== null) return
        const ended = new Promise<void>(resolve => this.#helper.once("exit", () => resolve()))
        this.#helper.stdin.end()
        await ended
    }
}

/** @param receive gets what follows @returns undefined if the helper ends before */
function firstLine(helper: Helper, receive: (bytes: Uint8Array) => void): Promise<string | undefined> {
    return new Promise(resolve => {
        let head: Buffer | undefined = Buffer.alloc(0)
        helper.once("error", () => resolve(undefined))
        helper.once("exit", () => resolve(undefined))
        helper.stdout.on("data", (bytes: Buffer) => {
            if (!head) {
                receive(bytes)
                return
            }
            head = Buffer.concat([head, bytes])
            const end = head.indexOf("\n")
            if (end < 0) return
            const rest = head.subarray(end + 1)
            resolve(head.toString("utf8", 0, end))
            head = undefined
            if (rest.length > 0) receive(rest)
        })
    })
}
