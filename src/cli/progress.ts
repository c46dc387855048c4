import type { WriteStream } from "node:tty"

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
        this.#terminal?.write(CLEAR_LINE + status)
    }

    /** @param share of the work that is done, from 0 to 1 */
    showBar(share: number): void {
        const cells = Math.floor(share * BAR_CELLS)
        this.show(`${"█".repeat(cells)}${"░".repeat(BAR_CELLS - cells)} ${Math.floor(share * 100)} %`)
    }

    /** Prints a line that stays, on standard output. */
    print(line: string): void {
        const status = this.#status
        this.clear()
        process.stdout.write(`${line}\n`)
        if (status) this.show(status)
    }

    clear(): void {
        if (this.#status) this.#terminal?.write(CLEAR_LINE)
        this.#status = ""
    }
}
