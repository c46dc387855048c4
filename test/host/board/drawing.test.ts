/** The drawing of a circuit: that all is there, where it can be read, and the same each time. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, describe, expect, test } from "vitest"
import { boardIds } from "../../../simulators/board/definition"
import type { Circuit } from "../../../simulators/circuit/circuit"
import { drawingOf, MAX_BOXES } from "../../../src/host/board/drawing"
import { type Box, boxesOf, type Port } from "../../../src/host/board/drawing/boxes"
import { type Layout, layoutOf, type Point } from "../../../src/host/board/drawing/layout"
import { referenceBoard } from "../../../src/host/unit/reference-board"
import { BROKEN_BOARDS, loadBroken } from "../../boards/broken-boards"
import { commandInProcess } from "../../cli/in-process"
import { areaOf, faultsOf, isInside, overlaps, pairs, textsIn } from "./drawn"

const BOARDS = boardIds("boards")
const folder = mkdtempSync(join(tmpdir(), "domovoi-drawing-"))
afterAll(() => rmSync(folder, { recursive: true }))

function sheetOf(svg: string) {
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)!.map(Number)
    return { x: 0, y: 0, width, height }
}

describe.each(BOARDS)("the drawing of %s", id => {
    const board = referenceBoard(id)
    const { svg, words } = drawingOf(board)
    const { circuit } = board
    const { supply, rails, lines, switches, deadmen, gates, indicators, parts, promises } = circuit.description
    const texts = textsIn(svg)
    const all = texts.map(({ text }) => text).join("\n")

    test("has every text inside the sheet, and no two of them on each other", () => {
        expect(texts.length).toBeGreaterThan(20)
        expect(svg.match(/<text /g)).toHaveLength(texts.length)
        for (const text of texts) expect(isInside(areaOf(text), sheetOf(svg)), text.text).toBe(true)
        const faults = pairs(texts).filter(([a, b]) => overlaps(areaOf(a), areaOf(b)))
        expect(faults.map(([a, b]) => `${a.text} on ${b.text}`)).toEqual([])
    })

    test("has no box on another, and no wire through a box or along another", () => {
        expect(faultsOf(layoutOf(boxesOf(circuit), 34))).toEqual([])
    })

    test("shows every thing of the circuit file by its name, and joins each net to all that it goes into", () => {
        const titles = texts.filter(({ kind }) => kind === "title").map(({ text }) => text)
        const named = [supply, ...[rails, switches, deadmen, gates, indicators, parts].flatMap(Object.keys)]
        for (const name of named) expect(titles).toContain(name)
        for (const label of Object.keys(lines)) expect(titles).toContain(`${label}, GPIO ${circuit.pins.get(label)}`)
        for (const { net, into } of wiresOf(circuit)) expect(joined(circuit, net)).toContain(into)
    })

    test("says what shorts what, and what is promised, at both ends", () => {
        for (const [part, promise] of Object.entries(promises)) {
            const said = boxesOf(circuit)
                .find(({ name }) => name === part)!
                .promises.join("; ")
            expect(said).toContain(`off in ${promise.withinMs} ms by ${promise.deadman}`)
            const ends = { cuts: promise.switch, "lit for": promise.indicator, stops: promise.deadman }
            for (const [verb, name] of Object.entries(ends)) {
                const keeper = boxesOf(circuit).find(box => box.name === name)
                if (name !== undefined) expect(keeper?.promises.join()).toMatch(new RegExp(`${verb} .*\\b${part}\\b`))
            }
            if (promise.switch !== undefined) expect(said).toContain(`cut by ${promise.switch}`)
            if (promise.indicator !== undefined) expect(said).toContain(`shown by ${promise.indicator}`)
        }
        for (const { shorted } of Object.values(lines))
            if (shorted) expect(all.replaceAll("\n", " ")).toContain(`${shorted.by} shorts it ${shorted.to}`)
    })

    test("is told in words, too, and names itself", () => {
        expect(svg).toContain(`<title id="title">Circuit of ${id}</title>`)
        expect(svg).toContain(`<desc id="description">${words.join(" ").replaceAll("'", "&#39;")}</desc>`)
        const names = [rails, lines, switches, deadmen, gates, indicators, parts].flatMap(Object.keys)
        for (const name of names)
            expect(
                words.some(sentence => sentence.includes(` ${name}`)),
                name,
            ).toBe(true)
    })

    test("is the same each time, and needs nothing from elsewhere", () => {
        expect(drawingOf(referenceBoard(id)).svg).toBe(svg)
        expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/https?:|href|url\(|<script|@import/)
        expect(svg).not.toContain(process.cwd())
    })
})

/** The nets of the file that go into something else than a chip's pin. */
function wiresOf({ description }: Circuit): { net: string; into: string }[] {
    const { deadmen, indicators, parts } = description
    return [
        ...Object.entries(deadmen).flatMap(([into, { power, input }]) => [power, input].map(net => ({ net, into }))),
        ...Object.entries(indicators).map(([into, { drive }]) => ({ net: drive, into })),
        ...Object.entries(parts).flatMap(([into, part]) => [
            ...("power" in part ? [{ net: part.power, into }] : []),
            ...("drive" in part ? [{ net: part.drive, into }] : []),
        ]),
    ]
}

/** The boxes at whose left side a line of the net ends. */
function joined(circuit: Circuit, net: string): string[] {
    const { boxes, wires } = layoutOf(boxesOf(circuit), 34)
    const ends = wires.filter(wire => wire.net === net).flatMap(({ lines }) => lines.map(([, end]) => end))
    return boxes
        .filter(({ x, y, height }) => ends.some(end => end.x === x && end.y > y && end.y < y + height))
        .map(({ box }) => box.name)
}

