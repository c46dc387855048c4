/** What the compiler found wrong, and where in the sources as the maker wrote them. */
export interface Diagnostic {
    /** Path of the file, relative to the working directory where that is shorter. */
    file: string
    /** First line and column are 1. */
    line: number
    column: number
    message: string
}

/** A device that cannot be built. The message holds every diagnostic, one a line. */
export class BuildError extends Error {
    constructor(
        message: string,
        readonly diagnostics: readonly Diagnostic[] = [],
    ) {
        super([message, ...diagnostics.map(d => `${d.file}:${d.line}:${d.column} ${d.message}`)].join("\n"))
        this.name = "BuildError"
    }
}
