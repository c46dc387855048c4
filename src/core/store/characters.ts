/**
 * Whether a text of 1 to `most` characters has none but those that are allowed.
 * @param allowed bit n of byte m says that the character of code 8 m + n is one of them; what is beyond its end is not
 */
export function consistsOf(text: string, most: number, allowed: Buffer): boolean {
    for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i)
        if (((allowed[code >> 3] >> (code & 7)) & 1) === 0) return false
    }
    return text.length > 0 && text.length <= most
}
