/** Devices under test that are made here: a reference device on a board, from the simulated factory, and the packages that its vendor would sign. */
import type { BoardDefinition } from "../../../simulators/board/definition"
import type { BoardProfile } from "../../../simulators/board/verifier"
import { deviceIdOf } from "../../../simulators/bus/server"
import { ELEMENT_STRIDE } from "../../core/identity/element-counters"
import { SEQUENCE_STRIDE } from "../../core/identity/stored-counter"
import { buildFirmware } from "../build/firmware"
import { pairingCode } from "../identity/pairing-secret"
import { InputError } from "../input-error"
import { encodeEnvelope, newEnvelope, signEnvelope } from "../package/envelope"
import { type ProgramTarget, programManifest } from "../package/manifest"
import type { Signer } from "../package/signer"
import { classIdOf, vendorIdOf } from "../package/uuid"
import { manufacture, simulatedPairingSecret, simulatedRelease, simulatedSerial } from "../unit/simulated-factory"
import type { PackageName, Packages } from "./packages"
import { SimulatedBench, type SimulatedDevice } from "./simulated-bench"

/** Whose chip has the identifier made of this; the chips of further units have theirs of this and their number. */
const NAME = "conformance"
/** Who makes the reference devices. */
const VENDOR = "domovoi.example"

export interface SimulatedSubject {
    /** Of `devs/devices`, or the path of a source. */
    device: string
    definition: BoardDefinition
    profile: BoardProfile
    seed: string
    /** Compiled before; built from the source if left out. */
    image?: Uint8Array
    /** What a unit is given to pair with, and what its label shows, by its serial number, where they are others than the simulated factory's. */
    pairing?: { kept?(serial: string): Uint8Array; printed?(serial: string): Uint8Array }
    /** What the maker would build under another sequence number; from the device's source if left out. */
    release?(sequenceNumber: number): Promise<Uint8Array>
}

/** @throws InputError if the program is no Domovoi device's that this board can run */
export async function simulatedBench(subject: SimulatedSubject): Promise<SimulatedBench> {
    const { device, definition, profile, seed } = subject
    const image = subject.image ?? (await buildFirmware(device)).image
    const target = targetOf(subject)
    const unit = async (name: string): Promise<SimulatedDevice> => {
        const deviceId = deviceIdOf(name)
        const serial = simulatedSerial(deviceId)
        const { kept = simulatedPairingSecret, printed = kept } = subject.pairing ?? {}
        const state = await manufacture(image, definition, deviceId, undefined, undefined, kept)
        if (!state) throw new InputError(`${device}: does not start on ${definition.id}, or is no Domovoi device`)
        const other = (number: number) => unit(`${NAME} ${number}`)
        const label = { serial, code: pairingCode(printed(serial)) }
        return { target, definition, deviceId, profile, state, label, seed: `${seed}/${name}`, other }
    }
    return new SimulatedBench(await unit(NAME))
}

export function targetOf({ device, definition }: Pick<SimulatedSubject, "device" | "definition">): string {
    return `sim:${definition.id}/${device}`
}

/** What the simulated vendor signs, of the device's own source under other numbers. */
export function simulatedPackages(subject: SimulatedSubject, securityClass: 1 | 2, sequenceNumber: number): Packages {
    const {
        device,
        definition,
        release = async number => (await buildFirmware(device, { sequenceNumber: number })).image,
    } = subject
    const algorithm = securityClass === 2 ? "ES256" : "SLH-DSA-SHA2-128s"
    const made = new Map<PackageName, Promise<Buffer | undefined>>()
    const vendor = simulatedRelease(algorithm)
    const target = { vendorId: vendorIdOf(VENDOR), classId: classIdOf(VENDOR, device), board: definition.id }

    async function signed(number: number, changes: Partial<ProgramTarget> = {}, signer: Signer = vendor) {
        const image = await release(number)
        const manifest = programManifest({ ...target, sequenceNumber: number, ...changes }, image)
        return encodeEnvelope(await signEnvelope(newEnvelope(manifest, image), signer))
    }

    const next = sequenceNumber + 1
    const recipes: Record<PackageName, () => Promise<Buffer | undefined>> = {
        next: () => signed(next),
        equal: () => signed(sequenceNumber),
        // The number that a program has before the first is not one.
        older: async () => (sequenceNumber > 0 ? signed(sequenceNumber - 1) : undefined),
        stranger: () => signed(next, {}, { ...simulatedRelease(algorithm, "stranger"), keyId: vendor.keyId }),
        otherVendor: () => signed(next, { vendorId: vendorIdOf("elsewhere.example") }),
        otherModel: () => signed(next, { classId: classIdOf(VENDOR, "another") }),
        otherBoard: () => signed(next, { board: "another_board" }),
        unconfirmable: () => signed(sequenceNumber + (securityClass === 2 ? ELEMENT_STRIDE : SEQUENCE_STRIDE) + 1),
    }
    return {
        get(name) {
            const known = made.get(name) ?? recipes[name]()
            made.set(name, known)
            return known
        },
    }
}
