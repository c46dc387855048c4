import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import { loadCircuit } from "../../simulators/circuit/load"
import { prove } from "../../simulators/circuit/proof"

const BOARDS = readdirSync("boards")

function pinsOf(board: string): Record<string, number> {
    return JSON.parse(readFileSync(`boards/${board}/${board}.board.json`, "utf8")).pins
}

/** What is promised by which net of a board, and over how many combinations that was proved. */
const EXPECTED: Record<string, string[]> = {
    doorbell_c3: [
        "strike: deadman, 20",
        "microphone: kill, 40",
        "microphone: recording, 80",
        "camera: kill, 40",
        "camera: recording, 80",
    ],
    valve_pico: ["valve: deadman, 20"],
}

test("every board has its promises listed here", () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(BOARDS.toSorted())
})

test.each(BOARDS)("%s keeps every promise by its wiring, over every combination", board => {
    const { proved, broken } = prove(loadCircuit(`boards/${board}/circuit.yaml`, pinsOf(board)))
    expect(broken).toEqual([])
    expect(proved.map(({ part, witness, combinations }) => `${part}: ${witness}, ${combinations}`)).toEqual(
        EXPECTED[board],
    )
})

/** Wiring that breaks a promise: what is changed in a board's circuit, whose promise breaks, and a combination that shows it. */
const BROKEN: [string, board: string, from: string, to: string, part: string, shows: RegExp][] = [
    [
        "the firmware can power the microphone past the switch",
        "doorbell_c3",
        "capture: { and: [capture_feed, CAPTURE, deadman] }",
        "capture: { or: [capture_feed, { and: [3V3, CAPTURE] }] }",
        "microphone",
        /^supply on, kill open, CAPTURE 1$/,
    ],
    [
        "the switch only tells the firmware",
        "doorbell_c3",
        "capture_feed: { and: [3V3, kill] }",
        "capture_feed: 3V3",
        "camera",
        /^supply on, kill open, deadman running, CAPTURE 1$/,
    ],
    [
        "a pull-up keeps the capture rail on while the firmware is silent",
        "doorbell_c3",
        "capture: { and: [capture_feed, CAPTURE, deadman] }",
        "capture: { or: [capture_feed, CHIME] }",
        "microphone",
        /CHIME (1|pulled up)/,
    ],
    [
        "the firmware lights the indicator",
        "doorbell_c3",
        "recording: { drive: capture }",
        "recording: { drive: CHIME }",
        "microphone",
        /kill closed.*CAPTURE 1.*CHIME 0/,
    ],
    [
        "the camera has another supply",
        "doorbell_c3",
        "camera: { kind: camera, power: capture }",
        "camera: { kind: camera, power: 3V3 }",
        "camera",
        /^supply on, kill open/,
    ],
    [
        "the firmware drives the valve alone",
        "valve_pico",
        "valve_drive: { and: [VALVE, deadman] }",
        "valve_drive: VALVE",
        "valve",
        /deadman fallen.*VALVE 1/,
    ],
]

describe("a board whose wiring breaks a promise fails, with a combination that shows it", () => {
    test.each(BROKEN)("%s", (_, board, from, to, part, shows) => {
        const folder = mkdtempSync(join(tmpdir(), "domovoi-proof-"))
        onTestFinished(() => rmSync(folder, { recursive: true }))
        const sound = readFileSync(`boards/${board}/circuit.yaml`, "utf8")
        expect(sound).toContain(from)
        const file = join(folder, "circuit.yaml")
        writeFileSync(file, sound.replace(from, to))
        const { broken } = prove(loadCircuit(file, pinsOf(board)))
        expect(broken).toContainEqual({ part, promise: expect.any(String), combination: expect.stringMatching(shows) })
    })

    test("a board without anything to keep it", () => {
        const folder = mkdtempSync(join(tmpdir(), "domovoi-proof-"))
        onTestFinished(() => rmSync(folder, { recursive: true }))
        const file = join(folder, "circuit.yaml")
        writeFileSync(
            file,
            "supply: 5V\nchip: 5V\nrails: {}\nlines: {}\nparts: { ear: { kind: microphone, power: 5V } }\n",
        )
        expect(prove(loadCircuit(file, {})).broken.map(({ combination }) => combination)).toEqual([
            undefined,
            undefined,
        ])
    })
})
