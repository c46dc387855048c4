/** The gas valve on the emulated board, for tests that run where the user's own firmware and boot ROM are named by variables. */
import { decodeHeader, decodePackets, encodeFrame, FrameFlag } from "../../simulators/bus/frame"
import { deviceIdOf } from "../../simulators/bus/server"
import type { Part } from "../../simulators/parts/part"
import { randomStreams } from "../../simulators/random"
import { buildFirmware } from "../../src/host/build/firmware"
import { EmulatedUnit } from "../../src/host/emulator/emulated-unit"
import {
    BOOTROM_VARIABLE,
    emulatedBoard,
    FIRMWARE_VARIABLE,
    readRuntimeFiles,
} from "../../src/host/emulator/runtime-files"
import { manufacture } from "../../src/host/unit/simulated-factory"

const firmware = process.env[FIRMWARE_VARIABLE]
const bootrom = process.env[BOOTROM_VARIABLE]
/** Whether both are named. */
export const isRuntimeThere = firmware !== undefined && bootrom !== undefined
export const WHERE = isRuntimeThere ? "" : ` (skipped: ${FIRMWARE_VARIABLE} and ${BOOTROM_VARIABLE} name no files)`

const CHIP = "e6614c311b7e6f2a"
/** Jacdac `_sensor`: report of `reading`, and command that sets `streaming_interval`, in milliseconds. */
const READING = 0x1101
const SET_STREAMING_INTERVAL = 0x2004

/** Changes of a net, in milliseconds since power-on. */
export interface Edge {
    atMs: number
    high: boolean
}

export class EmulatedValve {
    readonly unit: EmulatedUnit

    private constructor(unit: EmulatedUnit) {
        this.unit = unit
    }

    /** A unit as it leaves the simulated factory, without power. */
    static async make(seed: number | string = 1): Promise<EmulatedValve> {
        const definition = emulatedBoard("valve_pico")
        const { image } = await buildFirmware("gas-valve")
        const unit = new EmulatedUnit(definition, CHIP, readRuntimeFiles({ firmware, bootrom }), randomStreams(seed))
        unit.board.restore((await manufacture(image, definition, CHIP))!)
        return new EmulatedValve(unit)
    }

    /** Since power-on, in milliseconds. */
    get nowMs(): number {
        return this.unit.trace.clock.nowUs / 1000
    }

    part(name: string): Part {
        return this.unit.board.parts.get(name)!
    }

    /** Everything that the net does from now on. */
    follow(net: string): Edge[] {
        const edges: Edge[] = []
        this.unit.board.wiring.watch(net, high => edges.push({ atMs: this.nowMs, high }))
        return edges
    }

    /**
     * From now on the gas sensor tells its reading every so often, since somebody on the bus asks for it.
     * @returns how often it has done so
     */
    tellGasEvery(ms: number): () => number {
        const { bus } = this.unit
        const sensor = deviceIdOf("unit.gas")
        let readings = 0
        const receive = (frame: Uint8Array) => {
            if (decodeHeader(frame)?.deviceId !== sensor) return
            readings += decodePackets(frame).filter(({ command }) => command === READING).length
        }
        const somebody = { name: "somebody", receive }
        const payload = Buffer.alloc(4)
        payload.writeUInt32LE(ms)
        bus.attach(somebody)
        bus.send(
            somebody,
            encodeFrame(sensor, FrameFlag.Command, { serviceIndex: 1, command: SET_STREAMING_INTERVAL, payload }),
        )
        return () => readings
    }

    /** Presses the button for so long. */
    async press(ms: number): Promise<void> {
        this.part("button").act("press")
        await this.unit.wait(ms)
        this.part("button").act("release")
    }
}
