import { InvalidArgumentError } from "commander"
import { plainText } from "../host/plain-text"

/** An option that takes a text for people to read: it has at most so many characters, and all of them can be seen. */
export function textOption(maxCharacters: number): (text: string) => string {
    return text => {
        if (text.length === 0 || text.length > maxCharacters || plainText(text) !== text)
            throw new InvalidArgumentError(`give 1 to ${maxCharacters} characters, no control characters among them.`)
        return text
    }
}
