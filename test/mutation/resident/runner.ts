/**
 * A test runner for Stryker that loads the tests once and then runs them for every mutant in the same process: some milliseconds each, where
 * a new Vitest worker takes 0.4 s. What a mutant leaves behind must not speak for or against the next: after each that was killed the test
 * that failed has to pass without it, or a new process takes over.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { relative, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { declareFactoryPlugin, PluginKind } from "@stryker-mutator/api/plugin"
import {
    DryRunStatus,
    type MutantRunOptions,
    MutantRunStatus,
    type TestResult,
    type TestRunner,
    TestStatus,
} from "@stryker-mutator/api/test-runner"
import fc from "fast-check"
import { finish, type GatheredTest, gather, runTest } from "./vitest"

/**
 * Property tests draw the same in every run: a score that depends on luck could not be held against anybody. The first counterexample will do:
 * nobody reads a smaller one.
 */
fc.configureGlobal({ seed: 1, endOnFailure: true })

/** What the tests did without a mutant, for the processes that come after the first. It lies in the copy of the code. */
const DRY_RUN = ".dry-run.json"

interface DryRun {
    /** How long each test took, by its id. */
    tookMs: Record<string, number>
    /** How often each test passed each mutant. */
    hits: Record<string, Record<string, number>>
}

/**
 * A test that passes a mutant so many times as often as it does without is in an endless loop. Each test has its own limit: where one passes a
 * mutant a million times, a limit for all together would let a loop go on for minutes.
 */
const ENDLESS = 100
/** Passes that are allowed to any test. */
const FEW = 10_000

/** Where instrumented code looks which mutant is on, and notes what it passed. */
interface Switchboard {
    activeMutant?: string
    currentTestId?: string
    hitCount?: number
    hitLimit?: number
    mutantCoverage?: { static: Record<string, number>; perTest: Record<string, Record<string, number>> }
}

const switchboard = ((globalThis as { __stryker__?: Switchboard }).__stryker__ ??= {})

class ResidentRunner implements TestRunner {
    /** By their ids. */
    private tests: Map<string, GatheredTest> | undefined
    /** How long each took last. */
    private readonly tookMs: Map<string, number>
    private hits: DryRun["hits"]
    /** A mutant has left something behind in this process. */
    private isSpoiled = false

    constructor() {
        const known: DryRun = existsSync(DRY_RUN) ? JSON.parse(readFileSync(DRY_RUN, "utf8")) : { tookMs: {}, hits: {} }
        this.tookMs = new Map(Object.entries(known.tookMs))
        this.hits = known.hits
    }

    /** What ran while a module was loaded does not run again. */
    capabilities() {
        return { reloadEnvironment: false }
    }

    async dryRun() {
        const tests: TestResult[] = []
        for (const [id, test] of await this.load()) {
            switchboard.currentTestId = id
            const start = performance.now()
            const failureMessage = await failureOf(test)
            switchboard.currentTestId = undefined
            const timeSpentMs = performance.now() - start
            this.tookMs.set(id, timeSpentMs)
            const facts = { id, name: test.name, timeSpentMs }
            if (failureMessage === undefined) tests.push({ ...facts, status: TestStatus.Success })
            else tests.push({ ...facts, status: TestStatus.Failed, failureMessage })
        }
        const hits = switchboard.mutantCoverage?.perTest ?? {}
        const facts: DryRun = { tookMs: Object.fromEntries(this.tookMs), hits }
        this.hits = hits
        writeFileSync(DRY_RUN, JSON.stringify(facts))
        return { status: DryRunStatus.Complete as const, tests, mutantCoverage: switchboard.mutantCoverage }
    }

    async mutantRun({ activeMutant, testFilter, hitLimit, mutantActivation }: MutantRunOptions) {
        // Stryker starts another process when one fails, and tries the mutant there.
        if (this.isSpoiled) throw new Error("a new process is needed")
        switchboard.hitCount = 0
        switchboard.hitLimit = hitLimit
        if (mutantActivation === "static") switchboard.activeMutant = activeMutant.id
        try {
            const all = await this.load()
            switchboard.activeMutant = activeMutant.id
            return await this.firstFailure(activeMutant.id, testFilter ?? [...all.keys()], all, hitLimit)
        } catch (error) {
            // A module that cannot even be loaded has been noticed.
            return killed([], String(error), 0)
        } finally {
            switchboard.activeMutant = undefined
        }
    }

    /** The quick ones first: most mutants fall to those. */
    private async firstFailure(
        mutant: string,
        ids: readonly string[],
        all: Map<string, GatheredTest>,
        hitLimitOfAll: number | undefined,
    ) {
        let count = 0
        const tookMs = (id: string) => this.tookMs.get(id) ?? 0
        for (const id of [...ids].sort((a, b) => tookMs(a) - tookMs(b))) {
            const test = all.get(id)!
            count++
            const hits = this.hits[id]?.[mutant]
            switchboard.hitCount = 0
            switchboard.hitLimit = hits === undefined ? hitLimitOfAll : ENDLESS * hits + FEW
            const start = performance.now()
            const failure = await failureOf(test)
            this.tookMs.set(id, performance.now() - start)
            const { hitCount, hitLimit } = switchboard
            const isEndless = hitLimit !== undefined && hitCount! > hitLimit
            if (failure === undefined && !isEndless) continue
            switchboard.activeMutant = undefined
            this.isSpoiled = (await failureOf(test)) !== undefined
            if (isEndless) return { status: MutantRunStatus.Timeout as const, reason: "endless loop" }
            return killed([id], failure!, count)
        }
        return { status: MutantRunStatus.Survived as const, nrOfTests: count }
    }

    async dispose() {
        await finish()
    }

    private async load(): Promise<Map<string, GatheredTest>> {
        if (this.tests) return this.tests
        this.tests = new Map()
        for (const path of process.env.DOMOVOI_MUTATION_TESTS!.split(" ")) {
            const tests = await gather(() => import(pathToFileURL(resolve(path)).href))
            for (const test of tests) this.tests.set(`${relative(".", path)}#${this.tests.size} ${test.name}`, test)
        }
        return this.tests
    }
}

async function failureOf(test: GatheredTest): Promise<string | undefined> {
    try {
        await runTest(test)
        return undefined
    } catch (error) {
        return String(error)
    }
}

function killed(killedBy: string[], failureMessage: string, nrOfTests: number) {
    return { status: MutantRunStatus.Killed as const, killedBy, failureMessage, nrOfTests }
}

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, "resident", () => new ResidentRunner())]
