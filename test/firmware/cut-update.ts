/** An update in which the power goes away once, and what becomes of it when the command is run again. */
import type { BoardProfile } from "../../simulators/board/verifier"
import type { Fram } from "../../simulators/parts/fram"
import type { CutPhase } from "../../simulators/power-cut"
import type { SimulatedUnit } from "../../src/host/unit/simulated-unit"
import { LinkError } from "../../src/host/unit/unit-link"
import { type Device, newJournal, newUnit, update } from "../host/update/releases"

export interface Subject {
    device: Device
    profile: BoardProfile
    /** The package with release 2. */
    bytes: Buffer
}

export interface Cut {
    memory: "flash" | "fram"
    /** Counted from the beginning of the update. */
    operation: number
    phase: CutPhase
}

/** Operations of an update that nothing disturbs, by memory. */
export async function operationsOf({ device, profile, bytes }: Subject): Promise<Record<Cut["memory"], number>> {
    const unit = await newUnit(device, profile)
    await unit.powerOn()
    const before = countsOf(unit)
    await update(unit, bytes)
    const after = countsOf(unit)
    return { flash: after.flash - before.flash, fram: after.fram - before.fram }
}

export interface Outcome {
    /** The power did go away. */
    cut: boolean
    /** Sequence number of the program that runs in the end, and what the device says. */
    sequenceNumber: unknown
    identity: unknown
    /** Runs of the command. */
    runs: number
}

/** Runs the command until it succeeds, at most three times. */
export async function cutUpdate(
    { device, profile, bytes }: Subject,
    { memory, operation, phase }: Cut,
): Promise<Outcome> {
    const unit = await newUnit(device, profile)
    await unit.powerOn()
    const target = memory === "flash" ? unit.board.flash : framOf(unit)
    target.cutPowerAt({ operation: countsOf(unit)[memory] + operation, phase })
    const journal = newJournal()
    let cut = false
    for (let runs = 1; ; runs++) {
        try {
            const { outcome, refusal } = await update(unit, bytes, { journal })
            if (outcome === "confirmed" || runs === 3) {
                const facts = [await unit.get("sequence_number"), await unit.get("identity")]
                return { cut: cut || outcome !== "confirmed", sequenceNumber: facts[0], identity: facts[1], runs }
            }
            throw new LinkError(`${outcome}: ${refusal}`)
        } catch (error) {
            if (!(error instanceof LinkError) || runs === 3) throw error
            cut = true
            if (unit.board.state === "off") await unit.connect()
            else await unit.wait(5000)
        }
    }
}

function framOf(unit: SimulatedUnit): Fram {
    return unit.board.parts.get("fram") as Fram
}

function countsOf(unit: SimulatedUnit): Record<Cut["memory"], number> {
    return { flash: unit.board.flash.operations, fram: framOf(unit).operations }
}
