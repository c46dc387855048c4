import type { BoardState } from "../../../simulators/board/board"
import type { BoardDefinition } from "../../../simulators/board/definition"
import type { BoardProfile } from "../../../simulators/board/verifier"
import type { Json } from "../../../simulators/trace"
import { buildFirmware } from "../../../src/host/build/firmware"
import { diagnose } from "../../../src/host/doctor/diagnose"
import { examine } from "../../../src/host/doctor/examine"
import type { Finding } from "../../../src/host/doctor/finding"
import { placeOf } from "../../../src/host/doctor/place"
import type { ChainPolicy } from "../../../src/host/identity/chain"
import { referenceBoard } from "../../../src/host/unit/reference-board"
import { manufacture } from "../../../src/host/unit/simulated-factory"
import { SimulatedUnit } from "../../../src/host/unit/simulated-unit"
import { seeded } from "../identity/factory"

export const NOW = new Date("2026-06-01T00:00:00Z")
export const DEVICES = { "gas-valve": "valve_pico", doorbell: "doorbell_c3" } as const
export type DeviceName = keyof typeof DEVICES

/** A unit as it left the simulated factory. */
export async function madeUnit(name: DeviceName, deviceId = "0d0c70a000000001"): Promise<BoardState> {
    const { image } = await buildFirmware(name)
    return (await manufacture(image, referenceBoard(DEVICES[name]), deviceId))!
}

export interface Patient {
    unit: SimulatedUnit
    act(part: string, action: string, argument?: Json): void
}

export interface Case {
    device: DeviceName
    /** Before it is switched on. */
    before?: (patient: Patient) => void | Promise<void>
    /** As soon as it is switched on. */
    atOnce?: (patient: Patient) => void
    /** When it has worked for a while. */
    later?: (patient: Patient) => void | Promise<void>
    board?: (definition: BoardDefinition) => BoardDefinition
    state?: BoardState
    profile?: BoardProfile
    policy?: ChainPolicy
}

/** Breaks a unit, and asks the doctor. */
export async function findingsOf({
    device,
    before,
    atOnce,
    later,
    board = same => same,
    ...rest
}: Case): Promise<Finding[]> {
    const definition = board(referenceBoard(DEVICES[device]))
    const unit = new SimulatedUnit(definition, "0d0c70a000000001", rest.profile)
    unit.board.restore(rest.state ?? (await madeUnit(device)))
    const patient: Patient = { unit, act: (part, ...action) => unit.board.parts.get(part)!.act(...action) }
    await before?.(patient)
    await unit.connect()
    atOnce?.(patient)
    if (later) {
        await unit.find(8000)
        await unit.wait(3000)
        await later(patient)
        await unit.wait(3000)
    }
    const examination = await examine({ link: unit, policy: rest.policy, random: seeded("doctor") })
    await unit.close()
    return diagnose(examination, placeOf(definition))
}
