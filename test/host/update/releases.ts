/** Releases of the reference devices as a maker would publish them, and simulated units that take them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { type BoardDefinition, loadBoard } from "../../../simulators/board/definition"
import type { BoardProfile } from "../../../simulators/board/verifier"
import type { TrustPolicy } from "../../../src/core/suit/policy"
import { buildFirmware, type Firmware } from "../../../src/host/build/firmware"
import { encodeEnvelope, newEnvelope, signEnvelope } from "../../../src/host/package/envelope"
import { programManifest } from "../../../src/host/package/manifest"
import type { Signer } from "../../../src/host/package/signer"
import { classIdOf, vendorIdOf } from "../../../src/host/package/uuid"
import { manufacture, simulatedRelease, simulatedTrust } from "../../../src/host/unit/simulated-factory"
import { SimulatedUnit } from "../../../src/host/unit/simulated-unit"
import type { InstallLink } from "../../../src/host/unit/unit-link"
import { MemoryJournal } from "../../../src/host/update/journal"
import { packageParts } from "../../../src/host/update/package-parts"
import { type UpdateOptions, updateUnit } from "../../../src/host/update/update-unit"
import { seeded } from "../identity/factory"

export const DEVICES = ["gas-valve", "doorbell"] as const
export type Device = (typeof DEVICES)[number]

const BOARDS = { "gas-valve": "valve_pico", doorbell: "doorbell_c3" } as const
const ALGORITHMS = { "gas-valve": "SLH-DSA-SHA2-128s", doorbell: "ES256" } as const
export const UNIT_ID = "0123456789abcdef"

/** A reference device under another sequence number, and with other changes to its source. */
export async function release(
    device: Device,
    sequenceNumber: number,
    ...changes: [string, string][]
): Promise<Firmware> {
    const number: [string, string] = ["sequenceNumber: 1,", `sequenceNumber: ${sequenceNumber},`]
    return await changed(`devs/devices/${device}.ts`, number, ...changes)
}

/** The firmware of a device with changes to its source. @throws Error if that has not what is to be changed */
export async function changed(path: string, ...changes: [string, string][]): Promise<Firmware> {
    let source = readFileSync(path, "utf8")
    for (const [from, to] of changes) {
        if (!source.includes(from)) throw new Error(`${path} has no "${from}" to change`)
        source = source.replace(from, to)
    }
    const folder = mkdtempSync(join(tmpdir(), "domovoi-release-"))
    const entry = join(folder, basename(path))
    writeFileSync(entry, source)
    try {
        return await buildFirmware(entry)
    } finally {
        rmSync(folder, { recursive: true })
    }
}

export interface Packaging {
    model?: string
    signer?: Signer
}

/** @returns the package's bytes */
export async function packageOf(
    device: Device,
    sequenceNumber: number,
    image: Uint8Array,
    { model = device, signer = simulatedRelease(ALGORITHMS[device]) }: Packaging = {},
): Promise<Buffer> {
    const vendor = "domovoi.example"
    const target = {
        sequenceNumber,
        vendorId: vendorIdOf(vendor),
        classId: classIdOf(vendor, model),
        board: BOARDS[device],
    }
    return encodeEnvelope(await signEnvelope(newEnvelope(programManifest(target, image), image), signer))
}

export function boardOf(device: Device): BoardDefinition {
    return loadBoard(BOARDS[device], "boards")
}

/** A unit as it left the factory, with release 1; not switched on. */
export async function newUnit(device: Device, profile?: BoardProfile, deviceId = UNIT_ID): Promise<SimulatedUnit> {
    const definition = boardOf(device)
    const { image } = await buildFirmware(device)
    const unit = new SimulatedUnit(definition, deviceId, profile)
    unit.board.restore((await manufacture(image, definition, deviceId))!)
    return unit
}

/** The policy of simulated units: whose updates they take. */
export function vendorPolicy(device: Device): TrustPolicy {
    return { version: 0, threshold: 1, keys: [simulatedRelease(ALGORITHMS[device]).key] }
}

/** No unit answers one challenge twice. */
let runs = 0

/** As `domovoi update --yes` does it. */
export async function update(
    link: InstallLink,
    bytes: Buffer,
    { lastGood, ...options }: Partial<Omit<UpdateOptions, "lastGood">> & { lastGood?: Buffer } = {},
) {
    return updateUnit({
        link,
        parts: await packageParts("package", bytes),
        lastGood: lastGood && (await packageParts("last good package", lastGood)),
        policy: { ...(await simulatedTrust()), now: new Date("2026-02-01T00:00:00Z") },
        journal: new MemoryJournal(),
        random: seeded(`update ${runs++}`),
        consent: true,
        ...options,
    })
}
