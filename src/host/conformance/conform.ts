/** A run of the suite from the declaration to the report. */
import { sdkVersion } from "../sdk-root"
import { simulatedTrust } from "../unit/simulated-factory"
import type { Declaration } from "./declaration"
import { planOf, type Selection } from "./plan"
import { type Report, reportOf } from "./report"
import { type RunOptions, run } from "./run"
import type { ConformanceTest } from "./scene"
import { type SimulatedSubject, simulatedBench, simulatedPackages } from "./simulated-device"
import { TESTS } from "./tests/all"

export interface ConformOptions extends Selection, Pick<RunOptions, "onResult" | "progress" | "known"> {
    declared: Declaration
    subject: SimulatedSubject
    now: Date
    tests?: readonly ConformanceTest[]
}

export async function conform(options: ConformOptions): Promise<Report> {
    const { declared, subject, now, tests = TESTS } = options
    const bench = await simulatedBench(subject)
    try {
        const result = await run({
            ...options,
            bench,
            plan: planOf(tests, declared, bench.can, options),
            policy: { ...(await simulatedTrust()), now, serial: declared.device.serial },
            packages: simulatedPackages(subject, declared.device.class, 1),
            seed: subject.seed,
        })
        return reportOf(result, declared, sdkVersion(), now)
    } finally {
        await bench.close()
    }
}
