import type { Bus, BusNode } from "./bus"
import { decodePackets } from "./frame"
import { jacdac } from "./jacdac"
import { encodeBridgeFrame, encodeForUsb, FRAME_GAP, isBridgeFrame, UsbFrameDecoder } from "./usb-framing"

/** Bytes of an endpoint's packet at full speed (USB 2.0 §5.8.3). */
const PACKET_BYTES = 64
/** What waits for the host, in bytes (JD_USB_QUEUE_SIZE of jacdac-c for DeviceScript). */
const QUEUE_BYTES = 2048
/** Answer to a command that the bridge does not know. */
const UNKNOWN_COMMAND = 0xff

const { EnablePackets, DisablePackets, EnableLog, DisableLog } = jacdac.UsbBridgeCmd

/**
 * A board's USB serial port, as the runtime serves it (jacdac-c, jd_usb.c): it joins the host to the board's bus. Nothing goes to the host
 * before its first command to the bridge, and frames only while packets are enabled. What the host does not fetch is kept up to a limit;
 * frames beyond it are lost, and a mark says where.
 */
export class UsbSerial implements BusNode {
    readonly name: string
    readonly #bus: Bus
    readonly #decoder = new UsbFrameDecoder(frame => this.#handle(frame))
    #queue: Buffer = Buffer.alloc(0)
    #isSpokenTo = false
    #forwards = false
    #leftOut = false

    constructor({ name, bus }: { name: string; bus: Bus }) {
        this.name = name
        this.#bus = bus
        bus.attach(this)
    }

    /** Takes what the host sends. Anything that is no frame, such as a question in the older HF2 protocol, is passed over. */
    push(bytes: Uint8Array): void {
        this.#decoder.push(bytes)
    }

    /** @returns the next packet for the host, at most 64 bytes; empty if there is none */
    pull(): Uint8Array {
        if (!this.#isSpokenTo) return Buffer.alloc(0)
        const packet = this.#queue.subarray(0, PACKET_BYTES)
        this.#queue = this.#queue.subarray(packet.length)
        return packet
    }

    /** Sends a line of the runtime's log. */
    log(line: string): void {
        this.#enqueue(Buffer.from(`${line}\r\n`))
    }

    /** The chip starts anew, as after a panic: what it was told is forgotten, while the host may not even notice. */
    restart(): void {
        this.#queue = Buffer.alloc(0)
        this.#isSpokenTo = false
        this.#forwards = false
        this.#leftOut = false
    }

    receive(frame: Uint8Array): void {
        if (this.#forwards) this.#sendFrame(frame)
    }

    #handle(frame: Uint8Array): void {
        if (!isBridgeFrame(frame)) {
            this.#bus.send(this, frame)
            return
        }
        this.#isSpokenTo = true
        const [{ command }] = decodePackets(frame)
        if (command === EnablePackets || command === DisablePackets) this.#forwards = command === EnablePackets
        this.#sendFrame(encodeBridgeFrame(0, BRIDGE_COMMANDS.includes(command) ? command : UNKNOWN_COMMAND))
    }

    #sendFrame(frame: Uint8Array): void {
        const encoded = encodeForUsb(frame)
        const isRoom = this.#enqueue(this.#leftOut ? Buffer.concat([FRAME_GAP, encoded]) : encoded)
        this.#leftOut = !isRoom
    }

    #enqueue(bytes: Uint8Array): boolean {
        if (this.#queue.length + bytes.length > QUEUE_BYTES) return false
        this.#queue = Buffer.concat([this.#queue, bytes])
        return true
    }
}

/** The runtime sends its log in any case, whatever was asked for. */
const BRIDGE_COMMANDS: readonly number[] = [EnablePackets, DisablePackets, EnableLog, DisableLog]
