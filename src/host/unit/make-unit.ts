import { randomBytes } from "node:crypto"
import files from "node:fs"
import { dirname } from "node:path"
import { deviceIdOf } from "../../../simulators/bus/server"
import type { TrustPolicy } from "../../core/suit/policy"
import { buildFirmware, type Firmware } from "../build/firmware"
import { referenceDeviceFor } from "../build/project"
import { requireClock } from "../clock"
import { requireAuthority } from "../identity/authority-certificate"
import { type CaFolder, openCaFolder, unlockCa } from "../identity/ca-folder"
import { momentsOf } from "../identity/ca-moments"
import type { Certificate } from "../identity/certificate"
import { certifiedIn } from "../identity/chain"
import { createFolder } from "../identity/durable-file"
import { fingerprint } from "../identity/fingerprint"
import { rawPublicKey } from "../identity/key-algorithm"
import { makeLabel } from "../identity/label/label"
import { ManufactureLog } from "../identity/manufacture-log"
import { requireSerial, type Unit } from "../identity/unit"
import { UnitRegister } from "../identity/unit-register"
import { InputError } from "../input-error"
import { MAX_FILE_BYTES, readInputFile } from "../input-file"
import { readPolicyFile } from "../package/make-package"
import { makeBundle } from "./bundle"
import { keepFirstPolicy } from "./first-policy"
import { ProvisionError, type Provisioned, type Provisioning, provision } from "./provision"
import { referenceBoard } from "./reference-board"
import { RemoteUnit } from "./remote-unit"
import { SerialBridge } from "./serial-bridge"
import { SimulatedUnit } from "./simulated-unit"
import { type UnitEngine, UnitFile } from "./unit-file"
import type { UnitLink, Waiting } from "./unit-link"

/** A simulated unit in a file, which is made if it is not there. */
export interface SimTarget {
    kind: "sim" | "emulator"
    file: string
    /** As for `UnitFile.make`. */
    seed?: string
    /** What carries it, if not the simulator. */
    engine?: UnitEngine
}

/** A board with its program, on a serial port. */
export interface SerialTarget {
    kind: "serial"
    port: string
}

/** A folder with files for a board that is not connected, whose chip has this identifier (16 hex digits). */
export interface BundleTarget {
    kind: "bundle"
    folder: string
    deviceId: string
}

export interface MakeUnitOptions {
    /** Folder of the authority. */
    ca: string
    passphrase: string
    board: string
    serial: string
    securityClass: 1 | 2
    /** Program of a simulated unit or a bundle: a reference device or the path of a TypeScript file; by default the board's reference device. */
    firmware?: string
    target: SimTarget | SerialTarget | BundleTarget
    /** Whether to lock a secure element that is not: it cannot be undone. */
    lock: boolean
    /** File with the trust policy that says whose updates the unit is to take (sim and serial); none if left out. */
    policyFile?: string
    now: Date
    /** Somebody says that the clock is right, whatever speaks against it. */
    clockIsRight?: boolean
    progress: (step: string) => void
    /** Hears what the unit is waited for. */
    waiting?: Waiting
}

export interface MadeUnit {
    unit: Unit
    /** Whether it is a simulated one, and its certificate says so. */
    isTestUnit: boolean
    /** SHA-256 of the certificate in DER, in hex. */
    certificateSha256: string
    label: { png: string; svg: string }
    /** Whether the device had its identity before. */
    wasDone: boolean
    /** Whether it has shown that it takes updates. */
    takesUpdates: boolean
}

/**
 * Gives a unit its identity, prints its label, and enters it in the manufacture log. Interrupted anywhere and run again, it ends as if it
 * had run once.
 * @throws InputError, ProvisionError, LinkError
 */
