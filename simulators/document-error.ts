/** What can be wrong with a file that a person wrote for the simulator. */
export type DocumentReason = "missing" | "unreadable" | "syntax" | "content"

/** One line, made for a person: `worlds/home.yaml:12:7: scenario[3].part: no device "vlave"; devices are valve, door`. */
export class DocumentError extends Error {
    constructor(
        readonly reason: DocumentReason,
        readonly file: string,
        message: string,
    ) {
        super(`${file}${message}`)
    }
}
