/** Where a run leaves what it finds; one run at a time. */
import files from "node:fs"
import { join } from "node:path"
import { createFolder } from "../identity/durable-file"
import { takeLock } from "../lock-file"
import type { Report } from "./report"
import type { Extras } from "./report/enclosures"
import { REPORT_FILE, writeReport } from "./report/files"
import { RunJournal } from "./run-journal"

export class ResultsFolder {
    /** What the run is worth, when it has ended. */
    readonly report: string
    readonly #path: string
    readonly #journal: string
    /** Lets others in. */
    readonly release: () => void

    /** Makes the folder, and takes it. @throws InputError; LockedError if a run is at work there */
    constructor(path: string) {
        createFolder(files, path)
        this.#path = path
        this.report = join(path, REPORT_FILE)
        this.#journal = join(path, "unfinished.json")
        this.release = takeLock(this.report)
    }

    /** See `RunJournal`. @throws InputError */
    journal(about: unknown, resumes: boolean): RunJournal {
        return new RunJournal(this.#journal, about, resumes)
    }

    /** Writes the report, and its views for people, CI and other regimes. @throws InputError */
    keep(report: Report, extras: Extras): void {
        writeReport(this.#path, report, extras)
    }
}
