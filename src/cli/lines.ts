/** What a person reads. Whatever it is made of, a line stays one line, and no terminal obeys it: texts are made plain here and nowhere else. */
import pc from "picocolors"
import { plainText } from "../host/plain-text"

/** A text in a style, where there are colours. */
interface Styled {
    text: string
    style: (text: string) => string
}

export type Piece = string | Styled
export type Line = Piece | readonly Piece[]

const styled = (style: Styled["style"]) => (text: string) => ({ text, style })

export const bold = styled(pc.bold)
export const cyan = styled(pc.cyan)
export const dim = styled(pc.dim)
export const green = styled(pc.green)
export const red = styled(pc.red)
export const yellow = styled(pc.yellow)

/** Prints lines on standard output. */
export function printLines(...lines: Line[]): void {
    process.stdout.write(lines.map(line => `${shown(line)}\n`).join(""))
}

/** Says on standard error what is wrong. */
export function complain(complaint: string): void {
    process.stderr.write(`${plainText(`domovoi: ${complaint}`)}\n`)
}

/** A line as a terminal takes it, without its end. */
export function shown(line: Line): string {
    return [line].flat().map(shownPiece).join("")
}

function shownPiece(piece: Piece): string {
    return typeof piece === "string" ? plainText(piece) : piece.style(plainText(piece.text))
}
