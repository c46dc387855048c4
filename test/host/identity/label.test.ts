import { inflateSync } from "node:zlib"
import fc from "fast-check"
import { decodeQR } from "qr/decode.js"
import { describe, expect, test } from "vitest"
import { glyphOf } from "../../../src/host/identity/label/font"
import { makeLabel } from "../../../src/host/identity/label/label"
import { pairingUri } from "../../../src/host/identity/pairing-secret"
import type { Unit } from "../../../src/host/identity/unit"
import { DOORBELL } from "./factory"

const SECRET = Buffer.from("00112233445566778899aabbccddeeff", "hex")

/** A picture as a reader of it sees it. */
interface Picture {
    width: number
    height: number
    isBlack(x: number, y: number): boolean
}

/** Reads what the label's PNG can be: one bit of grey, rows without filter. */
function readPng(png: Uint8Array): Picture & { dotsPerMetre: number } {
    const bytes = Buffer.from(png)
    expect(bytes.subarray(0, 8).toString("latin1")).toBe("\x89PNG\r\n\x1a\n")
    const chunks: Record<string, Buffer> = {}
    for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at))
        chunks[bytes.toString("latin1", at + 4, at + 8)] = bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at))
    expect(Object.keys(chunks)).toEqual(["IHDR", "pHYs", "IDAT", "IEND"])
    expect([...chunks.IHDR.subarray(8)]).toEqual([1, 0, 0, 0, 0])
    const [width, height] = [chunks.IHDR.readUInt32BE(0), chunks.IHDR.readUInt32BE(4)]
    const rowBytes = 1 + Math.ceil(width / 8)
    const rows = inflateSync(chunks.IDAT)
    expect(rows.length).toBe(rowBytes * height)
    const isBlack = (x: number, y: number) => (rows[y * rowBytes + 1 + (x >> 3)] & (0x80 >> (x & 7))) === 0
    return { width, height, isBlack, dotsPerMetre: chunks.pHYs.readUInt32BE(0) }
}

/** Reads the rectangles of the label's SVG. */
function readSvg(svg: string): Picture {
    const [, width, height] = svg.match(/viewBox="0 0 (\d+) (\d+)"/)!.map(Number)
    const black = new Set<number>()
    for (const [, x, y, run, left] of svg.matchAll(/M(\d+) (\d+)h(\d+)v1H(\d+)z/g)) {
        expect(left).toBe(x)
        for (let i = 0; i < Number(run); i++) black.add(Number(y) * width + Number(x) + i)
    }
    return { width, height, isBlack: (x, y) => black.has(y * width + x) }
}

function scanned({ width, height, isBlack }: Picture): string {
    const data = new Uint8Array(3 * width * height)
    for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) data.fill(isBlack(x, y) ? 0 : 255, 3 * (y * width + x), 3 * (y * width + x + 1))
    return decodeQR({ width, height, data })
}

/** Finds a line of text in the picture, in letters of two dots a pixel. */
function shows({ width, height, isBlack }: Picture, text: string): boolean {
    const glyphs = Array.from(text, glyphOf)
    const isAt = (left: number, top: number) =>
        glyphs.every((rows, i) =>
            rows.every((row, y) => row.every((black, x) => isBlack(left + 12 * i + 2 * x, top + 2 * y) === black)),
        )
    for (let top = 0; top + 14 <= height; top++)
        for (let left = 0; left + 12 * text.length - 2 <= width; left++) if (isAt(left, top)) return true
    return false
}

describe("the label of a unit", () => {
    const { png, svg } = makeLabel(DOORBELL, SECRET)

    test.each([
        ["PNG", readPng(png)],
        ["SVG", readSvg(svg)],
    ])("as %s shows the pairing URI to a scanner, and everything to a person", (_name, picture) => {
        expect(scanned(picture)).toBe(pairingUri("DB-0001", SECRET))
        for (const text of ["DOORBELL", "DB-0001", "DOORBELL_C3 CLASS 2", "002-4H3-6H2", "NCS-VRH-6DA", "QF6-DVV-QZW"])
            expect({ text, shown: shows(picture, text) }).toEqual({ text, shown: true })
        expect(shows(picture, "DB-0002")).toBe(false)
    })

    test("leaves four modules of white around the code, as ISO/IEC 18004 wants", () => {
        const { isBlack } = readPng(png)
        // In dots. A code of version 3 has 29 modules.
        const [quiet, code] = [16, 29 * 4]
        const isInside = (at: number) => at >= quiet && at < quiet + code
        let blackBeside = 0
        for (let x = 0; x < code + 2 * quiet; x++)
            for (let y = 0; y < code + 2 * quiet; y++) if (isBlack(x, y) && !(isInside(x) && isInside(y))) blackBeside++
        expect(blackBeside).toBe(0)
        for (const corner of [quiet, quiet + code - 1]) expect(isBlack(corner, quiet)).toBe(true)
    })

    test("has the same dots and the same size as PNG and as SVG", () => {
        const [dots, drawing] = [readPng(png), readSvg(svg)]
        expect([drawing.width, drawing.height]).toEqual([dots.width, dots.height])
        for (let y = 0; y < dots.height; y++)
            for (let x = 0; x < dots.width; x++) expect(drawing.isBlack(x, y)).toBe(dots.isBlack(x, y))
        expect(dots.dotsPerMetre).toBe(12_000)
        expect(svg).toContain(`width="${(dots.width / 12).toFixed(2)}mm"`)
    })

    test("is the same every time, and another for another secret", () => {
        expect(makeLabel(DOORBELL, SECRET)).toEqual({ png, svg })
        expect(makeLabel(DOORBELL, Buffer.alloc(16)).svg).not.toBe(svg)
    })
})

test("every unit that can be certified has a label that scans", () => {
    const unit: fc.Arbitrary<Unit> = fc.record({
        serial: fc.stringMatching(/^[A-Z0-9][A-Z0-9-]{0,31}$/),
        model: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9 .-]{0,31}$/),
        board: fc.stringMatching(/^[a-z0-9][a-z0-9_]{0,31}$/),
        securityClass: fc.constantFrom(1 as const, 2 as const),
    })
    const secret = fc.uint8Array({ minLength: 16, maxLength: 16 })
    fc.assert(
        fc.property(unit, secret, (unit, secret) => {
            expect(scanned(readPng(makeLabel(unit, secret).png))).toBe(pairingUri(unit.serial, secret))
        }),
        { numRuns: 20 },
    )
})
