/** What a device takes for a person on the spot has to be out of reach from outside: on every reference device, by its circuit file. */
import { readdirSync, readFileSync } from "node:fs"
import ts from "typescript"
import { describe, expect, test } from "vitest"
import { parse } from "yaml"

interface CircuitFile {
    lines: Record<string, { shorted?: { by: string }; sense?: unknown }>
    switches?: Record<string, { side?: string }>
    parts?: Record<string, { side?: string }>
}

/** The pins that a device gives to `InsideButton`, as `pins.RELEASE`; whatever else it gives is told as it stands there. */
function insideLines(source: string): string[] {
    const found: string[] = []
    const visit = (node: ts.Node): void => {
        if (ts.isNewExpression(node) && node.expression.getText() === "InsideButton")
            found.push(node.arguments?.[0]?.getText() ?? "")
        ts.forEachChild(node, visit)
    }
    visit(ts.createSourceFile("device.ts", source, ts.ScriptTarget.ESNext, true))
    return found
}

/** @returns why a line cannot be taken for one that only the inside reaches; undefined if it can */
function faultOf(argument: string, { lines, switches = {}, parts = {} }: CircuitFile): string | undefined {
    const label = /^pins\.(\w+)$/.exec(argument)?.[1]
    const line = label === undefined ? undefined : lines[label]
    if (!line) return "no line of the board"
    const by = line.shorted?.by
    if (by === undefined || !switches[by] || line.sense !== undefined) return "no switch and nothing else decides it"
    const hasOutside = [...Object.values(switches), ...Object.values(parts)].some(({ side }) => side === "outside")
    const { side } = switches[by]
    if (side === "outside") return "its switch is outside"
    return hasOutside && side !== "inside"
        ? "the board has an outside, and its switch does not say where it is"
        : undefined
}

const DEVICES = readdirSync("devs/devices").map(file => {
    const source = readFileSync(`devs/devices/${file}`, "utf8")
    const board = /from "@dsboard\/(\w+)"/.exec(source)![1]
    return { file, source, board, circuit: parse(readFileSync(`boards/${board}/circuit.yaml`, "utf8")) as CircuitFile }
})

test.each(DEVICES)("every inside line of $file is out of reach from outside, by the circuit of $board", device => {
    const lines = insideLines(device.source)
    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines) expect(faultOf(line, device.circuit), line).toBeUndefined()
})

describe("what is caught", () => {
    const bell: CircuitFile = {
        lines: {
            RELEASE: { shorted: { by: "release" } },
            BUTTON: { shorted: { by: "button" } },
            SENSE: { sense: "x" },
        },
        switches: { release: { side: "inside" }, button: { side: "outside" } },
    }

    test.each<[string, string, CircuitFile, string | undefined]>([
        ["an inside switch", "pins.RELEASE", bell, undefined],
        ["a switch outside", "pins.BUTTON", bell, "its switch is outside"],
        ["a line with no switch", "pins.SENSE", bell, "no switch and nothing else decides it"],
        ["no such line", "pins.OTHER", bell, "no line of the board"],
        ["something computed", "anyPin()", bell, "no line of the board"],
        [
            "a switch that does not say where it is, and a part outside",
            "pins.RELEASE",
            { lines: bell.lines, switches: { release: {} }, parts: { camera: { side: "outside" } } },
            "the board has an outside, and its switch does not say where it is",
        ],
        [
            "a board that has no outside",
            "pins.RELEASE",
            { lines: bell.lines, switches: { release: {} }, parts: { camera: {} } },
            undefined,
        ],
    ])("%s", (_, argument, circuit, fault) => {
        expect(faultOf(argument, circuit)).toBe(fault)
    })

    test("a device that makes an inside button of something else than a pin of its board", () => {
        const source = "const a = new InsideButton(pins.A)\nfunction f() { return [new InsideButton(any)] }"
        expect(insideLines(source)).toEqual(["pins.A", "any"])
    })
})
