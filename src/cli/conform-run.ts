/** One run of conform, on one device, in this process. */
import type { HostClock } from "../host/clock"
import { conform, planFor, type Subject, simulatedSubject } from "../host/conformance/conform"
import type { Declaration } from "../host/conformance/declaration"
import type { Selection } from "../host/conformance/plan"
import type { Report } from "../host/conformance/report"
import { enclosuresOf } from "../host/conformance/report/enclosures"
import { ResultsFolder } from "../host/conformance/results-folder"
import type { TestResult } from "../host/conformance/run"
import { parseTarget, type Target } from "../host/conformance/target"
import { TESTS } from "../host/conformance/tests/all"
import { InputError } from "../host/input-error"
import { sdkVersion } from "../host/sdk-root"
import { type DeskOptions, deskSubject, LeasedBench } from "./desk-bench"
import type { Progress } from "./progress"

export interface RunOptions extends Selection, DeskOptions {
    out: string
    seed?: string
    resume?: boolean
    breakLease?: string
}

export interface Run {
    options: RunOptions
    declared: Declaration
    clock: HostClock
    progress: Progress
    /** Hears each result as it comes, counted from 1. */
    onResult(result: TestResult, at: number, of: number): void
}

/** One run at a time in a folder, and on a bench. @throws InputError; LinkError if nobody answers at all */
export async function tryDevice(run: Run): Promise<Report> {
    const { options, declared, clock } = run
    const target = parseTarget(options.target)
    requireDeclared(target, declared)
    const folder = new ResultsFolder(options.out)
    try {
        const lease = target.kind === "sim" ? undefined : new LeasedBench(options.target, options.breakLease, clock)
        try {
            const subject = await subjectAt(target, run)
            return await tryOn(subject, folder, lease, run).finally(() => subject.bench.close())
        } finally {
            lease?.end()
        }
    } finally {
        folder.release()
    }
}

async function tryOn(
    subject: Subject,
    folder: ResultsFolder,
    lease: LeasedBench | undefined,
    { options, declared, clock, progress, onResult }: Run,
): Promise<Report> {
    const { target, only, shard, resume = false } = options
    const plan = planFor({ declared, subject, only, shard })
    if (plan.length === 0)
        throw new InputError(
            only === undefined
                ? `--shard ${shard?.part}/${shard?.of}: there are only ${TESTS.length} tests; name fewer parts`
                : `--only ${only}: no such test or control in this part; see domovoi conform list`,
        )
    const about = { declared, target, seed: subject.seed, suite: sdkVersion(), plan: plan.map(({ test }) => test.id) }
    const journal = folder.journal(about, resume)
    const report = await conform({
        declared,
        subject,
        now: clock(),
        only,
        shard,
        known: journal.known,
        onProof: before => journal.begin(before),
        progress: step => progress.show(step),
        onResult(result, at) {
            lease?.keep()
            journal.add(result)
            onResult(result, at + 1, plan.length)
        },
    })
    folder.keep(report, enclosuresOf(declared, subject.bench))
    journal.remove()
    return report
}

/** What is declared of a simulated device has to be what is simulated. */
export function requireDeclared(target: Target, { device }: Declaration): void {
    if (target.kind === "sim" && target.definition.id !== device.board)
        throw new InputError(`--target: the declaration is of a device on ${device.board}, not ${target.definition.id}`)
}

async function subjectAt(target: Target, { options, declared, clock, progress }: Run): Promise<Subject> {
    const { seed, bench } = options
    if (target.kind === "sim") {
        if (bench !== undefined) throw new InputError("--bench is for devices on a desk: leave it out")
        const { device, definition } = target
        const { profile, class: securityClass } = declared.device
        return simulatedSubject({ device, definition, profile, seed: seed ?? "1" }, securityClass)
    }
    // Who knew the challenges could have the answers ready.
    if (seed !== undefined) throw new InputError("--seed is for simulated devices: leave it out")
    return deskSubject(target, options, declared, clock(), progress)
}
