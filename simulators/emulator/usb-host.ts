/** The computer at the other end of the chip's USB cable: it enumerates the device and opens its serial port (USB CDC 1.2, ACM). */
import { type RPUSBController, USBCDC } from "rp2040js"

/** A full-speed bulk packet, and how long the host takes until the next. */
const PACKET_BYTES = 64
const PACKET_US = 50

export class UsbHost {
    /** Whether the cable is there. */
    plugged = true
    /** Bytes from the device. */
    onData: (bytes: Uint8Array) => void = () => {}
    readonly #usb: RPUSBController
    readonly #cdc: USBCDC
    #waiting: Uint8Array = new Uint8Array(0)
    /** The device has room for a packet of so many bytes. */
    #room: number | undefined
    #connected = false

    constructor(usb: RPUSBController) {
        this.#usb = usb
        this.#cdc = new USBCDC(usb)
        this.#cdc.onSerialData = bytes => this.onData(bytes)
        this.#cdc.onDeviceConnected = () => {
            this.#connected = true
        }
        const enable = usb.onUSBEnabled
        usb.onUSBEnabled = () => this.plugged && enable?.()
        // The package answers at once with what there is, be it nothing.
        usb.onEndpointRead = (endpoint, size) => {
            if (endpoint !== this.#outEndpoint) return
            this.#room = size
            this.#send()
        }
    }

    /** The port is open. */
    get connected(): boolean {
        return this.#connected
    }

    write(bytes: Uint8Array): void {
        this.#waiting = Buffer.concat([this.#waiting, bytes])
        this.#send()
    }

    /** Found while the device was enumerated; closed to others in the package's types. */
    get #outEndpoint(): number {
        return (this.#cdc as unknown as { outEndpoint: number }).outEndpoint
    }

    #send(): void {
        if (this.#room === undefined || this.#waiting.length === 0) return
        const packet = this.#waiting.subarray(0, Math.min(this.#room, PACKET_BYTES))
        this.#waiting = this.#waiting.subarray(packet.length)
        this.#room = undefined
        this.#usb.endpointReadDone(this.#outEndpoint, packet, PACKET_US)
    }
}
