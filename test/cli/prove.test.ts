import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { commandInProcess } from "./in-process"

let folder: string
beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "domovoi-prove-"))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A maker's copy of a board, with some text of its circuit replaced. */
function copyOf(board: string, from = "", to = ""): string {
    cpSync(join("boards", board), join(folder, "mine"), { recursive: true })
    const file = join(folder, "mine", "circuit.yaml")
    const text = readFileSync(file, "utf8")
    expect(text).toContain(from)
    writeFileSync(file, text.replace(from, to))
    return "mine/circuit.yaml"
}

const prove = (...parameters: string[]) => commandInProcess(folder, "prove", ...parameters)

describe("domovoi prove", () => {
    test("proves every reference board, promise by promise, with witness, combinations and time", async () => {
        const { status, stdout, stderr } = await prove()
        expect([status, stderr]).toEqual([0, ""])
        expect(stdout).toMatch(/^doorbell_c3 \(.*circuit.yaml\): 27 of 27 promises hold$/m)
        expect(stdout).toMatch(/^valve_pico \(.*circuit.yaml\): 7 of 7 promises hold$/m)
        expect(stdout).toContain(
            "kept    valve.asked: is on only while the chip drives VALVE high [VALVE, 20 combinations]\n",
        )
        expect(stdout).toContain(
            "kept    valve.time: is off within 500 ms of the last heartbeat [deadman, by declaration, 500 ms]\n",
        )
        expect(stdout).not.toContain("broken")
    })

    test("proves one of them for a program", async () => {
        const { status, stdout } = await prove("valve_pico", "--json")
        const { kept, boards } = JSON.parse(stdout)
        expect([status, kept]).toEqual([0, true])
        expect(boards).toHaveLength(1)
        expect(boards[0]).toMatchObject({ board: "valve_pico", broken: [] })
        expect(boards[0].proved).toContainEqual({
            part: "valve",
            promise: "deadman",
            says: "is off while deadman is not running",
            witness: "deadman",
            combinations: 20,
        })
    })

    test("proves a maker's board by its circuit file", async () => {
        const { status, stdout } = await prove(copyOf("valve_pico"))
        expect(status).toBe(0)
        expect(stdout).toMatch(/^valve_pico \(mine\/circuit.yaml\): 7 of 7 promises hold\n/)
    })

    test("says what breaks a promise, and fails", async () => {
        const file = copyOf("valve_pico", "valve_drive: { and: [VALVE, deadman] }", "valve_drive: VALVE")
        const { status, stdout } = await prove(file)
        expect(status).toBe(1)
        expect(stdout).toContain("6 of 7 promises hold\n")
        expect(stdout).toContain(
            "broken  valve.deadman: is off while deadman is not running\n        supply on, deadman fallen, VALVE 1\n",
        )
        const json = await prove(file, "--json")
        expect(json.status).toBe(1)
        expect(JSON.parse(json.stdout)).toMatchObject({
            kept: false,
            boards: [{ broken: [{ part: "valve", promise: "deadman", fault: "supply on, deadman fallen, VALVE 1" }] }],
        })
    })

    test("reads the levels that the board file starts with", async () => {
        const file = copyOf("valve_pico")
        const boardFile = join(folder, "mine", "valve_pico.board.json")
        writeFileSync(boardFile, readFileSync(boardFile, "utf8").replace('"VALVE": 0', '"VALVE": 1'))
        const { status, stdout } = await prove(file)
        expect(status).toBe(1)
        expect(stdout).toContain('the board file has to hold it low: "sPin": { "VALVE": 0 }')
    })
})

describe("domovoi prove ends with status 2 and one line", () => {
    const refused = async (line: string, ...parameters: string[]) => {
        const { status, stdout, stderr } = await prove(...parameters)
        expect([status, stdout]).toEqual([2, ""])
        expect(stderr.startsWith("domovoi: ")).toBe(true)
        expect(stderr).toContain(line)
        expect(stderr.trimEnd()).not.toContain("\n")
    }

    test("for a board that there is not", async () => {
        await refused("no board teapot; boards are doorbell_c3, valve_pico", "teapot")
    })

    test("for a circuit file that there is not", async () => {
        await refused("nowhere: cannot be read: ENOENT", "nowhere/circuit.yaml")
        copyOf("valve_pico")
        await refused("mine/none.yaml: no such file", "mine/none.yaml")
    })

    test("for a circuit file without its board file, or with two", async () => {
        const file = copyOf("valve_pico")
        cpSync(join(folder, "mine", "valve_pico.board.json"), join(folder, "mine", "other.board.json"))
        await refused(
            "mine/circuit.yaml: needs its board file beside it, whose pins it names; mine has other.board.json and valve_pico.board.json",
            file,
        )
        rmSync(join(folder, "mine", "valve_pico.board.json"))
        rmSync(join(folder, "mine", "other.board.json"))
        await refused("mine has no *.board.json", file)
    })

    test("for a mistake in the file, with its place", async () => {
        await refused(
            'mine/circuit.yaml:33:14: promises.valve.asked: no "VLAVE" among lines; there are VALVE, HEARTBEAT, LED, BUTTON',
            copyOf("valve_pico", "asked: VALVE", "asked: VLAVE"),
        )
    })

    test("for a start level that is none", async () => {
        const file = copyOf("valve_pico")
        const boardFile = join(folder, "mine", "valve_pico.board.json")
        writeFileSync(boardFile, readFileSync(boardFile, "utf8").replace('"VALVE": 0', '"VALVE": 2'))
        await refused("sPin.VALVE: must be 0 or 1", file)
    })
})
