import { readFileSync } from "node:fs"
import { beforeAll, describe, expect, test } from "vitest"
import { brokenBoard } from "./broken-board"
import { type Cell, isKept, measureMatrix } from "./fail-safe-matrix"
import { type MatrixDevice, matrixDevices } from "./fail-safe-matrix-devices"
import { documentedMs, matrixDocument } from "./fail-safe-matrix-document"
import { computingValve } from "./late-devices"

/** `npm run campaign -- matrix` measures all of it. These rows and this column meet every device, output, cause and program state. */
const ROWS = ["gas", "case opened"]
const COLUMN = "hung"
/** Changes of the firmware move the moments of its cycle at which things go wrong, by a cycle and a beat at most. */
const TOLERANCE_MS = 100

const devices = new Map<string, MatrixDevice>()
beforeAll(async () => {
    for (const device of await matrixDevices()) devices.set(device.name, device)
})

async function measured(device: MatrixDevice, wanted: (cause: string, state: string) => boolean): Promise<Cell[]> {
    const cells: Cell[] = []
    for await (const some of measureMatrix(device, wanted)) cells.push(...some)
    return cells
}

describe.each(["gas-valve", "doorbell"])("%s", name => {
    let cells: Cell[]
    beforeAll(async () => {
        cells = await measured(devices.get(name)!, (cause, state) => ROWS.includes(cause) || state === COLUMN)
    })

    test("every promised limit is kept", () => {
        expect(cells.filter(cell => isKept(cell) === false)).toEqual([])
        expect(cells.filter(isKept).length).toBeGreaterThan(10)
    })

    test("docs/fail-safe-matrix.md is current", () => {
        const page = readFileSync("docs/fail-safe-matrix.md", "utf8")
        const outdated = cells.filter(cell => !isNear(documentedMs(page, cell), cell.worstMs))
        expect(outdated).toEqual([])
        // What was not measured here stands in the page with the same head, reasons and limits.
        expect(page).toContain(matrixDocument([]).split("## ")[0])
    })
})

function isNear(documented: number | undefined, now: number | undefined): boolean {
    if (documented === undefined || now === undefined) return documented === now
    return Math.abs(documented - now) <= TOLERANCE_MS
}

test.each([
    ["gas-valve", "valve_pico", "valve_drive: { and: [VALVE, deadman] }", "valve_drive: VALVE", "gas"],
    ["doorbell", "doorbell_c3", "strike_drive: { and: [STRIKE, deadman] }", "strike_drive: STRIKE", "case opened"],
])(
    "%s: without the dead-man, limits are missed in every state of a dead program",
    async (name, board, from, to, row) => {
        const whole = devices.get(name)!
        // A press of just two cycles can be missed.
        const ask = whole.ask.map(([part, action, ms]): [string, string, number] => [
            part,
            action,
            action === "press" ? ms + 50 : ms,
        ])
        const device = { ...whole, ask, definition: brokenBoard(board, [from, to]) }
        const dead = ["hung", "crashed", "out of heap", "stalled", "no program"]
        const cells = await measured(device, (cause, state) => cause === row && dead.includes(state))
        const { name: output } = device.outputs[0]
        expect(cells.filter(cell => cell.output === output).map(isKept)).toEqual(dead.map(() => false))
    },
)

test("without the privacy switch in the supply line, opening it is too late", async () => {
    const device = {
        ...devices.get("doorbell")!,
        definition: brokenBoard("doorbell_c3", ["capture_feed: { and: [3V3, kill] }", "capture_feed: 3V3"]),
    }
    const cells = await measured(device, (cause, state) => cause === "privacy switch opened" && state === "hostile")
    expect(cells.find(({ output }) => output === "capture supply")).toMatchObject({ worstMs: undefined })
})

test("a valve that asks nobody how old a reading is, stays open on a late bus", async () => {
    const { firmware, ask } = await computingValve()
    const cells = await measured(
        { ...devices.get("gas-valve")!, hostile: firmware, ask },
        (cause, state) => cause === "late bus" && state === "hostile",
    )
    expect(cells).toMatchObject([{ worstMs: undefined }])
})

test("a page marks a limit that was missed, gives reasons once, and is read back", () => {
    const cell = { device: "d", output: "o", cause: "c", limit: { withinMs: 5 } }
    const cells: Cell[] = [
        { ...cell, state: "kept", worstMs: 4.2 },
        { ...cell, state: "missed", worstMs: 6 },
        { ...cell, state: "never", worstMs: undefined },
        { ...cell, state: "one", limit: { why: "Because." }, worstMs: undefined },
        { ...cell, state: "two", limit: { why: "Because." }, worstMs: 7 },
    ]
    const page = matrixDocument(cells)
    expect(page).toContain("| c | 5 / 5 | **6 / 5** | **on / 5** | on (a) | 7 (a) |")
    expect(page.match(/Because\./g)).toHaveLength(1)
    expect(cells.map(cell => documentedMs(page, cell))).toEqual([5, 6, undefined, undefined, 7])
    expect(() => documentedMs(page, { ...cells[0], cause: "other" })).toThrow("says nothing of d: o, other, kept")
})
