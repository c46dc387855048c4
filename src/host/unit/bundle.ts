import files, { existsSync } from "node:fs"
import { join } from "node:path"
import type { Firmware } from "../build/firmware"
import { encodeChain } from "../identity/chain"
import { createFolder } from "../identity/durable-file"
import type { RandomBytes } from "../identity/random-bytes"
import { InputError } from "../input-error"
import { readInputFile } from "../input-file"
import { withLock } from "../lock-file"
import { writeOutputFile } from "../output-file"
import { PRIVATE_FOLDER, writePrivateFile } from "../private-file"
import { FRAM_BYTES, FramImage } from "./fram-image"
import { certificateFor, type Provisioned, type Provisioning } from "./provision"

export interface Bundle extends Omit<Provisioning, "link" | "lock"> {
    /** Where the files go. */
    folder: string
    firmware: Firmware
    /** Of the chip that they are for, 16 hex digits. */
    deviceId: string
}

/** Files of a bundle. */
export const BUNDLE_FILES = { program: "program.devs", memory: "fram.bin" } as const

/**
 * Writes what a factory programs into a unit that is not connected: its program and its memory. The key is made here, so it is known to
 * whoever reads the files; that is for Class 1 only. A folder that holds a memory already is taken up where it was left.
 * @throws LockedError if another command is at work on that folder; InputError, ProvisionError
 */
export async function makeBundle(options: Bundle): Promise<Provisioned> {
    if (options.unit.securityClass !== 1)
        throw new InputError("a bundle is for class 1: the key of a class 2 unit is made in its secure element")
    createFolder(files, options.folder, PRIVATE_FOLDER)
    // Of two keys made for one memory the second would end the first, which may have its certificate already.
    return withLock(options.folder, () => writeBundle(options))
}

async function writeBundle(options: Bundle): Promise<Provisioned> {
    const { folder, firmware, deviceId, unit, register, random, ca, progress = () => {} } = options
    progress("making the key")
    const memory = join(folder, BUNDLE_FILES.memory)
    const { image, publicKey, wasDone } = await opened(memoryIn(memory), deviceId, random).catch(error => {
        throw new InputError(`${memory}: is not of chip ${deviceId}: ${(error as Error).message}; give another folder`)
    })
    // The key is in the folder before there is a certificate for it: whoever is interrupted in between finds both again.
    writePrivateFile(memory, image.bytes)
    progress("issuing the certificate")
    const chain = encodeChain(await certificateFor({ ...options, publicKey }), new Uint8Array(ca.certificate.rawData))
    const pairingSecret = register.pairingSecret(unit.serial, random)
    const identity = [unit.serial, Buffer.from(chain), Buffer.from(pairingSecret)] as const
    if (!wasDone) await image.keep(...identity)
    else if (!(await image.holds(...identity)))
        throw new InputError(`${memory}: is another unit's, or has another pairing secret; give another folder`)
    progress("writing the files")
    writePrivateFile(memory, image.bytes)
    writeOutputFile(join(folder, BUNDLE_FILES.program), firmware.image)
    return { chain, pairingSecret, wasDone, takesUpdates: false }
}

/** The memory with its key, which is made unless the unit has left the factory. @throws StoreError if it is no memory of this chip */
async function opened(bytes: Buffer, deviceId: string, random: RandomBytes) {
    const image = await FramImage.open(bytes, deviceId, { draw: target => void target.set(random(target.length)) })
    const wasDone = !(await image.inFactory())
    const publicKey = wasDone ? await image.keys.publicKey() : await image.keys.createKey()
    if (!publicKey) throw new Error("it has left the factory without a key")
    return { image, publicKey, wasDone }
}

function memoryIn(file: string): Buffer {
    if (!existsSync(file)) return Buffer.alloc(FRAM_BYTES)
    const bytes = readInputFile(file)
    if (bytes.length !== FRAM_BYTES)
        throw new InputError(`${file}: ${bytes.length} bytes are no memory of a unit; remove it`)
    return bytes
}