test("a fault of each kind would be found", () => {
    const sound = layoutOf(boxesOf(referenceBoard("valve_pico").circuit), 34)
    const { boxes, texts, wires, width } = sound
    const [first, second] = boxes
    const [text] = texts
    const far = { x: width + 100, y: 10 }
    const wire = (from: Point, to: Point) => ({ net: "other", lines: [[from, to] as const], joints: [] })
    const [[from, to]] = wires.find(({ lines }) => lines.length === 1 && lines[0][1].x - lines[0][0].x > 20)!.lines
    const faulty: [Partial<Layout>, RegExp][] = [
        [{ boxes: [...boxes, { ...first, box: second.box }] }, /^boxes .* overlap$/],
        [{ boxes: [...boxes, { ...first, ...far }] }, /^box .* is off the sheet$/],
        [{ texts: [...texts, { ...text, x: text.x + 1 }] }, /^texts .* overlap$/],
        [{ texts: [...texts, { ...text, ...far }] }, /is in no box$/],
        [{ wires: [...wires, wire(first, { x: second.x, y: first.y + 10 })] }, /goes through a box$/],
        [{ wires: [...wires, wire(from, far)] }, /^a wire of other is off the sheet$/],
        [{ wires: [...wires, wire({ ...from, y: from.y + 2 }, { ...to, y: to.y + 2 })] }, /run on each other$/],
    ]
    expect(faultsOf(sound)).toEqual([])
    for (const [changes, words] of faulty)
        expect(
            faultsOf({ ...sound, ...changes }).filter(fault => words.test(fault)),
            `${words}`,
        ).not.toEqual([])
})

describe("whatever is drawn", () => {
    test.each(BROKEN_BOARDS)("is laid out without a fault: $name", broken => {
        expect(faultsOf(layoutOf(boxesOf(loadBroken(broken)), 34))).toEqual([])
    })

    test("is laid out without a fault, also where wires have no good way", () => {
        const port = (net: string): Port => ({ net, notes: [] })
        const thing = (i: number, from: number[], note: string): Box => ({
            name: `n${i}`,
            kind: "gate",
            title: `n${i}`,
            notes: [note],
            promises: [],
            isOutside: false,
            inputs: [...new Set(from.filter(net => net < i))].map(net => port(`n${net}`)),
            outputs: [port(`n${i}`)],
        })
        const things = fc.array(fc.tuple(fc.array(fc.nat(24), { maxLength: 4 }), fc.string({ maxLength: 60 })), {
            minLength: 1,
            maxLength: 25,
        })
        fc.assert(
            fc.property(things, all => {
                const layout = layoutOf(
                    all.map(([from, note], i) => thing(i, from, note)),
                    34,
                )
                expect(faultsOf(layout)).toEqual([])
            }),
            { seed: 1, numRuns: 300 },
        )
    })

    test("is text, whatever it is called", () => {
        const name = '</text><script>alert(1)</script>"&\u202e'
        const board = referenceBoard("valve_pico")
        const { description } = board.circuit
        const gates = { ...description.gates, [name]: "VALVE" }
        const { svg } = drawingOf({ id: name, circuit: { ...board.circuit, description: { ...description, gates } } })
        expect(svg).not.toContain("<script")
        expect(svg).not.toContain("\u202e")
        const shown = textsIn(svg).filter(({ text }) => text.includes("\\u{202e}"))
        expect(shown.map(({ kind }) => kind)).toEqual(["heading", "title"])
    })

    test("has a limit", () => {
        const board = referenceBoard("valve_pico")
        const { description } = board.circuit
        const gates = Object.fromEntries(Array.from({ length: MAX_BOXES }, (_, i) => [`g${i}`, "VALVE"]))
        const circuit = { ...board.circuit, description: { ...description, gates: { ...description.gates, ...gates } } }
        expect(() => drawingOf({ id: "many", circuit })).toThrow(/things to draw, and one drawing holds 200/)
    })

    test("draws a dead-man that hears what it gates without a wire back", () => {
        const circuit = loadBroken({ board: "valve_pico", edits: [["input: HEARTBEAT", "input: valve_drive"]] })
        const timer = boxesOf(circuit).find(({ name }) => name === "deadman")!
        expect(timer.inputs.map(({ net }) => net)).toEqual(["3V3"])
        expect(timer.notes).toContain("hears edges of valve_drive")
        expect(faultsOf(layoutOf(boxesOf(circuit), 34))).toEqual([])
    })
})

describe("domovoi board draw", () => {
    test("writes the drawing of a reference board, and of a maker's", async () => {
        const { status, stdout } = await commandInProcess(folder, "board", "draw", "valve_pico", "-o", "valve.svg")
        expect([status, stdout]).toEqual([0, "valve.svg: circuit of valve_pico\n"])
        const file = join(process.cwd(), "boards/valve_pico/circuit.yaml")
        const other = await commandInProcess(folder, "board", "draw", file, "-o", "mine.svg", "--json")
        expect(JSON.parse(other.stdout)).toMatchObject({ board: "valve_pico", circuit: file, file: "mine.svg" })
        const [svg, mine] = ["valve.svg", "mine.svg"].map(name => readFileSync(join(folder, name), "utf8"))
        expect(svg).toBe(drawingOf(referenceBoard("valve_pico")).svg)
        expect(mine).toBe(svg)
    })

    test("refuses a board that it does not know, and writes nothing", async () => {
        const { status, stderr } = await commandInProcess(folder, "board", "draw", "no_such", "-o", "none.svg")
        expect([status, stderr]).toEqual([2, expect.stringContaining("boards are doorbell_c3, valve_pico")])
        expect(existsSync(join(folder, "none.svg"))).toBe(false)
    })
})
