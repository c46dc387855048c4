/** Reports made by hand, with what a device or a maker may say to harm whoever reads them. */
import type { Declaration } from "../../src/host/conformance/declaration"
import { type Report, reportOf } from "../../src/host/conformance/report"
import type { DeviceProof, RunResult, TestResult } from "../../src/host/conformance/run"
import type { ConformanceTest } from "../../src/host/conformance/scene"
import { TESTS } from "../../src/host/conformance/tests/all"
import { sdkVersion } from "../../src/host/sdk-root"
import { DECLARED as BARE } from "./declared"

export const HOSTILE = `</pre></script><script>alert(1)</script><img src=x onerror=alert(2)>"'&]]>\u202e\u0007 ${"W".repeat(400)}`
export const MADE = new Date("2026-06-01")

export const DECLARED: Declaration = {
    ...BARE,
    device: { ...BARE.device, model: "gas-valve", serial: "GV-0001" },
    declares: { ...BARE.declares, updates: true, log: true, owner: true, button: "button", contact: HOSTILE },
}

export const PROOF: DeviceProof = {
    chip: "0123456789abcdef",
    serial: "GV-0001",
    model: "gas-valve",
    program: "ab".repeat(32),
    sequenceNumber: 1,
    version: "1.0.0",
}

export function result(id: string, changes: Partial<TestResult> = {}): TestResult {
    const control = id.slice(0, id.indexOf("-"))
    const said = { title: `What ${id} tries.`, expected: "good", seen: "good", evidence: [] }
    return { id, control, verdict: "enforced", ...said, ...changes }
}

export const RESULTS: readonly TestResult[] = [
    result("C1.1-challenge", {
        evidence: [{ atMs: 12, what: "the answer", serial: "GV-0001", bytes: 42, good: true, none: null }],
    }),
    result("C1.4-refuses-equal", { verdict: "notMet", title: HOSTILE, expected: HOSTILE, seen: HOSTILE }),
    result("C1.5-distinct", { verdict: "notAssessed", expected: "", seen: "the bench has no dump" }),
    result("FS.1-supply", {
        verdict: "measured",
        evidence: [
            { atMs: 0, what: "supply cut", tookMs: 120, limitMs: 1000 },
            { atMs: 40, what: HOSTILE, tookMs: 1500, limitMs: 1000, detail: HOSTILE },
        ],
    }),
    result("FS.3-alone", { verdict: "inconclusive", expected: "an answer", seen: "no answer" }),
    result("PR.1-switch", { verdict: "notApplicable", expected: "", seen: "the device captures nothing" }),
    result("LC.4-sheet", { verdict: "documented" }),
]

export function runOf(results: readonly TestResult[], changes: Partial<RunResult> = {}): RunResult {
    return {
        target: "sim:valve_pico/gas-valve",
        seed: "1",
        before: PROOF,
        after: PROOF,
        isSame: true,
        results: [...results],
        ...changes,
    }
}

export function reportBy(
    results: readonly TestResult[] = RESULTS,
    changes: Partial<RunResult> = {},
    declared = DECLARED,
    tests: readonly ConformanceTest[] = TESTS,
): Report {
    return reportOf(runOf(results, changes), declared, sdkVersion(), MADE, tests)
}
