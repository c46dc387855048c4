import { SerialPort } from "serialport"

/** The device's end of a cable. */
export interface Plugged {
    push(bytes: Uint8Array): void
    /** @returns an empty packet if there is nothing to fetch */
    pull(): Uint8Array
}

/** What the operating system says when it does not open a port, word for word as `serialport` passes it on. */
export const OPEN_ERRORS = {
    missing: "Error: No such file or directory, cannot open /dev/ttyTEST",
    missingOnWindows: "Opening COM7: File not found",
    forbidden: "Error: Permission denied, cannot open /dev/ttyTEST",
    busy: "Error Resource temporarily unavailable Cannot lock port",
    busyOnWindows: "Opening COM7: Access denied",
    noPort: "Error: Inappropriate ioctl for device setting custom baud rate of 1500000",
}

/** A machine with one serial port: the library's own class, over hardware of ours. */
export class SerialHardware {
    readonly #device: Plugged
    #port: FakePort | undefined
    /** Why the port cannot be opened. */
    openError: string | undefined
    /** How what the device sends is cut on its way through the machine. */
    cut = (bytes: Uint8Array): Uint8Array[] => [bytes]

    constructor(device: Plugged) {
        this.#device = device
    }

    /** Stands where a program has the class of the `serialport` package. */
    get Port(): typeof SerialPort {
        const binding = { open: async () => this.#open(), list: async () => [PORT_INFO] }
        return class extends SerialPort {
            static override list = binding.list

            constructor(...[options, opened]: ConstructorParameters<typeof SerialPort>) {
                super({ ...options, binding } as typeof options, opened)
            }
        }
    }

    get isOpen(): boolean {
        return this.#port?.isOpen ?? false
    }

    /** Brings to the host what the device has for it. */
    carry(): void {
        const packets: Uint8Array[] = []
        for (let packet = this.#device.pull(); packet.length > 0; packet = this.#device.pull()) packets.push(packet)
        if (packets.length > 0) for (const piece of this.cut(Buffer.concat(packets))) this.#port?.arrive(piece)
    }

    /** @param shows who learns of it: on Linux, at times, only one who writes */
    unplug(shows: "atOnce" | "onWrite"): void {
        this.#port!.unplug(shows)
    }

    #open(): FakePort {
        if (this.openError) throw new Error(this.openError)
        this.#port = new FakePort(bytes => this.#device.push(bytes))
        return this.#port
    }
}

const PORT_INFO = {
    path: "/dev/ttyTEST",
    serialNumber: "JD0123456789AB",
    manufacturer: undefined,
    pnpId: undefined,
    locationId: undefined,
    productId: undefined,
    vendorId: undefined,
}

/** As much of a binding's port as the library's stream calls. */
class FakePort {
    isOpen = true
    #isGone = false
    readonly #write: (bytes: Uint8Array) => void
    readonly #arrived: Uint8Array[] = []
    #reader: { done: () => void; fail: (error: Error) => void } | undefined

    constructor(write: (bytes: Uint8Array) => void) {
        this.#write = write
    }

    arrive(piece: Uint8Array): void {
        this.#arrived.push(piece)
        this.#reader?.done()
    }

    unplug(shows: "atOnce" | "onWrite"): void {
        this.#isGone = true
        if (shows === "atOnce") this.#reader?.fail(new Error("EIO: i/o error, read"))
    }

    async read(buffer: Buffer, offset: number, length: number): Promise<{ buffer: Buffer; bytesRead: number }> {
        if (this.#arrived.length === 0)
            await new Promise<void>((done, fail) => {
                this.#reader = { done, fail }
            })
        const piece = this.#arrived.shift()!
        if (piece.length > length) this.#arrived.unshift(piece.subarray(length))
        buffer.set(piece.subarray(0, length), offset)
        return { buffer, bytesRead: Math.min(piece.length, length) }
    }

    async write(bytes: Uint8Array): Promise<void> {
        if (this.#isGone) throw new Error("EIO: i/o error, write")
        this.#write(Buffer.from(bytes))
    }

    async close(): Promise<void> {
        this.isOpen = false
        this.#reader?.fail(Object.assign(new Error("Port is not open"), { canceled: true }))
    }
}
