import { encodeQR } from "qr"

/** A QR code of a text, as lines of a terminal. */
export function renderCode(text: string): string[] {
    return encodeQR(text, "ascii", { encoding: "alphanumeric", ecc: "medium", border: 2 }).split("\n")
}
