/** The devices of the campaign `late`: what they are asked to work at, and what happens meanwhile that has to make an output safe. */
import type { BoardState } from "../../simulators/board/board"
import { type BoardDefinition, loadBoard } from "../../simulators/board/definition"
import { buildFirmware } from "../../src/host/build/firmware"
import type { MemorySession } from "../../src/host/session/kept-session"
import type { LongWork } from "../firmware/long-work/works"
import type { Device } from "../host/update/releases"
import type { Workbench } from "../simulators/board/workbench"
import { matrixDevices, type Output } from "./fail-safe-matrix-devices"
import type { SensorStream } from "./sensor-stream"

/** Something after which an output has to be safe. */
export interface Emergency {
    name: string
    /** Name of the output. */
    output: string
    /** From there until the output is safe. */
    limitMs: number
    prepare?(bench: Workbench): void
    ready?(bench: Workbench): Promise<void>
    arise(bench: Workbench, sensor: SensorStream): void
}

export interface LateSubject {
    device: string
    firmware: Uint8Array
    definition: BoardDefinition
    /** As it comes from the factory; if left out, the board has the program and nothing else. */
    unit?: BoardState
    /** Of the owner who asks it for its works. */
    session?: MemorySession
    outputs: readonly Output[]
    works: readonly LongWork[]
    emergencies: readonly Emergency[]
    /** Part whose module streams readings, and what it says while all is well. */
    sensor: { part: string; calm: Buffer }
    /** Silences the module itself, which keeps a rhythm of its own. */
    silence?(bench: Workbench): void
    ask: readonly [part: string, action: string, ms: number][]
    /** For so long outputs stay on that were asked for, in milliseconds; undefined for good. */
    staysOnMs?: number
}

/** u16.16 of %LEL: far above what shuts the valve, and clean air. */
const GAS = Buffer.from([0, 0, 50, 0])
const CLEAN_AIR = Buffer.alloc(4)
/** u0.16: how loud it is at the door. */
const QUIET = Buffer.alloc(2)

const gasStream = {
    sensor: { part: "device.gas", calm: CLEAN_AIR },
    silence: ({ act }: Workbench) => act("gas", "fail", "silence"),
}
/** Longer than the stock runtime may stand still between two readings. */
const PRESS: LateSubject["ask"] = [
    ["button", "press", 500],
    ["button", "release", 300],
]

const LIMIT_MS = 500
/** Of a person's wish, which the device keeps on record before it follows it. */
const WISH_LIMIT_MS = 1000

const gas: Emergency = { name: "gas", output: "valve", limitMs: LIMIT_MS, arise: (_, sensor) => sensor.say(GAS) }

export async function lateSubjects(): Promise<Record<Device, LateSubject>> {
    const [valve, doorbell] = await matrixDevices()
    const fromMatrix = (name: string, output: string, limitMs: number): Emergency => {
        const { prepare, ready, arise } = doorbell.causes.find(cause => cause.name === name)!
        return { name, output, limitMs, prepare, ready, arise }
    }
    return {
        "gas-valve": {
            ...valve,
            ...gasStream,
            device: "gas-valve",
            ask: PRESS,
            emergencies: [gas],
        },
        doorbell: {
            ...doorbell,
            device: "doorbell",
            emergencies: [
                fromMatrix("case opened", "strike", LIMIT_MS),
                fromMatrix("disabled by its owner", "strike", WISH_LIMIT_MS),
                fromMatrix("indicator burnt", "capture supply", LIMIT_MS),
            ],
            sensor: { part: "device.microphone", calm: QUIET },
        },
    }
}

/** A valve that computes for ever and in stretches of 40 ms. */
export async function computingValve(): Promise<LateSubject> {
    const { image } = await buildFirmware("test/programs/computing-valve.ts")
    const { outputs } = (await matrixDevices())[0]
    return {
        ...gasStream,
        device: "computing-valve",
        firmware: image,
        definition: loadBoard("valve_pico", "boards"),
        outputs,
        works: [{ name: "compute", devices: [], *work() {} }],
        emergencies: [gas],
        ask: PRESS,
    }
}
