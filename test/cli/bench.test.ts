/** `domovoi bench` in a process of its own, on a board at a serial port of this machine. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { text } from "node:stream/consumers"
import { describe, expect, onTestFinished, test } from "vitest"
import type { BoardDefinition } from "../../simulators/board/definition"
import { buildBenchmark } from "../../src/host/bench/programs"
import { boardOf, newUnit, UNIT_ID } from "../host/update/releases"
import { BUILT_COMMAND } from "./command"
import { commandInProcess } from "./in-process"
import { PortOfUnit } from "./port-of-unit"

const VALVE = boardOf("gas-valve")

async function valveAt(definition: BoardDefinition): Promise<PortOfUnit> {
    const port = await PortOfUnit.open(definition, UNIT_ID, (await newUnit("gas-valve")).board.save())
    onTestFinished(() => port.close())
    return port
}

async function benched(port: PortOfUnit, ...options: string[]) {
    const parameters = ["bench", "--target", `serial:${port.path}`, "--only", "hashes", "--json", ...options]
    const command = spawn(process.execPath, [BUILT_COMMAND, ...parameters], { stdio: ["ignore", "pipe", "pipe"] })
    const [[status], stdout, stderr] = await Promise.all([
        once(command, "exit"),
        text(command.stdout),
        text(command.stderr),
    ])
    const lines = stdout.split("\n").filter(line => line !== "")
    return { status, stderr, lines: lines.map(line => JSON.parse(line)) }
}

describe("a board at a serial port", () => {
    test("is measured by its own clock, and is told that it needs its program again", async () => {
        const port = await valveAt(VALVE)
        const { status, stderr, lines } = await benched(port, "--board", "valve_pico", "--replace-program")
        const { sha256 } = await buildBenchmark("hashes")
        expect(lines).toMatchObject([
            { program: "hashes", sha256, verdict: "good" },
            { ok: true, bad: [], programReplaced: true },
        ])
        expect(Math.abs(lines[0].ratio - 1)).toBeLessThan(0.01)
        expect([status, stderr]).toEqual([0, ""])
    })

    test("that is 12 % slower than its table says is refused by name", async () => {
        const costs = { ...VALVE.costs, clockHz: VALVE.costs.clockHz / 1.12 }
        const port = await valveAt({ ...VALVE, costs })
        const { status, lines } = await benched(port, "--board", "valve_pico", "--replace-program")
        expect(lines).toMatchObject([{ verdict: "differs" }, { ok: false, bad: ["hashes"] }])
        expect(status).toBe(1)
    })

    test("of which nobody says which it is has no prediction", async () => {
        const { status, lines } = await benched(await valveAt(VALVE), "--replace-program")
        expect(lines).toMatchObject([{ verdict: "noPrediction", measuredMs: expect.any(Number) }, { ok: false }])
        expect(status).toBe(1)
    })

    test("keeps its program unless it may be replaced", async () => {
        const port = await valveAt(VALVE)
        const before = port.unit.board.save().flash
        const { status, stderr, lines } = await benched(port, "--board", "valve_pico")
        expect([status, lines]).toEqual([2, []])
        expect(stderr).toContain("say --replace-program if it may be")
        expect(port.unit.board.save().flash).toBe(before)
    })

    test("that is unplugged in the middle is told of", async () => {
        const port = await valveAt(VALVE)
        const before = port.unit.board.save().flash
        port.turn = ({ board }) => {
            if (board.save().flash === before) return
            port.turn = () => {}
            void port.unplug()
        }
        const { status, stderr, lines } = await benched(port, "--board", "valve_pico", "--replace-program")
        expect(lines).toMatchObject([
            { verdict: "failed", why: expect.stringContaining("connection has ended") },
            { ok: false },
        ])
        expect([status, stderr]).toEqual([1, ""])
    })
})

test.each([
    [["--target", "sim:valve_pico", "--only", "teapot"], "no such program; there are hashes, ciphers"],
    [["--target", "teapot"], "give serial:PORT, or sim:BOARD"],
    [["--target", "sim:teapot"], "no board teapot"],
    [["--target", "sim:valve_pico", "--board", "valve_pico"], "leave it out"],
])("%j is bad input", async (options, message) => {
    const { status, stdout, stderr } = await commandInProcess(".", "bench", ...options)
    expect([status, stdout]).toEqual([2, ""])
    expect(stderr).toContain(message)
})
