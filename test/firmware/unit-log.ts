/** A simulated unit's log as the host finds it. */
import type { Fram } from "../../simulators/parts/fram"
import { checkLog } from "../../src/host/eventlog/check-log"
import { entryText } from "../../src/host/eventlog/entry-text"
import { pullLog } from "../../src/host/eventlog/pull-log"
import type { LogReport, LogWitness } from "../../src/host/eventlog/verify-log"
import { simulatedTrust } from "../../src/host/unit/simulated-factory"
import type { SimulatedUnit } from "../../src/host/unit/simulated-unit"
import { seeded } from "../host/identity/factory"
import { type Device, newUnit } from "../host/update/releases"

const trust = await simulatedTrust()
let pulls = 0

export async function logOf(unit: SimulatedUnit, seen?: LogWitness): Promise<LogReport> {
    const pulled = await pullLog(unit, seeded(`pull ${(pulls += 1)}`), () => {})
    const check = checkLog(pulled, { ...trust, now: new Date("2026-02-01T00:00:00Z") }, pulled.challenge, seen)
    if ("refusal" in check) throw new Error(`refused: ${check.refusal}`)
    return check.report
}

export const storyOf = ({ entries }: LogReport) => entries.map(entryText)

/** A unit from the factory that works, with its log written as far as it goes. */
export async function working(device: Device): Promise<SimulatedUnit> {
    const unit = await newUnit(device)
    await unit.powerOn()
    await unit.wait(5000)
    return unit
}

export const framOf = (unit: SimulatedUnit) => unit.board.parts.get("fram") as Fram
