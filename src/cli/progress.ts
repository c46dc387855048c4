import type { WriteStream } from "node:tty"
import { plainText } from "../host/plain-text"
import type { Waiting } from "../host/unit/unit-link"
import { type Line, printLines } from "./lines"

const BAR_CELLS = 30
const CLEAR_LINE = "\r\x1b[2K"

/** A last line that says how far things are. It is for people at a terminal: anywhere else it is not shown. */
export class Progress {
    readonly #terminal: WriteStream | undefined
    #status = ""

    constructor(stream: WriteStream) {
        this.#terminal = stream.isTTY ? stream : undefined
    }

    show(status: string): void {
        if (status === this.#status) return
        this.#status = status
        this.#terminal?.write(CLEAR_LINE + plainText(status))
    }

    /** Shows behind the status what is waited for, and for how long by now, until there is another status. */
    readonly waiting: Waiting = (what, waitedMs) => {
        this.#terminal?.write(CLEAR_LINE + plainText(`${this.#status} (${what}: ${Math.floor(waitedMs / 1000)} s)`))
    }

    /** @param share of the work that is done, from 0 to 1 */
    showBar(share: number): void {
        const cells = Math.floor(share * BAR_CELLS)
        this.show(`${"█".repeat(cells)}${"░".repeat(BAR_CELLS - cells)} ${Math.floor(share * 100)} %`)
    }

    /** Prints a line that stays, on standard output. */
    print(line: Line): void {
        const status = this.#status
        this.clear()
        printLines(line)
        if (status) this.show(status)
    }

    clear(): void {
        if (this.#status) this.#terminal?.write(CLEAR_LINE)
        this.#status = ""
    }
}
