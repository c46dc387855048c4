/** What a run has found so far, in a file: whoever was interrupted goes on there, if it is still the same run. */
import { createHash } from "node:crypto"
import { existsSync, rmSync } from "node:fs"
import { z } from "zod"
import { InputError } from "../input-error"
import { MAX_FILE_BYTES, readInputFile } from "../input-file"
import { writeOutputFile } from "../output-file"
import { provingSchema, resultSchema } from "./report/schema"
import { isSameDevice, type Proving, type TestResult } from "./run"

const schema = z.strictObject({ run: z.string(), before: provingSchema, results: z.array(resultSchema) })

/** By which a run is known again. @param about all that makes it this one and no other */
export function runDigest(about: unknown): string {
    return createHash("sha256").update(JSON.stringify(about)).digest("hex")
}

export class RunJournal {
    readonly #path: string
    readonly #run: string
    readonly #results: TestResult[] = []
    #before: Proving | undefined

    /**
     * @param about all that makes a run this one and no other
     * @param resumes whether to go on with what is there
     * @throws InputError if an unfinished run is there that is not to be gone on with, or is another
     */
    constructor(path: string, about: unknown, resumes: boolean) {
        this.#path = path
        this.#run = runDigest(about)
        if (!existsSync(path)) return
        if (!resumes)
            throw new InputError(
                `${path}: a run was not finished; go on with --resume, or give another folder to --out`,
            )
        const kept = schema.safeParse(parsed(path))
        if (!kept.success) throw new InputError(`${path}: is no journal of a run; give another folder to --out`)
        if (kept.data.run !== this.#run)
            throw new InputError(
                `${path}: is of another run: device, declaration, tests, seed and version have to be the same; give another folder to --out`,
            )
        this.#before = kept.data.before
        this.#results.push(...kept.data.results)
    }

    /** By identifier of the test. */
    get known(): ReadonlyMap<string, TestResult> {
        return new Map(this.#results.map(result => [result.id, result]))
    }

    /**
     * To be called before anything is added.
     * @param before what the device has proved now
     * @throws InputError if what is kept was not proved to be of the same device with the same program
     */
    begin(before: Proving): void {
        if (this.#before && !isSameDevice(this.#before, before))
            throw new InputError(
                `${this.#path}: is not proved to be of the device and program that are there now; give another folder to --out`,
            )
        this.#before = before
    }

    add(result: TestResult): void {
        if (this.known.has(result.id)) return
        this.#results.push(result)
        writeOutputFile(this.#path, JSON.stringify({ run: this.#run, before: this.#before, results: this.#results }))
    }

    /** The run has ended. */
    remove(): void {
        rmSync(this.#path, { force: true })
    }
}

function parsed(path: string): unknown {
    try {
        return JSON.parse(readInputFile(path, MAX_FILE_BYTES.simulatedUnit).toString())
    } catch (error) {
        if (error instanceof SyntaxError) return undefined
        throw error
    }
}
