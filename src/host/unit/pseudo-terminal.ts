import { type ChildProcessByStdio, spawn } from "node:child_process"
import type { Readable, Writable } from "node:stream"
import { InputError } from "../input-error"

/**
 * Node has no pseudo-terminals, and the package that adds them is native code to be compiled. Python's standard library has them: it opens one,
 * says its path on the first line, and passes bytes on both ways until its standard input ends. As at a board's USB connector, what is sent while
 * nobody has the port open is lost, and so is what whoever has it open does not read: neither is told to the next one that opens it.
 */
const HELPER = `
import os, pty, select, tty
LIMIT = 65536
master, slave = pty.openpty()
tty.setraw(slave)
os.write(1, (os.ttyname(slave) + "\\n").encode())
os.close(slave)
os.set_blocking(master, False)
def heard():
    try: return os.read(master, 4096) or None
    except BlockingIOError: return b""
    except OSError: return None
data, unread = None, b""
while True:
    is_open = data is not None
    sources = [0, master] if is_open else [0]
    ready, _, _ = select.select(sources, [master] if unread else [], [], None if is_open else 0.02)
    if 0 in ready:
        more = os.read(0, 4096)
        if not more: break
        if len(unread) + len(more) <= LIMIT: unread += more
    data = heard()
    if data is None: unread = b""
    if data: os.write(1, data)
    try: unread = unread[os.write(master, unread):] if unread else b""
    except BlockingIOError: pass
    except OSError: unread = b""
`

type Helper = ChildProcessByStdio<Writable, Readable, null>

/** A pseudo-terminal that other programs take for a serial port. */
export class PseudoTerminal {
    /** Such as /dev/pts/7. */
    readonly path: string
    readonly #helper: Helper
    readonly #ended: Promise<void>
    #isThere = true

    /**
     * @param receive bytes that somebody writes to it
     * @param asker what needs it, for the message
     * @throws InputError if there is no Python 3, or the system has no pseudo-terminals
     */
    static async open(
        receive: (bytes: Uint8Array) => void,
        python = "python3",
        asker = "--serial-pty",
    ): Promise<PseudoTerminal> {
        // In a group of its own: what interrupts this process at a terminal lets it end its port itself.
        const helper = spawn(python, ["-c", HELPER], { stdio: ["pipe", "pipe", "ignore"], detached: true })
        // Whoever writes to a helper that has ended hears of it by its end.
        helper.stdin.on("error", () => {})
        const ended = new Promise<void>(resolve => {
            helper.once("error", () => resolve())
            helper.once("exit", () => resolve())
        })
        const path = await firstLine(helper, receive, ended)
        if (path === undefined) throw new InputError(`${asker} needs python3, on a system with pseudo-terminals`)
        return new PseudoTerminal(path, helper, ended)
    }

    private constructor(path: string, helper: Helper, ended: Promise<void>) {
        this.path = path
        this.#helper = helper
        this.#ended = ended
        void ended.then(() => {
            this.#isThere = false
        })
    }

    /** Whether the port is still there. */
    get isThere(): boolean {
        return this.#isThere
    }

    write(bytes: Uint8Array): void {
        if (this.#helper.stdin.writable) this.#helper.stdin.write(bytes)
    }

    /** Takes the port away; whoever has it open sees an unplugged board. */
    async close(): Promise<void> {
        this.#helper.stdin.end()
        await this.#ended
    }
}

/** @param receive gets what follows @returns undefined if the helper ends before */
function firstLine(
    helper: Helper,
    receive: (bytes: Uint8Array) => void,
    ended: Promise<void>,
): Promise<string | undefined> {
    return new Promise(resolve => {
        let head: Buffer | undefined = Buffer.alloc(0)
        void ended.then(() => resolve(undefined))
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
