import type { Bus, BusNode } from "../bus/bus"
import { FrameFlag } from "../bus/frame"
import { jacdac } from "../bus/jacdac"
import { encodeBridgeFrame, encodeForUsb, isBridgeFrame, UsbFrameDecoder } from "../bus/usb-framing"
import { type Clock, US_PER_S } from "../clock"
import type { EmulatedBoard } from "./board"

/**
 * The USB cable between an emulated board and a host whose bus is another than the board's: frames of the one go to the other (`docs/serial.md`). A
 * board that passes on nothing for a second is told to: it may have started anew, and forgotten it.
 */
export class UsbCable implements BusNode {
    readonly name = "usb"
    readonly #bus: Bus
    readonly #board: EmulatedBoard
    #hasHeard = false

    /** @param bus the host's */
    constructor({ bus, board, clock }: { bus: Bus; board: EmulatedBoard; clock: Clock }) {
        this.#bus = bus
        this.#board = board
        const decoder = new UsbFrameDecoder(frame => this.#forward(frame))
        board.onSerial = bytes => decoder.push(bytes)
        bus.attach(this)
        const ask = () => {
            if (!this.#hasHeard) this.receive(encodeBridgeFrame(FrameFlag.Command, jacdac.UsbBridgeCmd.EnablePackets))
            this.#hasHeard = false
            clock.after(US_PER_S, ask)
        }
        clock.after(US_PER_S, ask)
    }

    receive(frame: Uint8Array): void {
        this.#board.writeSerial(encodeForUsb(frame))
    }

    #forward(frame: Uint8Array): void {
        this.#hasHeard = true
        if (!isBridgeFrame(frame)) this.#bus.send(this, frame)
    }
}
