/** The columns of the fail-safe matrix: what the program is doing when something goes wrong, and what is promised then. */
import { encodeFrame, FrameFlag } from "../../simulators/bus/frame"
import { jacdac } from "../../simulators/bus/jacdac"
import { US_PER_MS } from "../../simulators/clock"
import type { Workbench } from "../simulators/board/workbench"
import type { Limit, MatrixDevice, Output } from "./fail-safe-matrix-devices"

export interface ProgramState {
    name: string
    /** What runs on the board. */
    program: "firmware" | "hostile"
    enter(bench: Workbench): void
    /** It is at work, on each of its works in turn. */
    works?: true
    limit(device: MatrixDevice, output: Output, whileRunning: Limit): Limit
}

const NO_DEADMAN: Limit = {
    why: "**Not met**: no dead-man gates this output. Without its program it stays on until the runtime starts one again, and for good if the chip hangs. A whole indicator is lit all the while, a burnt one is dark; privacy switch and supply cut the output at once.",
}
const HOSTILE: Limit = {
    why: "A program that beats is alive, not honest. What keeps such a program away is the decision whether to install it. The supply cuts every output at once, the privacy switch that of microphone and camera.",
}
/** The frame that asks for the reset may have to wait for another, and is then heard when nothing is being written. */
const ON_THE_WIRE_MS = 5

function deadmanLimit({ deadmanMs }: MatrixDevice, { deadman }: Output): Limit {
    return deadman === undefined ? NO_DEADMAN : { withinMs: deadmanMs[deadman] }
}

const dead = (name: string, enter: ProgramState["enter"]): ProgramState => ({
    name,
    program: "firmware",
    enter,
    limit: deadmanLimit,
})

/** Codes with which the runtime ends a program, and how long a program loops until it notices. */
const PANIC = { endlessLoop: 60001, outOfHeap: 60004, unhandledException: 60005 }
const ENDLESS_LOOP_US = 250_000
/** Longer than anybody watches. */
const STALL_US = 60_000 * US_PER_MS

/** Every state that a program can be in, by its column. */
export const PROGRAM_STATES: readonly ProgramState[] = [
    { name: "running", program: "firmware", enter() {}, limit: (_device, _output, whileRunning) => whileRunning },
    {
        name: "computing",
        program: "firmware",
        works: true,
        enter() {},
        limit: (_device, _output, whileRunning) => whileRunning,
    },
    dead("hung", ({ board, clock }) => {
        board.stall(ENDLESS_LOOP_US)
        clock.after(ENDLESS_LOOP_US, () => board.panicProgram(PANIC.endlessLoop))
    }),
    dead("crashed", ({ board }) => board.panicProgram(PANIC.unhandledException)),
    dead("out of heap", ({ board }) => board.panicProgram(PANIC.outOfHeap)),
    {
        name: "bus stuck",
        program: "firmware",
        enter: ({ act }) => act("fram", "hold"),
        limit(device, output, whileRunning) {
            const afterHang = deadmanLimit(device, output)
            if ("why" in afterHang) return afterHang
            if (device.usesBusEveryMs !== undefined) return { withinMs: device.usesBusEveryMs + afterHang.withinMs }
            // What is being written just then hangs the runtime; what needs no write is done as ever.
            return "why" in whileRunning
                ? whileRunning
                : { withinMs: Math.max(whileRunning.withinMs, afterHang.withinMs) }
        },
    },
    dead("stalled", ({ board }) => board.stall(STALL_US)),
    {
        name: "in reset",
        program: "firmware",
        enter({ board, bus }) {
            const peer = { name: "peer", receive() {} }
            const payload = new Uint8Array(0)
            const command = jacdac.ControlCmd.Reset
            bus.attach(peer)
            bus.send(peer, encodeFrame(board.deviceId, FrameFlag.Command, { serviceIndex: 0, command, payload }))
        },
        limit: ({ deafMs }) => ({ withinMs: ON_THE_WIRE_MS + deafMs }),
    },
    dead("no program", ({ board }) => void board.deploy(new Uint8Array(0))),
    {
        name: "hostile",
        program: "hostile",
        enter() {},
        limit: () => HOSTILE,
    },
]
