import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { parse, stringify } from "yaml"
import { type BoardDefinition, loadBoard } from "../../../simulators/board/definition"
import { workbench } from "./workbench"

const board = loadBoard("valve_pico", "boards")

const scratch = mkdtempSync(path.join(tmpdir(), "domovoi-boards-"))
afterAll(() => rmSync(scratch, { recursive: true }))

/** The same board files, but for the dead-man: the firmware's pin goes straight to the valve. */
function withoutDeadman(): BoardDefinition {
    cpSync("boards/valve_pico", path.join(scratch, "valve_pico"), { recursive: true })
    const file = path.join(scratch, "valve_pico", "circuit.yaml")
    const circuit = parse(readFileSync(file, "utf8"))
    delete circuit.deadmen
    delete circuit.promises
    circuit.gates.valve_drive = "VALVE"
    writeFileSync(file, stringify(circuit))
    return loadBoard("valve_pico", scratch)
}

/** Ways in which a program dies with the valve open, 2 s after it opened it. */
const deaths = [
    { program: "endless-loop", ends: { kind: "panic", code: 60001 } },
    { program: "heap-exhaustion", ends: { kind: "panic", code: 60004 } },
    { program: "unhandled-exception", ends: { kind: "panic", code: 60005 } },
    { program: "stuck-bus", ends: { kind: "hung" } },
]

async function die(program: string, definition: BoardDefinition) {
    const bench = await workbench(`test/programs/${program}.ts`, definition)
    bench.runMs(3000)
    expect(bench.observe("valve")).toMatchObject({ state: "open" })
    bench.act("fram", "hold")
    bench.runMs(1500)
    return bench
}

describe.each(deaths)("a program that dies by $program", ({ program, ends }) => {
    test("leaves the valve shut within 1 s", async () => {
        const bench = await die(program, board)
        expect(bench.entries.find(({ kind }) => kind === ends.kind)).toMatchObject(ends)
        expect(bench.observe("valve")).toMatchObject({ state: "shut" })
        const shut = bench.entries.find(({ source, state }) => source === "dut.valve" && state === "shut")!
        // Its last beat comes 100 ms before it stops.
        expect(shut.us - 3_160_000).toBeLessThan(1_000_000)
    })

    test("leaves the valve open on a board without the dead-man circuit", async () => {
        const bench = await die(program, withoutDeadman())
        expect(bench.observe("valve")).toMatchObject({ state: "open" })
    })
})
