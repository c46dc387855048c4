import { describe, expect, test } from "vitest"
import { boardIds, loadBoard } from "../../simulators/board/definition"
import { PROMISE_NAMES } from "../../simulators/circuit/promises"
import { prove } from "../../simulators/circuit/proof"
import { BROKEN_BOARDS, loadBroken } from "./broken-boards"

const BOARDS = boardIds("boards")

/** What a board promises, by which net, and over how many combinations that was proved; 0 is what its figures decide. */
const HELD = (part: string, asked: string, combinations: number) => [
    `${part}.time: deadman, 0`,
    `${part}.separate: ${asked}, 0`,
    `${part}.start: ${asked}, 0`,
    `${part}.asked: ${asked}, ${combinations}`,
    `${part}.deadman: deadman, ${combinations}`,
    `${part}.heartbeat: HEARTBEAT, 10`,
]
const RECORDED = (part: string) => [
    ...HELD(part, "CAPTURE", 120),
    `${part}.switch: kill, 120`,
    `${part}.indicator: recording, 240`,
    `${part}.indicator-only: recording, 240`,
    `${part}.sense: REC_SENSE, 1200`,
]
const EXPECTED: Record<string, string[]> = {
    doorbell_c3: [
        ...HELD("strike", "STRIKE", 20),
        ...RECORDED("microphone"),
        ...RECORDED("camera"),
        "RELEASE.inside: release, 0",
    ],
    valve_pico: [...HELD("valve", "VALVE", 20), "BUTTON.inside: button, 0"],
}

test("every board has its promises listed here", () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(BOARDS.toSorted())
})

test.each(BOARDS)("%s keeps every promise by its wiring, over every combination", board => {
    const { proved, broken } = prove(loadBoard(board, "boards").circuit)
    expect(broken).toEqual([])
    expect(
        proved.map(({ part, promise, witness, combinations }) => `${part}.${promise}: ${witness}, ${combinations}`),
    ).toEqual(EXPECTED[board])
})

describe("a board whose wiring breaks a promise fails, for that very reason", () => {
    test.each(BROKEN_BOARDS)("$name", broken => {
        const faults = prove(loadBroken(broken)).broken.map(({ part, promise, fault }) => [`${part}.${promise}`, fault])
        expect(faults).toContainEqual([broken.breaks, expect.stringMatching(broken.shows)])
    })

    test("every kind of promise is among them", () => {
        const broken = new Set(BROKEN_BOARDS.map(({ breaks }) => breaks.split(".")[1]))
        expect([...broken].sort()).toEqual(PROMISE_NAMES.toSorted())
    })
})
