/** `npm run mutation -- [AREA …]`: mutates the sources of areas and tells what their tests do not notice; without an area, what is committed. */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Command, CommanderError } from "commander"
import { AREAS, sourcesOf, testsOf } from "./areas"
import { type Mutant, tryMutants } from "./mutants"
import { digestOf, type Equivalent, fallsBack, judge, orphans, type Score, type Verdict } from "./score"

interface Committed extends Score {
    /** Of the sources and tests that it was measured with. */
    measuredOn: string
}

const SCORES = join(import.meta.dirname, "scores.json")
const EQUIVALENTS = join(import.meta.dirname, "equivalent.json")
const scores: Record<string, Committed> = JSON.parse(readFileSync(SCORES, "utf8"))
const equivalents: Equivalent[] = JSON.parse(readFileSync(EQUIVALENTS, "utf8"))

const { areas, only, tests, accept, slice } = parameters()
try {
    if (slice) await trySlice()
    else if (areas.length === 0) printTable()
    else for (const area of areas) await tryArea(area)
} catch (error) {
    // Stryker has printed which test failed.
    fail(`no mutant was tried: ${(error as Error).message}`)
}

async function tryArea(name: string): Promise<void> {
    const area = AREAS[name]
    const isPart = only.length > 0 || tests.length > 0
    const sources = only.length > 0 ? only.map(file => `${area.sources}/${file}`) : sourcesOf(area)
    const verdict = judge(await tryMutants(sources, tests.length > 0 ? tests : testsOf(area)), equivalents)
    report(name, verdict)
    if (isPart) {
        failIfPoor(name, verdict)
        return
    }
    const { survivors, misnamed, ...score } = verdict
    const back = fallsBack(score, scores[name])
    if (back) fail(`${name}: ${back}: kill the survivors, or name them in equivalent.json with the reason`)
    else if (accept) {
        scores[name] = { ...score, measuredOn: digestOf(filesOf(name)) }
        const sorted = Object.keys(AREAS).flatMap(area => (scores[area] ? [[area, scores[area]]] : []))
        writeFileSync(SCORES, `${JSON.stringify(Object.fromEntries(sorted), undefined, 4)}\n`)
    }
}

/** One small file of each area: fast enough for every test run, and no survivor is forgiven there. */
async function trySlice(): Promise<void> {
    const chosen = Object.values(AREAS).filter(({ slice }) => slice)
    const sources = chosen.map(({ sources, slice }) => `${sources}/${slice}`)
    const verdict = judge(await tryMutants(sources, [...new Set(chosen.flatMap(testsOf))]), equivalents)
    report("slice", verdict)
    failIfPoor("slice", verdict)
}

function failIfPoor(name: string, { mutants, survived }: Verdict): void {
    if (mutants === 0) fail(`${name}: no mutants, so nothing was shown`)
    if (survived > 0) fail(`${name}: a test is missing, or a reason in equivalent.json`)
}

function report(name: string, { survivors, misnamed, ...score }: Verdict): void {
    for (const mutant of survivors) console.log(described(mutant))
    console.log(
        `${name}: ${score.mutants} mutants, ${score.killed} killed, ${score.equivalent} equivalent, ${score.survived} survived: ${score.score} %`,
    )
    for (const { file, line, from, to } of misnamed)
        fail(`named equivalent, and yet a test notices it: ${file}\n    ${line}\n    ${from} → ${to}`)
}

function described({ file, lineNumber, mutator, line, from, to }: Mutant): string {
    return `${file}:${lineNumber} ${mutator}\n    ${line}\n    ${cut(from)} → ${cut(to)}`
}

function cut(text: string): string {
    return text.length > 100 ? `${text.slice(0, 100)}…` : text || "nothing"
}

function printTable(): void {
    const rows = Object.entries(AREAS).map(([name, { aim }]) => {
        const { measuredOn, ...score } = scores[name] ?? {}
        const state = !scores[name]
            ? "not measured yet"
            : `${score.score < aim ? `below its aim of ${aim} %` : "as aimed"}${measuredOn === digestOf(filesOf(name)) ? "" : "; code or tests have changed since"}`
        return [name, { ...score, state }]
    })
    console.table(Object.fromEntries(rows))
    for (const { file, line } of orphans(equivalents))
        fail(`equivalent.json names a line that is gone: ${file}: ${line}`)
}

function filesOf(name: string): string[] {
    return [...sourcesOf(AREAS[name]), ...testsOf(AREAS[name])]
}

function fail(message: string): void {
    console.error(message)
    process.exitCode = 1
}

/** Ends the process with 2 if they make no sense. */
function parameters() {
    const command = new Command("npm run mutation --")
        .description("Changes the sources one small way at a time, and tells which changes no test notices.")
        .argument("[areas...]", `of ${Object.keys(AREAS).join(", ")}; without one: the committed scores`)
        .option("--only <file...>", "mutate only these files of the area, or only lines of them: FILE:FROM-TO", [])
        .option("--tests <file...>", "let only these test files look, to see what they notice by themselves", [])
        .option("--accept", "commit to the measured score in scores.json, unless it is lower")
        .option("--slice", "one small file of each area, as in npm test: no survivor may be unnamed")
        .addHelpText(
            "after",
            `
Examples:
  npm run mutation                                  what is committed, and what is behind
  npm run mutation -- update                        all of src/core/update: some minutes
  npm run mutation -- update --only records.ts      only src/core/update/records.ts, while writing its tests
  npm run mutation -- update --only records.ts:40-60
  npm run mutation -- update suit --accept          measure, and write test/mutation/scores.json
  npm run mutation -- --slice                       what npm test does

Exit status: 0 all is well; 1 a score fell, something survived in a part or in the slice, or equivalent.json is wrong;
2 the arguments make no sense.`,
        )
        .exitOverride()
    try {
        command.parse()
        const areas = command.args
        const options = command.opts<{ only: string[]; tests: string[]; accept?: boolean; slice?: boolean }>()
        const isPart = options.only.length > 0 || options.tests.length > 0
        const unknown = areas.filter(area => !Object.hasOwn(AREAS, area))
        if (unknown.length > 0)
            command.error(`no area ${unknown.join(", ")}; areas are ${Object.keys(AREAS).join(", ")}`)
        if (options.slice && (areas.length > 0 || isPart || options.accept)) command.error("--slice stands alone")
        if (isPart && areas.length !== 1)
            command.error("--only and --tests belong to one area, as in: npm run mutation -- update --only records.ts")
        if (isPart && options.accept) command.error("a part of an area has no score to accept")
        if (options.accept && areas.length === 0) command.error("--accept needs an area")
        return { areas, ...options }
    } catch (error) {
        if (!(error instanceof CommanderError)) throw error
        process.exit(error.exitCode === 0 ? 0 : 2)
    }
}
