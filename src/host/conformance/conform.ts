/** A run of the suite, from a declaration to a report. */
import type { ChainPolicy } from "../identity/chain"
import { type RandomStreams, seededStreams } from "../identity/random-bytes"
import { InputError } from "../input-error"
import { readInputFile } from "../input-file"
import { sdkVersion } from "../sdk-root"
import { simulatedCrl, simulatedTrust } from "../unit/simulated-factory"
import type { Bench } from "./bench"
import type { Declaration } from "./declaration"
import type { Packages } from "./packages"
import { type Planned, planOf, type Selection } from "./plan"
import { type Report, reportOf } from "./report"
import type { Revocations } from "./revocations"
import { isProof, type Proving, type RunOptions, run, runsDeclared } from "./run"
import type { ConformanceTest } from "./scene"
import { type SimulatedSubject, simulatedBench, simulatedPackages } from "./simulated-device"
import { TESTS } from "./tests/all"

/** A device under test, with what belongs to it. */
export interface Subject {
    bench: Bench
    packages: Packages
    revocations: Revocations
    /** By whom its certificate has to be, but for the time. */
    trust: Omit<ChainPolicy, "now">
    /** See `RunOptions`. */
    seed: string
    random: RandomStreams
}

export interface ConformOptions extends Selection, Pick<RunOptions, "onProof" | "onResult" | "progress" | "known"> {
    declared: Declaration
    subject: Subject
    now: Date
    /** All there are, if left out. */
    tests?: readonly ConformanceTest[]
}

/** @throws InputError if the device proves that it runs another program than is declared, or a file that the declaration names cannot be read */
export async function conform(options: ConformOptions): Promise<Report> {
    const { declared, subject, now, onProof = () => {} } = options
    const { trust, ...given } = subject
    const policy = { ...trust, now, serial: declared.device.serial }
    const result = await run({
        ...options,
        ...given,
        policy,
        plan: planFor(options),
        onProof(before) {
            requireProgram(before, declared)
            onProof(before)
        },
    })
    return reportOf(result, declared, sdkVersion(), now, options.tests)
}

/** Nobody is to believe that a new program was tried, when installing it has failed. */
function requireProgram(before: Proving, declared: Declaration): void {
    if (!isProof(before) || runsDeclared(before, declared)) return
    throw new InputError(
        `the device runs program ${before.program} (firmware ${before.version}), and ${declared.device.program} is declared; ` +
            "install that one, or put device.program right if the other is to be tried",
    )
}

/** What `conform` runs. */
export function planFor({
    tests = TESTS,
    declared,
    subject,
    ...selection
}: Pick<ConformOptions, "tests" | "declared" | "subject" | keyof Selection>): Planned[] {
    return planOf(tests, declared, subject.bench.can, selection)
}

/** A device of the simulated factory, for its whole life in this process. @throws InputError; BuildError */
export async function simulatedSubject(subject: SimulatedSubject, securityClass: 1 | 2): Promise<Subject> {
    const { seed } = subject
    return {
        bench: await simulatedBench(subject),
        packages: simulatedPackages(subject, securityClass, FIRST_RELEASE),
        revocations: SIMULATED_REVOCATIONS,
        trust: await simulatedTrust(),
        seed,
        random: seededStreams(seed),
    }
}

export const SIMULATED_REVOCATIONS: Revocations = { listWith: simulatedCrl }

/** What reference devices are built as. */
const FIRST_RELEASE = 1

/** Packages that the maker has signed, in files. */
export function packagesIn({ bench }: Declaration): Packages {
    return {
        async get(name) {
            return Object.hasOwn(bench.packages, name) ? readInputFile(bench.packages[name]) : undefined
        },
    }
}
