import { vi } from "vitest"
import { Board } from "../../../simulators/board/board"
import { loadBoard } from "../../../simulators/board/definition"
import { Bus } from "../../../simulators/bus/bus"
import { UsbSerial } from "../../../simulators/bus/usb-serial"
import { US_PER_MS, VirtualClock } from "../../../simulators/clock"
import { randomStreams } from "../../../simulators/random"
import { Trace } from "../../../simulators/trace"
import { buildFirmware } from "../../../src/host/build/firmware"
import { RemoteUnit } from "../../../src/host/unit/remote-unit"
import { SerialBridge } from "../../../src/host/unit/serial-bridge"
import { manufacture } from "../../../src/host/unit/simulated-factory"
import { SerialHardware } from "../../simulators/bus/serial-hardware"

export const PATH = "/dev/ttyTEST"
const DEVICE_ID = "6a1f0c3b5d2e4f17"
const SLICE_MS = 5

/** A bus with a USB serial port at this machine, and nothing else yet. */
export class SerialBench {
    readonly clock = new VirtualClock()
    readonly trace = new Trace(this.clock)
    readonly random = randomStreams(1)
    readonly bus = new Bus({ name: "bus", clock: this.clock, trace: this.trace, random: this.random("bus") })
    readonly usb = new UsbSerial({ name: "usb", bus: this.bus })
    readonly hardware = new SerialHardware(this.usb)

    open(): Promise<RemoteUnit> {
        return this.while(SerialBridge.open(PATH, this.hardware.Port).then(bridge => RemoteUnit.open(bridge)))
    }

    /** Lets the board's time go on until the host has what it waits for, and with it the host's time if that is vitest's. */
    async while<T>(work: Promise<T>): Promise<T> {
        let settled = false
        const settle = () => {
            settled = true
        }
        work.then(settle, settle)
        while (!settled) {
            this.clock.runUntil(this.clock.nowUs + SLICE_MS * US_PER_MS)
            this.hardware.carry()
            if (vi.isFakeTimers()) await vi.advanceTimersByTimeAsync(SLICE_MS)
            else await new Promise(resolve => setImmediate(resolve))
        }
        return work
    }
}

/** A gas valve as it comes from the simulated factory, switched on, on the bench's bus. */
export async function valveOn(bench: SerialBench): Promise<Board> {
    const { image } = await buildFirmware("gas-valve")
    const definition = loadBoard("valve_pico", "boards")
    const { clock, bus, trace, random, usb } = bench
    const board = new Board({ name: "valve", definition, deviceId: DEVICE_ID, clock, bus, trace, random })
    board.restore((await manufacture(image, definition, DEVICE_ID))!)
    trace.watch(entry => {
        if (entry.kind === "log") usb.log(String(entry.line))
    })
    board.powerOn()
    return board
}
