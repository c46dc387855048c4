import type { SerialPort } from "serialport"
import { type JDBus, jacdac } from "../../../simulators/bus/jacdac"
import type { FieldValue } from "../../../simulators/bus/service-spec"
import type { Json } from "../../../simulators/trace"
import { DomovoiClient } from "./domovoi-client"
import { SerialBridge } from "./serial-bridge"
import type { InstallLink } from "./unit-link"

/** A program starts 1.2 s after power-on, and its services are announced twice a second. */
const START_MS = 5_000

/** A unit on the desk, at a serial port of this machine. */
export class SerialUnit implements InstallLink {
    readonly #bridge: SerialBridge
    readonly #jdbus: JDBus
    readonly #client: DomovoiClient

    /**
     * Opens the port, and waits for the device's program.
     * @param path such as /dev/ttyACM0 or COM3
     * @param Port opens it; the `serialport` package's, if left out
     * @throws InputError if the port cannot be opened; LinkError if nobody answers there, or not exactly one Domovoi device
     */
    static async open(path: string, Port?: typeof SerialPort): Promise<SerialUnit> {
        const unit = await SerialUnit.connect(path, Port)
        try {
            await unit.#whileConnected(unit.#client.find(START_MS))
        } catch (error) {
            await unit.close()
            throw error
        }
        return unit
    }

    /** Opens the port, whether the board has a program or not. @throws InputError if the port cannot be opened; LinkError if nobody answers */
    static async connect(path: string, Port?: typeof SerialPort): Promise<SerialUnit> {
        return new SerialUnit(await SerialBridge.open(path, Port))
    }

    private constructor(bridge: SerialBridge) {
        this.#bridge = bridge
        this.#jdbus = new jacdac.JDBus([], { scheduler: new BackgroundScheduler(), disableRoleManager: true })
        this.#client = new DomovoiClient(this.#jdbus)
        bridge.bus = this.#jdbus
    }

    get(register: string): Promise<Json> {
        return this.#whileConnected(this.#client.get(register))
    }

    call(command: string, values?: Record<string, FieldValue>): Promise<Record<string, FieldValue>> {
        return this.#whileConnected(this.#client.call(command, values))
    }

    programSha256(): Promise<string> {
        return this.#whileConnected(this.#client.programSha256())
    }

    chip(): Promise<string> {
        return this.#whileConnected(this.#client.chip())
    }

    install(image: Uint8Array, onProgress: (share: number) => void): Promise<void> {
        return this.#whileConnected(this.#client.install(image, onProgress))
    }

    find(timeoutMs: number): Promise<void> {
        return this.#whileConnected(this.#client.find(timeoutMs))
    }

    wait(ms: number): Promise<void> {
        return this.#whileConnected(new Promise(resolve => setTimeout(resolve, ms)))
    }

    async close(): Promise<void> {
        await this.#jdbus.stop()
        await this.#bridge.close()
    }

    /** @throws LinkError as soon as the connection ends, instead of when the time for an answer is up */
    #whileConnected<T>(work: Promise<T>): Promise<T> {
        return Promise.race([work, this.#bridge.lost])
    }
}

/** The library lets the time limit of a command run out although it was answered. The process has to be able to end before. */
class BackgroundScheduler extends jacdac.WallClockScheduler {
    override setTimeout(...timer: Parameters<JDBus["scheduler"]["setTimeout"]>) {
        return super.setTimeout(...timer).unref()
    }
}
