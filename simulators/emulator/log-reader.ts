import { jacdac } from "../bus/jacdac"

const { Magic, FrameStart, FrameEnd, LiteralMagic } = jacdac.UsbBridgeQByte
const NEWLINE = 0x0a
const LONGEST_LINE_BYTES = 4096

/** Finds the lines of the runtime's log in what comes over USB, between the frames (`simulators/bus/usb-framing.ts`). */
export class LogReader {
    readonly #receive: (line: string) => void
    #line: number[] = []
    #isInFrame = false
    #afterMagic = false

    constructor(receive: (line: string) => void) {
        this.#receive = receive
    }

    push(bytes: Uint8Array): void {
        for (const byte of bytes) {
            if (this.#afterMagic) this.#takeQuoted(byte)
            else if (byte !== Magic) this.#take(byte)
            this.#afterMagic = byte === Magic && !this.#afterMagic
        }
    }

    #takeQuoted(byte: number): void {
        if (byte === FrameStart) this.#isInFrame = true
        else if (byte === FrameEnd) this.#isInFrame = false
        else if (byte === LiteralMagic) this.#take(Magic)
    }

    #take(byte: number): void {
        if (this.#isInFrame) return
        if (byte !== NEWLINE) {
            if (this.#line.length < LONGEST_LINE_BYTES) this.#line.push(byte)
            return
        }
        const line = Buffer.from(this.#line).toString("utf8").trimEnd()
        this.#line = []
        this.#receive(line)
    }
}
