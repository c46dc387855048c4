/**
 * Jacdac on a serial line (jacdac-spec, services/usbbridge.md): frames and text of the log share it. A frame stands between FE FC and
 * FE FD, with FE F8 for each byte FE in it; FE FB says that frames were left out, FE FA that text was. UTF-8 has no byte FE.
 */
import { decodeHeader, encodeFrame, FrameFlag } from "./frame"
import { jacdac } from "./jacdac"

const { Magic, LiteralMagic, FrameStart, FrameEnd, FrameGap, SerialGap, Reserved } = jacdac.UsbBridgeQByte

/** Two bytes that mark a place where frames were left out. */
export const FRAME_GAP = Uint8Array.of(Magic, FrameGap)
/** Header, and 240 bytes of packets. */
const MAX_FRAME_BYTES = 252

export function encodeForUsb(frame: Uint8Array): Uint8Array {
    const quoted = [...frame].flatMap(byte => (byte === Magic ? [Magic, LiteralMagic] : [byte]))
    return Uint8Array.of(Magic, FrameStart, ...quoted, Magic, FrameEnd)
}

/** Finds the frames in what comes over the line, however it is cut. Text, garbage and damaged frames are passed over. */
export class UsbFrameDecoder {
    readonly #receive: (frame: Uint8Array) => void
    /** Undefined between frames. */
    #frame: number[] | undefined
    #afterMagic = false

    constructor(receive: (frame: Uint8Array) => void) {
        this.#receive = receive
    }

    push(bytes: Uint8Array): void {
        for (const byte of bytes) {
            const isQuoted = this.#afterMagic
            this.#afterMagic = byte === Magic
            if (isQuoted) this.#takeQuoted(byte)
            else if (byte !== Magic) this.#take(byte)
        }
    }

    #takeQuoted(byte: number): void {
        if (byte === LiteralMagic) this.#take(Magic)
        else if (byte === FrameStart) this.#frame = []
        else if (byte === FrameEnd) this.#end()
        else if (!WITHOUT_MEANING_HERE.includes(byte)) this.#frame = undefined
    }

    #take(byte: number): void {
        if (this.#frame?.length === MAX_FRAME_BYTES) this.#frame = undefined
        this.#frame?.push(byte)
    }

    #end(): void {
        const frame = Uint8Array.from(this.#frame ?? [])
        this.#frame = undefined
        if (decodeHeader(frame)) this.#receive(frame)
    }
}

const WITHOUT_MEANING_HERE: readonly number[] = [Reserved, SerialGap, FrameGap]

/** What the two ends of the line have to say to each other goes as packets of this service, which are for nobody behind them. */
const BRIDGE_ID = deviceIdOfService(jacdac.SRV_USB_BRIDGE)

/** @param flags `FrameFlag.Command` from the host, 0 from the device */
export function encodeBridgeFrame(flags: number, command: number): Uint8Array {
    const packet = { serviceIndex: jacdac.JD_SERVICE_INDEX_BROADCAST, command, payload: new Uint8Array(0) }
    return encodeFrame(BRIDGE_ID, FrameFlag.Multicast | flags, packet)
}

export function isBridgeFrame(frame: Uint8Array): boolean {
    const { flags, deviceId } = decodeHeader(frame)!
    return (flags & FrameFlag.Multicast) !== 0 && deviceId === BRIDGE_ID
}

function deviceIdOfService(serviceClass: number): string {
    const id = Buffer.alloc(8)
    id.writeUInt32LE(serviceClass, 0)
    id.writeUInt32LE(jacdac.JD_DEVICE_IDENTIFIER_BROADCAST_HIGH_MARK, 4)
    return id.toString("hex")
}
