/** Controls, marks that turn or hide text, ends of lines, and halves of characters: whatever a terminal may obey instead of showing it. */
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu

/** @param written says what stands in the place of a control character */
export function escapeControls(text: string, written: (character: string) => string): string {
    return text.replace(CONTROLS, written)
}

/** A text of any origin as a part of one line that a terminal shows and does not obey: `\u{1b}` for an escape character. */
export function plainText(text: string): string {
    return escapeControls(text, character => `\\u{${character.codePointAt(0)!.toString(16)}}`)
}

/** Longest line that is told, in characters. Of a longer one the end is told as well: there it says what to do. */
const MAX_LINE_CHARACTERS = 1000
const END_CHARACTERS = 300

/** A message of any origin as one line. */
export function oneLine(text: string): string {
    const line = plainText(text.trim().replace(/\s*\n\s*/g, "; "))
    if (line.length <= MAX_LINE_CHARACTERS) return line
    return `${line.slice(0, MAX_LINE_CHARACTERS - END_CHARACTERS)}…${line.slice(-END_CHARACTERS)}`
}
