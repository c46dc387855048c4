/** How much room texts take. It does not depend on a font: each text is told how wide it is to be, and whatever shows it keeps to that. */

export type TextKind = "heading" | "title" | "note" | "promise"

/** Size of letters by the kind of text. */
export const LETTERS: Readonly<Record<TextKind, number>> = { heading: 16, title: 13, note: 11, promise: 11 }
/** How far a text reaches above and below its baseline, in its size of letters. */
export const ASCENT = 0.95
export const DESCENT = 0.3
/** Width of a letter of a fixed pitch font, in its size; letters beyond the alphabets of Europe get twice that. */
const PITCH = 0.6
/** End of the alphabets of Europe in Unicode. */
const WIDE_FROM = 0x250

/** Longest line of a note, in letters. */
const NOTE_LETTERS = 21

export function widthOf(text: string, kind: TextKind): number {
    const letters = [...text].reduce((sum, letter) => sum + (letter.codePointAt(0)! < WIDE_FROM ? 1 : 2), 0)
    return Math.ceil(letters * LETTERS[kind] * PITCH)
}

/** A note in lines; a word that is longer than one has one of its own. */
export function wrapped(text: string): string[] {
    const lines: string[] = []
    for (const word of text.split(" ")) {
        const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`
        if (lines.length > 0 && longer.length <= NOTE_LETTERS) lines[lines.length - 1] = longer
        else lines.push(word)
    }
    return lines
}
