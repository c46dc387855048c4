import { createInterface } from "node:readline"
import { PassThrough, type Readable, type Writable } from "node:stream"

/**
 * Asks a person for something that nobody may read over their shoulder: what is typed is not shown.
 * @returns what was typed; empty if the person went away (Ctrl-C, Ctrl-D)
 */
export function askSecret(
    question: string,
    from: Readable = process.stdin,
    to: Writable = process.stderr,
): Promise<string> {
    to.write(question)
    // Lines are edited as at any prompt, but where nobody sees it.
    const lines = createInterface({ input: from, output: new PassThrough().resume(), terminal: true })
    return new Promise(resolve => {
        let answer = ""
        lines.once("SIGINT", () => lines.close())
        lines.once("line", line => {
            answer = line
            lines.close()
        })
        lines.once("close", () => {
            to.write("\n")
            resolve(answer)
        })
    })
}
