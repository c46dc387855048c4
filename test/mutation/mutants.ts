/** Changes the sources in every small way that Stryker knows, one at a time, and tells which changes the tests notice. */
import { readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { Stryker } from "@stryker-mutator/core"

/** A run of a mutant in an endless loop ends after this and half as much again as the tests take without it. */
const TIMEOUT_MS = 20_000
const RESIDENT = join(import.meta.dirname, "resident")

export interface Mutant {
    file: string
    lineNumber: number
    /** The source line in which it begins, without indentation. */
    line: string
    /** What kind of change: a name of https://stryker-mutator.io/docs/mutation-testing-elements/supported-mutators */
    mutator: string
    from: string
    to: string
    fate: Fate
}

/** `endless`: the tests did not come to an end, which is noticed too. */
export type Fate = "killed" | "endless" | "survived"

/** What becomes of a mutant in words of Stryker; what is not here was no mutant that could run. */
const FATES: Record<string, Fate> = {
    Killed: "killed",
    Timeout: "endless",
    Survived: "survived",
    NoCoverage: "survived",
}

/**
 * @param sources files to mutate, each with `:FROM-TO` behind it if only those lines are meant
 * @param tests test files, which have to pass without a mutant
 */
export async function tryMutants(sources: readonly string[], tests: readonly string[]): Promise<Mutant[]> {
    process.env.DOMOVOI_MUTATION_TESTS = tests.join(" ")
    process.env.TSX_TSCONFIG_PATH = join(RESIDENT, "tsconfig.json")
    const results = await new Stryker({
        plugins: [join(RESIDENT, "runner.ts")],
        testRunner: "resident",
        testRunnerNodeArgs: ["--import", import.meta.resolve("tsx")],
        coverageAnalysis: "perTest",
        mutate: [...sources],
        concurrency: 1,
        timeoutMS: TIMEOUT_MS,
        tempDirName: ".stryker-tmp",
        ignorePatterns: ["/built", "/docs", ".devicescript"],
        reporters: process.stderr.isTTY ? ["progress"] : [],
        logLevel: "error",
    } as ConstructorParameters<typeof Stryker>[0]).runMutationTest()
    const lines = new Map<string, string[]>()
    return results
        .filter(({ status }) => status in FATES)
        .map(({ fileName, location: { start, end }, mutatorName, replacement = "", status }) => {
            const file = relative(process.cwd(), fileName)
            if (!lines.has(file)) lines.set(file, readFileSync(file, "utf8").split("\n"))
            // Lines and columns count from 1.
            const text = lines.get(file)!.slice(start.line - 1, end.line)
            const line = text[0].trim()
            text[text.length - 1] = text[text.length - 1].slice(0, end.column - 1)
            text[0] = text[0].slice(start.column - 1)
            const [from, to] = [oneLine(text.join(" ")), oneLine(replacement)]
            return { file, lineNumber: start.line, line, mutator: mutatorName, from, to, fate: FATES[status] }
        })
        .sort((a, b) => (a.file === b.file ? a.lineNumber - b.lineNumber : a.file < b.file ? -1 : 1))
}

function oneLine(text: string): string {
    return text.replace(/\s+/g, " ")
}
