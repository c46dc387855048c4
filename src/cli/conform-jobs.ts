/** Several runs of conform at a time, each in a process of its own: devices, or the parts of one that is simulated. */
import { spawn } from "node:child_process"
import { existsSync, rmSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import type { Declaration } from "../host/conformance/declaration"
import type { Fixture } from "../host/conformance/fixture"
import { testsOf } from "../host/conformance/plan"
import type { Report } from "../host/conformance/report"
import { enclosuresOf } from "../host/conformance/report/enclosures"
import { REPORT_FILE } from "../host/conformance/report/files"
import { mergedReport } from "../host/conformance/report/merge"
import { readReport } from "../host/conformance/report/schema"
import { ResultsFolder } from "../host/conformance/results-folder"
import type { TestResult } from "../host/conformance/run"
import { parseTarget } from "../host/conformance/target"
import { TESTS } from "../host/conformance/tests/all"
import { InputError } from "../host/input-error"
import { sdkVersion } from "../host/sdk-root"
import { LinkError } from "../host/unit/unit-link"
import { requireDeclared } from "./conform-run"
import { ExitStatus } from "./exit-status"

/** A device, and how it is to be tried. */
export interface Job {
    declared: Declaration
    ics: string
    target: string
    /** Where its report goes. */
    out: string
}

export interface Jobs {
    jobs: readonly Job[]
    /** How many processes at a time. */
    atOnce: number
    /** What each run is told beside. */
    parameters: readonly string[]
    /** Of tests or controls. */
    only?: string
    resume: boolean
    now: Date
    onResult(job: Job, result: TestResult): void
}

/** What came of a job: its report, or why there is none. */
export type Ending = PromiseSettledResult<Report>

/** One that cannot be carried out does not stop the others. */
export async function tryAll({ jobs, atOnce, ...all }: Jobs): Promise<Ending[]> {
    if (jobs.length === 1) return Promise.allSettled([tryInParts(jobs[0], atOnce, all)])
    const limit = limited(atOnce)
    return Promise.allSettled(jobs.map(job => limit(() => spawned(job, job.out, parametersOf(all), all))))
}

type Common = Omit<Jobs, "jobs" | "atOnce">

const parametersOf = ({ parameters, only, resume }: Common) => [
    ...parameters,
    ...(only === undefined ? [] : ["--only", only]),
    ...(resume ? ["--resume"] : []),
]

/** A part that has ended is not tried again by a run that goes on. */
async function tryInParts(job: Job, atOnce: number, all: Common): Promise<Report> {
    const { declared, target, out } = job
    const asked = testsOf(TESTS, all.only)
    if (asked.length === 0)
        throw new InputError(`--only ${all.only}: no such test or control; see domovoi conform list`)
    requireDeclared(parseTarget(target), declared)
    const parts = Math.min(atOnce, asked.length)
    const folder = new ResultsFolder(out)
    try {
        folder.beginParts(
            { declared, target, parts, suite: sdkVersion(), told: [all.parameters, all.only] },
            all.resume,
        )
        const places = Array.from({ length: parts }, (_, at) => folder.part(at + 1, parts))
        const ended = await Promise.allSettled(
            places.map(async (place, at) => {
                const path = join(place, REPORT_FILE)
                if (existsSync(path)) return { path, report: readReport(path) }
                const shard = ["--shard", `${at + 1}/${parts}`]
                return { path, report: await spawned(job, place, [...parametersOf(all), ...shard], all) }
            }),
        )
        const reports = ended.map(one => {
            if (one.status === "rejected") throw one.reason
            return one.value
        })
        const report = mergedReport(reports, sdkVersion(), all.now, TESTS, asked)
        folder.keep(report, enclosuresOf(declared, benchOf(job)))
        for (const place of places) rmSync(place, { recursive: true })
        folder.endParts()
        return report
    } finally {
        folder.release()
    }
}

/** What a page needs of the bench that each part had. */
function benchOf({ target }: Job): Parameters<typeof enclosuresOf>[1] {
    const parsed = parseTarget(target)
    return parsed.kind === "sim"
        ? { can: new Set<Fixture>(["drawing"]), circuit: parsed.definition.circuit }
        : { can: new Set<Fixture>() }
}

/** What a process of conform says, a line: a result, and at the end the report. */
type Said = { result: TestResult } | { report: Report }

const MAX_COMPLAINT_CHARACTERS = 2000

/** @throws InputError or LinkError if the process does not come to a report */
function spawned(job: Job, out: string, parameters: readonly string[], { onResult }: Common): Promise<Report> {
    const { ics, target } = job
    const told = ["conform", "--ics", ics, "--target", target, "--out", out, "--json", ...parameters]
    const child = spawn(process.execPath, [...process.execArgv, process.argv[1], ...told], {
        stdio: ["ignore", "pipe", "pipe"],
    })
    const end = () => void child.kill()
    process.once("exit", end)
    let report: Report | undefined
    let complaint = ""
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
        complaint = (complaint + text).slice(-MAX_COMPLAINT_CHARACTERS)
    })
    createInterface({ input: child.stdout }).on("line", line => {
        const said: Said = JSON.parse(line)
        if ("report" in said) report = said.report
        else onResult(job, said.result)
    })
    return new Promise((resolve, reject) => {
        child.once("error", reject)
        child.once("close", (status, signal) => {
            process.off("exit", end)
            if (report && (status === ExitStatus.Ok || status === ExitStatus.Failed)) return resolve(report)
            const why = `${target}: ${complaint.trim().replace(/^domovoi: /, "") || `was ended (${signal ?? status}); go on with --resume`}`
            // Nobody has answered at all.
            reject(status === ExitStatus.Failed ? new LinkError(why) : new InputError(why))
        })
    })
}

/** Lets so many be at work at a time. */
function limited(atOnce: number): <T>(work: () => Promise<T>) => Promise<T> {
    const waiting: (() => void)[] = []
    let free = atOnce
    return async work => {
        if (free > 0) free--
        else await new Promise<void>(resolve => waiting.push(resolve))
        return work().finally(() => {
            const next = waiting.shift()
            if (next) next()
            else free++
        })
    }
}
