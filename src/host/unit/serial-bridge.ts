import type { SerialPort } from "serialport"
import { FrameFlag } from "../../../simulators/bus/frame"
import { jacdac } from "../../../simulators/bus/jacdac"
import { encodeBridgeFrame, encodeForUsb, isBridgeFrame, UsbFrameDecoder } from "../../../simulators/bus/usb-framing"
import { InputError } from "../input-error"
import { BoardBridge } from "./board-bridge"

/** What the UART of an ESP32 board expects. Chips with USB of their own take any. */
const BAUD_RATE = 1_500_000
/** Whatever is on a bus announces itself twice a second: a board that passes on nothing for this long has to be told to. */
const SILENCE_MS = 1_000

/** A serial port with a board at its other end. */
export class SerialBridge extends BoardBridge {
    readonly #port: SerialPort
    readonly #questions: NodeJS.Timeout
    #hasHeard = false

    /**
     * Opens the port and waits until somebody answers.
     * @param path such as /dev/ttyACM0 or COM3
     * @param Port opens it; the `serialport` package's, if left out
     * @param overhear hears all bytes: the text of the runtime's log is among them
     * @throws InputError if the port cannot be opened; LinkError if nobody answers
     */
    static async open(
        path: string,
        Port?: typeof SerialPort,
        overhear: (bytes: Uint8Array) => void = () => {},
    ): Promise<SerialBridge> {
        return new SerialBridge(path, await openPort(path, Port), overhear).answered()
    }

    private constructor(path: string, port: SerialPort, overhear: (bytes: Uint8Array) => void) {
        super(path)
        this.#port = port
        const unplugged = () => this.ended("the connection has ended; plug the board in again and repeat the command")
        const decoder = new UsbFrameDecoder(frame => this.#receive(frame))
        port.on("data", bytes => {
            decoder.push(bytes)
            overhear(bytes)
        })
        port.on("close", unplugged)
        port.on("error", unplugged)
        // A board that starts anew has forgotten that it is to pass frames on.
        this.#questions = setInterval(() => {
            if (!this.#hasHeard) this.#enablePackets()
            this.#hasHeard = false
        }, SILENCE_MS)
        this.#enablePackets()
    }

    async close(): Promise<void> {
        clearInterval(this.#questions)
        if (this.#port.isOpen) await new Promise<void>(resolve => this.#port.close(() => resolve()))
    }

    protected override sendPacket(frame: Uint8Array): void {
        if (this.#port.isOpen) this.#port.write(encodeForUsb(frame))
    }

    #enablePackets(): void {
        this.sendPacket(encodeBridgeFrame(FrameFlag.Command, jacdac.UsbBridgeCmd.EnablePackets))
    }

    #receive(frame: Uint8Array): void {
        this.#hasHeard = true
        this.heard(frame)
        if (!isBridgeFrame(frame)) this.receiveFrameOrPacket(frame)
    }
}

/** @throws InputError */
async function openPort(path: string, Port?: typeof SerialPort): Promise<SerialPort> {
    // Loading the native module takes 0.1 s, which commands that need no port are spared.
    const PortClass = Port ?? (await import("serialport")).SerialPort
    return new Promise((resolve, reject) => {
        const port = new PortClass({ path, baudRate: BAUD_RATE }, error =>
            error ? reject(new InputError(`${path}: ${refusal(error.message)}`)) : resolve(port),
        )
    })
}

/** What the operating systems say when they do not open a port, and what it means. */
const REFUSALS: [RegExp, string][] = [
    [/no such|file not found/i, "there is no such port; plug the board in, and look under which name it appears"],
    [
        /permission denied/i,
        "this user may not open the port; on Linux, join the group that owns it (dialout or uucp) and log in again",
    ],
    [/cannot lock|busy|access denied/i, "another program has the port open; close it"],
]

function refusal(message: string): string {
    return REFUSALS.find(([pattern]) => pattern.test(message))?.[1] ?? `this is no serial port (${message})`
}
