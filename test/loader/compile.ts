/** Compiles boards/loader with what it is tried with (test/loader/c), for this machine. */
import { spawnSync } from "node:child_process"
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export const LOADER_FOLDER = "boards/loader"
const TRIAL_FOLDER = "test/loader/c"

/** C99, and no warning. */
export const STRICT = [
    "-std=c99",
    ..."Wall Wextra Wpedantic Werror Wconversion Wshadow Wstrict-prototypes Wmissing-prototypes"
        .split(" ")
        .map(w => `-${w}`),
]
/** What C leaves undefined, and what lies beyond an object, ends the program. */
export const SANITIZED = ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]

/** What the programs under test/loader/c are made of, besides the stage. */
export const PROGRAMS = {
    /** Answers cases. */
    answers: ["answers.c", "case.c", "port.c"],
    /** Fuzzes with inputs that are the same each time. */
    mutate: ["mutate.c", "fuzz_target.c", "case.c", "port.c"],
    /** What libFuzzer brings a main function for. */
    target: ["fuzz_target.c", "case.c", "port.c"],
} as const

/** Whether there is such a compiler. */
export function hasTool(name: string): boolean {
    return spawnSync(name, ["--version"]).status === 0
}

/** The sources of the stage, by their file names. */
export function loaderSources(): Map<string, string> {
    const files = readdirSync(LOADER_FOLDER).filter(file => file.endsWith(".c"))
    return new Map(files.sort().map(file => [file, readFileSync(join(LOADER_FOLDER, file), "utf8")]))
}

/** Sources of the stage, by file name, in place of those in the repository. */
export type Changed = ReadonlyMap<string, string>

/** Compiles each source once, and links programs of them. */
export class Workshop {
    readonly #folder = scratchFolder()
    readonly #objects = new Map<string, string>()
    #files = 0

    /** @param flags of compiler and linker */
    constructor(
        readonly flags: readonly string[],
        readonly compiler = "cc",
    ) {
        for (const part of [LOADER_FOLDER, TRIAL_FOLDER]) cpSync(part, join(this.#folder, part), { recursive: true })
    }

    /**
     * @returns the file of the program
     * @throws Error with what the compiler says
     */
    build(program: keyof typeof PROGRAMS, changed: Changed = new Map(), flags: readonly string[] = []): string {
        const objects = [
            ...PROGRAMS[program].map(file => this.#object(join(TRIAL_FOLDER, file))),
            ...[...loaderSources().keys()].map(file => this.#object(join(LOADER_FOLDER, file), changed.get(file))),
        ]
        const output = join(this.#folder, `${program}-${this.#files++}`)
        this.#run(...flags, ...objects, "-o", output)
        return output
    }

    #object(source: string, text?: string): string {
        const known = this.#objects.get(source)
        if (known && text === undefined) return known
        const object = join(this.#folder, `${this.#files++}.o`)
        const original = text === undefined ? undefined : readFileSync(join(this.#folder, source))
        if (text !== undefined) writeFileSync(join(this.#folder, source), text)
        this.#run("-c", source, "-o", object)
        if (original) writeFileSync(join(this.#folder, source), original)
        else this.#objects.set(source, object)
        return object
    }

    #run(...rest: string[]): void {
        const { status, stderr } = spawnSync(this.compiler, [...this.flags, ...rest], {
            cwd: this.#folder,
            encoding: "utf8",
        })
        if (status !== 0) throw new Error(`${this.compiler}: ${stderr}`)
    }
}

/** A folder that is gone when the process ends. */
export function scratchFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), "domovoi-loader-"))
    process.on("exit", () => rmSync(folder, { recursive: true, force: true }))
    return folder
}
