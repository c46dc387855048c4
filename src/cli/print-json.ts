import { escapeControls } from "../host/plain-text"

/** Prints what a program wants to read: one object, on one line. */
export function printJson(value: object): void {
    process.stdout.write(`${jsonText(value)}\n`)
}

/** JSON in which nothing stands as it is that a terminal would obey. */
export function jsonText(value: object, indent?: number): string {
    const lines = JSON.stringify(value, undefined, indent).split("\n")
    return lines.map(line => escapeControls(line, inJson)).join("\n")
}

/** A character as RFC 8259 §7 writes any: by its UTF-16 units. */
function inJson(character: string): string {
    const units = character.split("").map(unit => unit.charCodeAt(0).toString(16).padStart(4, "0"))
    return units.map(unit => `\\u${unit}`).join("")
}
