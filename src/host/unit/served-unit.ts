import { Board } from "../../../simulators/board/board"
import type { BoardDefinition } from "../../../simulators/board/definition"
import { Bus } from "../../../simulators/bus/bus"
import { UsbSerial } from "../../../simulators/bus/usb-serial"
import { VirtualClock } from "../../../simulators/clock"
import type { Random } from "../../../simulators/random"
import { Trace, type TraceEntry } from "../../../simulators/trace"

/** What the trace says of a chip that runs no more, or begins anew. */
const ENDINGS: readonly string[] = ["reset", "runtime-panic", "hung", "power-lost"]

/** A simulated unit, alone on its bus; its host is outside of this process, at its USB connector. */
export class ServedUnit {
    readonly board: Board
    readonly #clock = new VirtualClock()
    readonly #usb: UsbSerial
    #endings = 0

    /**
     * Built without power and without a program: `board.install` or `board.restore` comes first.
     * @param deviceId of the chip, 16 hex digits
     * @param random opens the named streams that everything random in the unit is drawn from
     */
    constructor(definition: BoardDefinition, deviceId: string, random: (stream: string) => Random) {
        const clock = this.#clock
        const trace = new Trace(clock)
        const bus = new Bus({ name: "bus", clock, trace, random: random("bus") })
        this.board = new Board({ name: "unit", definition, deviceId, clock, bus, trace, random })
        this.#usb = new UsbSerial({ name: "usb", bus })
        trace.watch(entry => this.#happened(entry))
    }

    /** Its own time since it was built, in microseconds. */
    get nowUs(): number {
        return this.#clock.nowUs
    }

    /** How often its chip ended what it did: by a panic of its runtime, an endless loop in it, or because it was to begin anew. */
    get endings(): number {
        return this.#endings
    }

    async connect(): Promise<void> {
        this.board.powerOn()
    }

    async close(): Promise<void> {
        this.board.powerOff()
    }

    /** Takes what the host sends. A chip that does not run hears nothing. */
    push(bytes: Uint8Array): void {
        if (this.board.state === "running") this.#usb.push(bytes)
    }

    /** Lets its time go on. @returns what it sends to the host meanwhile */
    runUntil(us: number): Uint8Array {
        this.#clock.runUntil(us)
        const packets: Uint8Array[] = []
        for (let packet = this.#usb.pull(); packet.length > 0; packet = this.#usb.pull()) packets.push(packet)
        return Buffer.concat(packets)
    }

    #happened({ kind, line }: TraceEntry): void {
        if (kind === "log") this.#usb.log(String(line))
        if (!ENDINGS.includes(kind)) return
        this.#endings++
        this.#usb.restart()
    }
}
