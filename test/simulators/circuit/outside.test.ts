import { describe, expect, test } from "vitest"
import { loadBoard } from "../../../simulators/board/definition"
import { outsideLines, outsideNets, outsideWay } from "../../../simulators/circuit/outside"
import { circuitOf } from "./circuit-of"

const LABELS = ["A", "B", "C", "BEAT"]

/** A board with lines A, B, C and BEAT, the given sections, and a part inside, so that it tells sides. */
function board(sections: { rails?: string; lines?: string; switches?: string; more?: string; parts?: string }) {
    const {
        rails = "",
        lines = "A: { pull: up }, B: { pull: up }, C: { pull: up }, BEAT: {}",
        switches = "",
        more = "",
    } = sections
    return circuitOf(
        `supply: 5V
chip: 3V3
rails: { 3V3: 5V, ${rails} }
lines: { ${lines} }
switches: { ${switches} }
${more}
parts: { memory: { kind: fram, address: 80, power: 3V3, side: inside }, ${sections.parts ?? ""} }
`,
        LABELS,
    )
}

const wires = (...parameters: Parameters<typeof board>) => [...outsideNets(board(...parameters))].sort()
const OUTSIDE_KEY = "key: { kind: button, closed: false, side: outside }"
const INSIDE_KEY = "key: { kind: button, closed: false, side: inside }"

describe("the wires that leave the inside", () => {
    test("are none on a board that has nothing outside", () => {
        expect(wires({ switches: INSIDE_KEY, lines: "A: { pull: up, shorted: { by: key, to: low } }" })).toEqual([])
        expect(outsideLines(board({}))).toEqual([])
    })

    test("feed and drive the parts outside", () => {
        expect(wires({ rails: "r: 3V3", parts: "eye: { kind: camera, power: r, side: outside }" })).toEqual(["r"])
        expect(wires({ parts: "bolt: { kind: lock, power: 5V, drive: A, side: outside }" })).toEqual(["5V", "A"])
        expect(wires({ parts: "bell: { kind: buzzer, drive: B, side: outside }" })).toEqual(["B"])
        expect(wires({ parts: "bell: { kind: buzzer, drive: B, side: inside }" })).toEqual([])
    })

    test("drive the lamps outside", () => {
        const lamp = (side: string) => wires({ more: `indicators: { lamp: { drive: C, side: ${side} } }` })
        expect(lamp("outside")).toEqual(["C"])
        expect(lamp("inside")).toEqual([])
    })

    test("are the line that a contact outside pulls down, and not what it is pulled up to", () => {
        const lines = "A: { pull: up, shorted: { by: key, to: low } }, B: {}"
        expect(wires({ switches: OUTSIDE_KEY, lines })).toEqual(["A"])
        expect(wires({ switches: INSIDE_KEY, lines })).toEqual([])
    })

    test("are the chip's rail too, if a contact outside pulls a line up to it", () => {
        const lines = "A: { pull: down, shorted: { by: key, to: high } }"
        expect(wires({ switches: OUTSIDE_KEY, lines })).toEqual(["3V3", "A"])
    })

    test("are what a contact outside is a condition of, and its other conditions", () => {
        const more = "gates: { g: { and: [A, { or: [key, B] }] }, h: { not: C } }"
        expect(wires({ switches: OUTSIDE_KEY, more })).toEqual(["A", "B", "g"])
        expect(wires({ switches: OUTSIDE_KEY, rails: "r: { and: [3V3, key] }" })).toEqual(["3V3", "r"])
    })

    test("are what a line senses through a contact outside", () => {
        const lines = "A: { sense: { and: [r, key] } }, B: {}"
        expect(wires({ switches: OUTSIDE_KEY, rails: "r: 3V3", lines })).toEqual(["A", "r"])
    })

    test("are those of the doorbell's camera, microphone, button and tamper loop", () => {
        const { circuit } = loadBoard("doorbell_c3", "boards")
        expect([...outsideNets(circuit)]).toEqual(["capture", "BUTTON", "TAMPER"])
    })
})

describe("the lines that the outside can change", () => {
    test("are those that depend on such a wire, at any depth", () => {
        const circuit = board({
            rails: "r: { and: [3V3, A] }",
            lines: "A: { pull: down }, B: { sense: lamp }, C: { pull: up }",
            more: "indicators: { lamp: { drive: r, side: inside } }",
            parts: "eye: { kind: camera, power: r, side: outside }",
        })
        expect(outsideLines(circuit)).toEqual(["B"])
        expect(outsideWay(circuit, "B")).toEqual(["r", "lamp", "B"])
        expect(outsideWay(circuit, "C")).toEqual([])
        expect(outsideWay(circuit, "r")).toEqual(["r"])
    })

    test("are those that a timer answers to, which the outside beats for", () => {
        const circuit = board({
            switches: OUTSIDE_KEY,
            lines: "A: { sense: watch }, B: { pull: up, shorted: { by: key, to: low } }, C: { pull: up }",
            more: "deadmen: { watch: { input: B, timeoutMs: 500, power: 3V3 } }",
        })
        expect(outsideLines(circuit)).toEqual(["A", "B"])
        expect(outsideWay(circuit, "A")).toEqual(["B", "watch", "A"])
    })

    test("are all of them, if the outside has the chip's own rail", () => {
        const parts = "sensor: { kind: gas-sensor, power: 3V3, side: outside }"
        expect(outsideLines(board({ parts }))).toEqual(LABELS)
        const own = "sensor: { kind: gas-sensor, power: own, side: outside }"
        expect(outsideLines(board({ rails: "own: 3V3", parts: own }))).toEqual([])
    })

    test("are neither the strike's nor the heartbeat nor the button inside, on the doorbell", () => {
        const { circuit } = loadBoard("doorbell_c3", "boards")
        expect(outsideLines(circuit)).toEqual(["BUTTON", "TAMPER", "REC_SENSE"])
        expect(outsideWay(circuit, "REC_SENSE")).toEqual(["capture", "recording", "REC_SENSE"])
        for (const line of ["RELEASE", "STRIKE", "HEARTBEAT", "KILL_SENSE"])
            expect(outsideWay(circuit, line)).toEqual([])
    })

    test("are none on the valve, which is in one place", () => {
        expect(outsideLines(loadBoard("valve_pico", "boards").circuit)).toEqual([])
    })
})