export async function makeUnit(options: MakeUnitOptions): Promise<MadeUnit> {
    const { board, serial, target, now, clockIsRight, progress } = options
    requireSerial(serial)
    referenceBoard(board)
    const folder = openCaFolder(options.ca)
    requireClock(now, momentsOf(folder), clockIsRight)
    const ca = await unlockCa(folder, options.passphrase)
    const register = new UnitRegister(folder)
    const isTestUnit = target.kind === "sim" || target.kind === "emulator"
    const factory: Factory = { ca, register, isTestUnit, now, random: randomBytes, progress }
    const { unit, made, firmwareSha256 } = await (target.kind === "bundle"
        ? bundled(options, target, factory)
        : connected(options, target, factory))
    progress("making the label")
    const label = register.keepLabel(serial, makeLabel(unit, made.pairingSecret))
    const certificate = certificateOf(made.chain, folder, serial)
    const certificateSha256 = fingerprint(certificate.der)
    new ManufactureLog(folder.path).append({
        ...unit,
        algorithm: rawPublicKey(certificate.publicKey)!.algorithm,
        publicKeySha256: fingerprint(certificate.publicKey),
        certificateSha256,
        firmwareSha256,
        at: now.toISOString(),
        ...(isTestUnit && { isTestUnit }),
    })
    const { wasDone, takesUpdates } = made
    return { unit, isTestUnit, certificateSha256, label, wasDone, takesUpdates }
}

/** @throws ProvisionError if what the unit has is not this CA's certificate for it */
function certificateOf(chain: Uint8Array, { path, certificate }: CaFolder, serial: string): Certificate {
    const ca = requireAuthority(new Uint8Array(certificate.rawData), path, "restore a backup")
    const certified = certifiedIn(chain, ca)
    if ("unit" in certified && certified.unit.serial === serial) return certified.device
    throw new ProvisionError("notProven", `the device's certificates are not those of ${serial}; provision it again`)
}

type Factory = Omit<Provisioning, "link" | "unit" | "lock">

interface Outcome {
    unit: Unit
    made: Provisioned
    firmwareSha256: string
}

async function connected(
    options: MakeUnitOptions,
    target: SimTarget | SerialTarget,
    factory: Factory,
): Promise<Outcome> {
    const policy = firstPolicy(options.policyFile)
    const link = await (target.kind === "serial"
        ? RemoteUnit.open(await SerialBridge.open(target.port), options.waiting)
        : simulated(options, target))
    try {
        const unit = unitOf(options, String(await link.get("model")))
        const firmwareSha256 = await link.programSha256()
        const made = await provision({ ...factory, link, unit, lock: options.lock, policy })
        // A unit that was done before may have been given another.
        if (policy && !made.wasDone) keepFirstPolicy(options.ca, unit.serial, policy)
        return { unit, made, firmwareSha256 }
    } finally {
        await link.close()
    }
}

/** A policy that any package can replace. */
function firstPolicy(file: string | undefined): TrustPolicy | undefined {
    return file === undefined ? undefined : readPolicyFile(file, readInputFile(file, MAX_FILE_BYTES.record), 0)
}

async function simulated(options: MakeUnitOptions, { file, seed, engine }: SimTarget): Promise<UnitLink> {
    const { image } = await firmwareFor(options)
    createFolder(files, dirname(file))
    return UnitFile.make(file, { board: options.board, serial: options.serial, image, seed }, engine)
}

async function bundled(options: MakeUnitOptions, target: BundleTarget, factory: Factory): Promise<Outcome> {
    if (options.policyFile !== undefined)
        throw new InputError("a bundle takes no trust policy: provision the unit when it is connected")
    const firmware = await firmwareFor(options)
    const unit = unitOf(options, await modelOf(firmware, options.board))
    return { unit, made: await makeBundle({ ...factory, ...target, unit, firmware }), firmwareSha256: firmware.sha256 }
}

function unitOf({ serial, board, securityClass }: MakeUnitOptions, model: string): Unit {
    return { serial, model, board, securityClass }
}

/** @throws InputError if the firmware is for another board, or none is known for this one */
async function firmwareFor({ firmware, board }: MakeUnitOptions): Promise<Firmware> {
    const device = firmware ?? (await referenceDeviceFor(board))
    if (!device) throw new InputError(`no reference device is for ${board}; say with --firmware what runs on it`)
    const built = await buildFirmware(device)
    if (built.board !== board) throw new InputError(`${device} is for ${built.board ?? "no board"}, not for ${board}`)
    return built
}

/** What the program says it is: it is asked in the simulator. */
async function modelOf({ image }: Firmware, board: string): Promise<string> {
    const unit = new SimulatedUnit(referenceBoard(board), deviceIdOf("model"))
    unit.board.install(image)
    await unit.powerOn()
    const model = await unit.get("model")
    await unit.close()
    return String(model)
}
