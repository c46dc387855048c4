import { describe, expect, test } from "vitest"
import { encodeFrame } from "../../../simulators/bus/frame"
import { type Edge, edgesOf, LineReader } from "../../../simulators/emulator/jacdac-line"
import { Random } from "../../../simulators/random"

function frameOf(payload: Uint8Array): Uint8Array {
    return encodeFrame("0123456789abcdef", 0, { serviceIndex: 1, command: 0x1101, payload })
}

function read(edges: readonly Edge[]): Uint8Array[] {
    const frames: Uint8Array[] = []
    const reader = new LineReader(frame => frames.push(frame))
    for (const edge of edges) reader.take(edge)
    return frames
}

describe("frames on the Jacdac line", () => {
    test("what is played is read again", () => {
        const random = new Random("line")
        for (let length = 0; length < 200; length += 7) {
            const payload = new Uint8Array(length)
            random.draw(payload)
            const frame = frameOf(payload)
            expect(read(edgesOf(frame)).map(bytes => Buffer.from(bytes).toString("hex"))).toEqual([
                Buffer.from(frame).toString("hex"),
            ])
        }
    })

    test("zeros are no pulse, and all ones no silence", () => {
        for (const value of [0x00, 0xff]) {
            const frame = frameOf(new Uint8Array(64).fill(value))
            expect(read(edgesOf(frame)).map(bytes => [...bytes])).toEqual([[...frame]])
        }
    })

    test("begins and ends with a pulse of 11 to 15 µs, at 10 µs a byte", () => {
        const frame = frameOf(new Uint8Array(4))
        const edges = edgesOf(frame)
        const [first, rise] = edges
        const [fall, last] = edges.slice(-2)
        for (const pulse of [rise.at - first.at, last.at - fall.at]) {
            expect(pulse).toBeGreaterThanOrEqual(11_000)
            expect(pulse).toBeLessThanOrEqual(15_000)
        }
        expect(edges[2].at - rise.at).toBeGreaterThanOrEqual(40_000)
        expect(fall.at - edges[2].at).toBeGreaterThanOrEqual(10_000 * frame.length)
    })

    test("a line whose bits are too long is caught", () => {
        const slow = edgesOf(frameOf(new Uint8Array(16))).map(({ at, low }, i) => ({ at: i < 2 ? at : at * 1.1, low }))
        expect(read(slow)).toEqual([])
    })

    test("a frame that is cut short is none", () => {
        const edges = edgesOf(frameOf(new Uint8Array(16)))
        const end = edges.at(-1)!.at
        const cut = edges.slice(0, edges.length >> 1)
        if (cut.at(-1)!.low) cut.push({ at: cut.at(-1)!.at + 1000, low: false })
        expect(read([...cut, { at: end, low: true }, { at: end + 12_000, low: false }])).toEqual([])
    })
})
