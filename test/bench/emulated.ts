/** The programs of `devs/bench` on the emulated board: what they take there, by the program's own clock. */
import { Bus } from "../../simulators/bus/bus"
import { FrameFlag } from "../../simulators/bus/frame"
import { jacdac } from "../../simulators/bus/jacdac"
import { encodeBridgeFrame, encodeForUsb } from "../../simulators/bus/usb-framing"
import { US_PER_MS, US_PER_S, VirtualClock } from "../../simulators/clock"
import { EmulatedBoard } from "../../simulators/emulator/board"
import { LogReader } from "../../simulators/emulator/log-reader"
import { randomStreams } from "../../simulators/random"
import { Trace } from "../../simulators/trace"
import { buildBenchmark, PROGRAMS } from "../../src/host/bench/programs"
import { SectionLines } from "../../src/host/bench/section-lines"
import {
    BOOTROM_VARIABLE,
    emulatedBoard,
    FIRMWARE_VARIABLE,
    readRuntimeFiles,
} from "../../src/host/emulator/runtime-files"
import type { Benchmark, Figure } from "./figure"

/** Emulated time after which a program that has not finished is given up. */
const LIMIT_S = 300
/** USB is enumerated then; the runtime sends its log from the first command to its bridge on. */
const SPOKEN_TO_MS = 500

/** @param only names of figures begin so */
export function emulatedBenchmark(only: string): Benchmark {
    return {
        prefix: "emulated",
        title: "The programs of devs/bench on the emulated board, in milliseconds by their own clock",
        columns: ["measuredMs"],
        exact: false,
        async measure() {
            const figures: Figure[] = []
            for (const program of PROGRAMS)
                if (only.length <= "emulated.".length || PROGRAM_OF(only) === program)
                    figures.push(...(await measure(program)))
            return figures
        },
    }
}

/** `emulated.hashes` is the program hashes. */
const PROGRAM_OF = (only: string) => only.split(".")[1]

/** @throws Error if the program does not finish, or finds a result wrong */
async function measure(program: string): Promise<Figure[]> {
    const { image } = await buildBenchmark(program)
    const definition = emulatedBoard("valve_pico")
    const runtime = readRuntimeFiles({
        firmware: process.env[FIRMWARE_VARIABLE],
        bootrom: process.env[BOOTROM_VARIABLE],
    })
    const clock = new VirtualClock()
    const trace = new Trace(clock)
    const random = randomStreams("bench")
    const bus = new Bus({ name: "bus", clock, trace, random: random("bus") })
    const deviceId = "e6614c311b7e6f2a"
    const board = new EmulatedBoard({
        name: "bench",
        definition,
        deviceId,
        runtime,
        clock,
        bus,
        trace,
        random,
        usb: true,
    })
    board.install(image)
    const lines = new SectionLines()
    const log = new LogReader(line => lines.take(line))
    board.onSerial = bytes => log.push(bytes)
    clock.after(SPOKEN_TO_MS * US_PER_MS, () =>
        board.writeSerial(encodeForUsb(encodeBridgeFrame(FrameFlag.Command, jacdac.UsbBridgeCmd.EnableLog))),
    )
    board.powerOn()
    while (!lines.isFinished && clock.nowUs < LIMIT_S * US_PER_S) clock.runUntil(clock.nowUs + US_PER_S)
    board.powerOff()
    if (!lines.isFinished) throw new Error(`${program} is not through after ${LIMIT_S} s`)
    return lines.sections.map(({ name, measuredMs }) => ({
        name: `emulated.${program}.${name}.measuredMs`,
        value: measuredMs,
        unit: "ms",
    }))
}
