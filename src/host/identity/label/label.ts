import { encodeQR } from "qr"
import { pairingCode, pairingUri } from "../pairing-secret"
import type { Unit } from "../unit"
import { Bitmap } from "./bitmap"
import { GLYPH_HEIGHT, GLYPH_WIDTH, glyphOf } from "./font"
import { pngOf } from "./png"
import { svgOf } from "./svg"

/**
 * The label of a unit, to be printed at 300 dots an inch: a QR code to pair it, and beside it what a person reads: model, serial number,
 * board and class, and the pairing code. Equal units with equal secrets have equal labels.
 */
export function makeLabel(unit: Unit, pairingSecret: Uint8Array): { png: Uint8Array; svg: string } {
    const bitmap = drawLabel(unit, pairingSecret)
    return {
        png: pngOf(bitmap, DOTS_PER_MM * 1000),
        svg: svgOf(bitmap, `${unit.model} ${unit.serial}`, DOTS_PER_MM),
    }
}

/** 304.8 dots an inch. */
const DOTS_PER_MM = 12
/** A third of a millimetre, which phones can see. */
const MODULE_DOTS = 4
/** ISO/IEC 18004 wants so many modules of white around the code. The text keeps that distance, too. */
const QUIET_MODULES = 4
const MARGIN_DOTS = QUIET_MODULES * MODULE_DOTS
/** Capitals of 1.2 mm. */
const TEXT_SCALE = 2
const COLUMN_DOTS = (GLYPH_WIDTH + 1) * TEXT_SCALE
const LINE_DOTS = (GLYPH_HEIGHT + 3) * TEXT_SCALE

function drawLabel(unit: Unit, pairingSecret: Uint8Array): Bitmap {
    const modules = encodeQR(pairingUri(unit.serial, pairingSecret), "raw", {
        encoding: "alphanumeric",
        ecc: "medium",
        border: QUIET_MODULES,
    })
    const lines = textOf(unit, pairingSecret)
    const codeDots = modules.length * MODULE_DOTS
    const textWidth = Math.max(...lines.map(line => line.length)) * COLUMN_DOTS
    const textHeight = lines.length * LINE_DOTS
    const bitmap = new Bitmap(codeDots + textWidth + MARGIN_DOTS, Math.max(codeDots, textHeight + 2 * MARGIN_DOTS))
    draw(bitmap, modules, 0, 0, MODULE_DOTS)
    lines.forEach((line, row) => {
        Array.from(line, (character, column) =>
            draw(
                bitmap,
                glyphOf(character),
                codeDots + column * COLUMN_DOTS,
                MARGIN_DOTS + row * LINE_DOTS,
                TEXT_SCALE,
            ),
        )
    })
    return bitmap
}

function textOf({ model, serial, board, securityClass }: Unit, pairingSecret: Uint8Array): string[] {
    const groups = pairingCode(pairingSecret)
    return [model, serial, `${board} class ${securityClass}`, "", ...groups.match(/(.{3}-){2}.{3}/g)!]
}

/** @param rows black where true @param scale dots a pixel */
function draw(bitmap: Bitmap, rows: boolean[][], left: number, top: number, scale: number): void {
    rows.forEach((row, y) => {
        row.forEach((black, x) => {
            if (black) bitmap.blacken(left + x * scale, top + y * scale, scale)
        })
    })
}
