import { describe, expect, test } from "vitest"
import { combinationsOf, described, product } from "../../../simulators/circuit/combinations"
import { circuitOf, inputsWith } from "./circuit-of"

/** Read anew by each test, which so tells of the reading too. */
const circuit = () =>
    circuitOf(
        `supply: 5V
chip: 3V3
rails: { 3V3: 5V, eye_feed: { and: [3V3, kill, watch] } }
lines: { OUT: { pull: down }, BEAT: {}, BELL: { pull: up, shorted: { by: bell, to: low } } }
switches:
    kill: { kind: slide-switch, closed: true, side: inside }
    bell: { kind: button, closed: false, side: outside }
deadmen: { watch: { input: BEAT, timeoutMs: 500, power: 3V3 } }
gates: { drive: { and: [OUT, watch] }, shown: { and: [lamp, OUT] } }
indicators: { lamp: { drive: eye_feed, side: inside } }
parts: { eye: { kind: camera, power: eye_feed, side: outside } }
`,
        ["OUT", "BEAT", "BELL"],
    )

/** Each combination as one line. */
function all(...nets: string[]): string[] {
    const { count, all } = combinationsOf(circuit(), nets)
    const lines = [...all()].map(described)
    expect(lines).toHaveLength(count)
    expect(new Set(lines).size).toBe(count)
    return lines
}

describe("the combinations that nets depend on", () => {
    test("are the supply's for a rail", () => {
        expect(all("3V3")).toEqual(["supply off", "supply on"])
    })

    test("hold a line's pin in every state of a pin", () => {
        expect(all("BEAT")).toEqual([
            "supply off, BEAT 0",
            "supply off, BEAT 1",
            "supply off, BEAT floating",
            "supply off, BEAT pulled up",
            "supply off, BEAT pulled down",
            "supply on, BEAT 0",
            "supply on, BEAT 1",
            "supply on, BEAT floating",
            "supply on, BEAT pulled up",
            "supply on, BEAT pulled down",
        ])
    })

    test("have the timer both ways, and leave its input out, which acts through time", () => {
        const lines = all("drive")
        expect(lines).toHaveLength(2 * 5 * 2)
        expect(lines).toContain("supply on, watch running, OUT floating")
        expect(lines.join()).not.toContain("BEAT")
    })

    test("have the lamp whole and burnt, and its wire shorted and fed from outside", () => {
        const lines = all("lamp")
        expect(lines).toHaveLength(2 * 2 * 2 * 2 * 3)
        expect(lines).toContain("supply on, kill closed, watch running, lamp burnt, eye_feed grounded from outside")
        expect(lines).toContain("supply off, kill open, watch fallen, eye_feed fed from outside")
        expect(lines).toContain("supply on, kill closed, watch fallen")
    })

    test("of several nets are those of all that any depends on", () => {
        expect(all("shown", "BELL")).toHaveLength(2 * 2 ** 2 * 2 * 2 * 5 ** 2 * 3 ** 2)
        expect(all("BELL")).toHaveLength(2 * 2 * 5 * 3)
    })
})

describe("what is told of a combination", () => {
    test("is the supply alone if there is nothing else", () => {
        expect(described(inputsWith({}))).toBe("supply on")
        expect(described(inputsWith({ supply: false, forced: new Map() }))).toBe("supply off")
    })
})

test("the product of lists has one of each, the last fastest", () => {
    expect([...product([[1, 2], [3], [4, 5]])]).toEqual([
        [1, 3, 4],
        [1, 3, 5],
        [2, 3, 4],
        [2, 3, 5],
    ])
    expect([...product([])]).toEqual([[]])
    expect([...product([[1], []])]).toEqual([])
})
