/**
 * What the tests of an area import as "vitest" while mutants are tried: it gathers the tests, so that one process can run any of them again and
 * again. It has what those tests use; the matchers are Vitest's own. A test that needs more fails to load, which ends the run.
 */
import { chai, JestAsymmetricMatchers, JestChaiExpect, JestExtend } from "@vitest/expect"

type Body = (...args: never[]) => unknown

export interface GatheredTest {
    name: string
    /** The suite that it stands in, innermost last. */
    suites: Suite[]
    run: () => unknown
}

/** What has to be done before the tests of a suite: once, and before each. */
interface Suite {
    once: (() => unknown)[]
    each: (() => unknown)[]
}

const newSuite = (): Suite => ({ once: [], each: [] })

/** Of the file that is being loaded. */
let suites: Suite[] = []
let names: string[] = []
let gathered: GatheredTest[] = []
const finishers: (() => unknown)[] = []
const afters: (() => unknown)[] = []

/** Loads a file of tests, makes everything ready for them, and returns them in order. */
export async function gather(load: () => Promise<unknown>): Promise<GatheredTest[]> {
    suites = [newSuite()]
    names = []
    gathered = []
    await load()
    for (const suite of new Set(gathered.flatMap(({ suites }) => suites)))
        for (const before of suite.once) await before()
    return gathered
}

/** Runs a test, as many times as wanted. @throws what it throws */
export async function runTest({ suites, run }: GatheredTest): Promise<void> {
    try {
        for (const { each } of suites) for (const before of each) await before()
        await run()
    } finally {
        for (const finisher of finishers.splice(0)) await finisher()
    }
}

export const test = Object.assign(addTest, {
    each: (rows: readonly unknown[]) => (name: string, body: Body) => {
        for (const [i, row] of rows.entries())
            addTest(`${name} (${i + 1})`, () => body(...(argumentsOf(row) as never[])))
    },
})

export const describe = Object.assign(addSuite, {
    each: (rows: readonly unknown[]) => (name: string, body: Body) => {
        for (const [i, row] of rows.entries())
            addSuite(`${name} (${i + 1})`, () => body(...(argumentsOf(row) as never[])))
    },
})

export function beforeAll(before: () => unknown): void {
    suites[suites.length - 1].once.push(before)
}

export function beforeEach(before: () => unknown): void {
    suites[suites.length - 1].each.push(before)
}

export function afterAll(after: () => unknown): void {
    afters.push(after)
}

/** To be called when no test will be run again. */
export async function finish(): Promise<void> {
    for (const after of afters.splice(0)) await after()
}

export function onTestFinished(finisher: () => unknown): void {
    finishers.push(finisher)
}

chai.use(JestExtend)
chai.use(JestChaiExpect)
chai.use(JestAsymmetricMatchers)
export const expect = chai.expect

/** An object between name and body holds a timeout, and so does a number behind: the limit here is the mutant's. */
function addTest(name: string, ...rest: unknown[]): void {
    gathered.push({ name: [...names, name].join(" > "), suites: [...suites], run: functionAmong(rest) })
}

function addSuite(name: string, ...rest: unknown[]): void {
    suites.push(newSuite())
    names.push(name)
    functionAmong(rest)()
    names.pop()
    suites.pop()
}

function functionAmong(parts: unknown[]): () => unknown {
    return parts.find(part => typeof part === "function") as () => unknown
}

function argumentsOf(row: unknown): unknown[] {
    return Array.isArray(row) ? row : [row]
}
