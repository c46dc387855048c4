/** Runs a plan on a device, and says what was proved of the device before and after. */
import { isDeepStrictEqual } from "node:util"
import type { ChainPolicy } from "../identity/chain"
import type { RandomStreams } from "../identity/random-bytes"
import { attest } from "../unit/attestation"
import { LinkError } from "../unit/unit-link"
import type { Bench } from "./bench"
import type { Declaration } from "./declaration"
import type { Packages } from "./packages"
import type { Planned } from "./plan"
import type { Revocations } from "./revocations"
import { Broken, controlOf, type Evidence, type Outcome, Unclear } from "./scene"
import { COUNTS_AS_MET } from "./verdict"

/** What a device has proved of itself under its key, for a challenge of this run. */
export interface DeviceProof {
    chip: string
    serial: string
    model: string
    /** SHA-256 of the installed program, as the runtime measures it. */
    program: string
    sequenceNumber: number
    version: string
}

export interface TestResult extends Outcome {
    id: string
    control: string
    title: string
    evidence: Evidence[]
}

/** What a device has proved, or why not. */
export type Proving = DeviceProof | { refusal: string }

export interface RunResult {
    target: string
    /** Of everything random; empty where the machine has drawn it. */
    seed: string
    before: Proving
    after: Proving
    /** Whether it is proved that one device stood there from beginning to end, with the program that is declared. */
    isSame: boolean
    results: TestResult[]
}

export interface RunOptions {
    bench: Bench
    declared: Declaration
    plan: readonly Planned[]
    policy: ChainPolicy
    packages: Packages
    revocations: Revocations
    seed: string
    /** Challenges are drawn from it: nobody may know those of a device that is not simulated beforehand. */
    random: RandomStreams
    /** Hears what the device has proved, before anything is tried; what it throws ends the run. */
    onProof?: (before: Proving) => void
    /** Hears each result as it comes. */
    onResult?: (result: TestResult, at: number) => void
    /** Hears what is done next. */
    progress?: (step: string) => void
    /** What an earlier run of the same plan has found of the same device: it is not tried again. */
    known?: ReadonlyMap<string, TestResult>
}

export async function run(options: RunOptions): Promise<RunResult> {
    const { bench, plan, seed, known, onProof = () => {}, onResult = () => {}, progress = () => {} } = options
    progress("asking the device who it is")
    const before = await proofOf(options, "before")
    onProof(before)
    const results: TestResult[] = []
    for (const [at, planned] of plan.entries()) {
        progress(`${planned.test.id}: ${planned.test.title}`)
        const found = known?.get(planned.test.id) ?? (await resultOf(planned, options))
        // Nobody is to read "enforced" of a device that has not proved who it is.
        const result = isProof(before) ? found : doubted(found)
        results.push(result)
        onResult(result, at)
    }
    progress("asking the device who it is, once more")
    const after = await proofOf(options, "after")
    const isSame = isSameDevice(before, after) && runsDeclared(before, options.declared)
    return { target: bench.target, seed, before, after, isSame, results }
}

/** Nobody knows of which device this was seen. */
export function doubted(result: TestResult): TestResult {
    if (!COUNTS_AS_MET.includes(result.verdict)) return result
    return { ...result, verdict: "inconclusive", seen: `${result.seen}; but it is not proved that it was this device` }
}

export const isProof = (proof: Proving): proof is DeviceProof => !("refusal" in proof)

/** Whether it is proved that it is one device with one program. */
export function isSameDevice(before: Proving, after: Proving): boolean {
    return isProof(before) && isDeepStrictEqual(before, after)
}

/** Whether it is proved to run the image that is to be tried. */
export function runsDeclared(proof: Proving, { device }: Declaration): boolean {
    return isProof(proof) && proof.program === device.program
}

async function proofOf({ bench, policy, random }: RunOptions, when: string): Promise<Proving> {
    try {
        await bench.begin(when)
        const proof = await attest(bench.link, policy, random(when))
        if ("refusal" in proof) return { refusal: proof.refusal }
        const { serial, model, sequenceNumber, version } = proof.claims
        const [chip, program] = [await bench.link.chip(), await bench.link.programSha256()]
        return { chip, serial, model, program, sequenceNumber, version }
    } catch (error) {
        if (error instanceof LinkError) return { refusal: "noAnswer" }
        throw error
    }
}

async function resultOf({ test, leftOut }: Planned, options: RunOptions): Promise<TestResult> {
    const { bench, declared, policy, packages, revocations } = options
    const named = { id: test.id, control: controlOf(test), title: test.title }
    if (leftOut) return { ...named, verdict: leftOut.verdict, expected: "", seen: leftOut.why, evidence: [] }
    const evidence: Evidence[] = []
    let startMs = 0
    const note = (what: string, details: Omit<Evidence, "atMs" | "what"> = {}) =>
        void evidence.push({ atMs: Math.round(bench.nowMs() - startMs), what, ...details })
    const random = options.random(test.id)
    try {
        await bench.begin(test.id)
        startMs = bench.nowMs()
        const outcome = await test.run({ bench, declared, policy, packages, revocations, random, note })
        return { ...named, ...outcome, evidence }
    } catch (error) {
        if (error instanceof Broken)
            return { ...named, verdict: "notMet", expected: error.expected, seen: error.seen, evidence }
        if (error instanceof LinkError || error instanceof Unclear)
            return { ...named, verdict: "inconclusive", expected: "an answer", seen: error.message, evidence }
        throw error
    }
}
