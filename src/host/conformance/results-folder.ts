/** Where a run leaves what it finds; one run at a time. */
import files, { existsSync, readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { createFolder } from "../identity/durable-file"
import { InputError } from "../input-error"
import { readInputFile } from "../input-file"
import { takeLock } from "../lock-file"
import { writeOutputFile } from "../output-file"
import type { Report } from "./report"
import type { Extras } from "./report/enclosures"
import { REPORT_FILE, writeReport } from "./report/files"
import { RunJournal, runDigest } from "./run-journal"

const PART = "part-"

export class ResultsFolder {
    /** What the run is worth, when it has ended. */
    readonly report: string
    readonly #path: string
    readonly #journal: string
    readonly #parts: string
    /** Lets others in. */
    readonly release: () => void

    /** Makes the folder, and takes it. @throws InputError; LockedError if a run is at work there */
    constructor(path: string) {
        createFolder(files, path)
        this.#path = path
        this.report = join(path, REPORT_FILE)
        this.#journal = join(path, "unfinished.json")
        this.#parts = join(path, "unfinished-parts")
        this.release = takeLock(this.report)
    }

    /** See `RunJournal`. @throws InputError, also if parts of a run are there */
    journal(about: unknown, resumes: boolean): RunJournal {
        if (existsSync(this.#parts))
            throw new InputError(
                `${this.#path}: parts of a run with --jobs are there; go on with the same --jobs and --resume, or give another folder to --out`,
            )
        return new RunJournal(this.#journal, about, resumes)
    }

    /**
     * Of a run in parts, by which it is known again; it stands there until `endParts`.
     * @param about all that makes a run this one and no other
     * @throws InputError if an unfinished run is there that is not to be gone on with, or is another
     */
    beginParts(about: unknown, resumes: boolean): void {
        const digest = runDigest(about)
        // Where nobody says of which run they are, they are of none.
        if (!existsSync(this.#parts) && readdirSync(this.#path).some(name => name.startsWith(PART)))
            throw new InputError(
                `${this.#path}: parts are there, and nothing says of which run; join them by domovoi report merge, or give another folder to --out`,
            )
        if (existsSync(this.#journal) || (existsSync(this.#parts) && !resumes))
            throw new InputError(
                `${this.#path}: a run was not finished; go on with --resume as it was begun, or give another folder to --out`,
            )
        if (existsSync(this.#parts) && readInputFile(this.#parts).toString() !== digest)
            throw new InputError(
                `${this.#path}: parts of another run are there: device, declaration, tests, seed, number of jobs and version have to be the same; ` +
                    "give another folder to --out",
            )
        writeOutputFile(this.#parts, digest)
    }

    /** Where a part's own results go. */
    part(number: number, of: number): string {
        return join(this.#path, `${PART}${number}-of-${of}`)
    }

    endParts(): void {
        rmSync(this.#parts, { force: true })
    }

    /** Writes the report, and its views for people, CI and other regimes. @throws InputError */
    keep(report: Report, extras: Extras): void {
        writeReport(this.#path, report, extras)
    }
}
