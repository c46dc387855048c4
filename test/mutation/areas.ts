/** What is mutated, and which tests have to notice: those that need no firmware, because each mutant runs them again. */
import { readdirSync } from "node:fs"

export interface Area {
    /** Folder of the sources. */
    sources: string
    /** Files of it that are left out. */
    except?: RegExp
    /** Folders of tests, or single ones. */
    tests: readonly string[]
    /** Percentage of killed mutants that is aimed at. */
    aim: number
    /** The file of it that `npm test` mutates. */
    slice?: string
}

/** They run in the DeviceScript VM, which compiles its program first, so a mutant there would take minutes. */
const IN_THE_VM = [
    "test/core/crypto/aead.test.ts",
    "test/core/crypto/curve-random.test.ts",
    "test/core/crypto/curve-vectors.test.ts",
    "test/core/crypto/random.test.ts",
    "test/core/crypto/slhdsa.test.ts",
    "test/core/crypto/symmetric-random.test.ts",
    "test/core/crypto/symmetric-vectors.test.ts",
    "test/core/failsafe/on-device.test.ts",
    "test/core/suit/on-device.test.ts",
]

/**
 * They go once through millions of states and keep what they found for all their tests, so they could say nothing of the mutants after the first.
 * test/simulators/circuit/proof.test.ts and test/boards/proof.test.ts say the same of the same boards.
 */
const SURVEYS = ["test/simulators/circuit/boards.test.ts"]

export const AREAS: Record<string, Area> = {
    update: core("update", { aim: 90, slice: "program-start.ts" }),
    suit: core("suit", { aim: 90, slice: "recipient.ts" }),
    cose: core("cose", { aim: 90 }),
    identity: core("identity", { aim: 90 }),
    failsafe: core("failsafe", { aim: 90, slice: "cause.ts" }),
    owner: core("owner", { aim: 90 }),
    eventlog: core("eventlog", { aim: 90, tests: ["test/host/eventlog/verify-log.test.ts"] }),
    // A schema is built while its module is loaded: each mutant of it would take a process of its own. load.test.ts goes through its refusals.
    circuit: {
        sources: "simulators/circuit",
        except: /^schema/,
        tests: ["test/simulators/circuit", "test/boards/proof.test.ts"],
        aim: 90,
    },
    cbor: core("cbor", {}),
    store: core("store", {}),
    rules: core("rules", { slice: "door-release.ts" }),
    // The field arithmetic is unrolled over limbs: tens of thousands of mutants, which interval and oracle tests look after.
    crypto: core("crypto", { except: /^(field|.*-base\.ts|sha2-constants)/, aim: 0 }),
}

function core(name: string, { tests = [], ...others }: Partial<Area>): Area {
    return { sources: `src/core/${name}`, aim: 80, ...others, tests: [`test/core/${name}`, ...tests] }
}

/** Paths of the files that are mutated, in order. */
export function sourcesOf({ sources, except }: Area): string[] {
    return filesIn(sources, ".ts").filter(path => !except?.test(path.slice(sources.length + 1)))
}

/** Paths of the test files, in order. */
export function testsOf({ tests }: Area): string[] {
    return tests
        .flatMap(path => (path.endsWith(".test.ts") ? [path] : filesIn(path, ".test.ts")))
        .filter(path => !IN_THE_VM.includes(path) && !SURVEYS.includes(path))
}

function filesIn(folder: string, ending: string): string[] {
    const names = readdirSync(folder).filter(name => name.endsWith(ending))
    return names.sort().map(name => `${folder}/${name}`)
}
