/** The update packages of a world, signed as the vendor of the simulated units signs, or a stranger. */
import { createHash } from "node:crypto"
import files from "node:fs"
import { join } from "node:path"
import type { World } from "../../../simulators/world/world"
import type { WorldPackage } from "../../../simulators/world/world-head"
import { buildFirmware } from "../build/firmware"
import { sdkRoot } from "../build/project"
import { createFolder } from "../identity/durable-file"
import { InputError } from "../input-error"
import { MAX_FILE_BYTES, readInputFile } from "../input-file"
import { writeOutputFile } from "../output-file"
import { encodeEnvelope, newEnvelope, signEnvelope } from "../package/envelope"
import { programManifest } from "../package/manifest"
import { classIdOf, vendorIdOf } from "../package/uuid"
import { simulatedRelease } from "../unit/simulated-factory"
import { type PackageParts, packageParts } from "../update/package-parts"

/** Whose devices the reference devices are. */
const VENDOR = "domovoi.example"
/** Signing with SLH-DSA takes seconds. */
const CACHE = join(sdkRoot, ".devicescript/domovoi/packages")

/** @throws BuildError; InputError if a program has no sequence number to set, or no board */
export async function packagesOf({ packages }: World): Promise<Map<string, PackageParts>> {
    const made = new Map<string, PackageParts>()
    for (const [name, description] of Object.entries(packages))
        made.set(name, await packageParts(name, await make(description)))
    return made
}

async function make({ of, sequence, "signed-by": signer, tampered }: WorldPackage): Promise<Buffer> {
    const { image, name, board } = await buildFirmware(of, { sequenceNumber: sequence })
    if (board === undefined) throw new InputError(`${of}: an update is for a board, and it imports none (@dsboard/…)`)
    const target = {
        sequenceNumber: sequence,
        vendorId: vendorIdOf(VENDOR),
        classId: classIdOf(VENDOR, name),
        board,
    }
    const parts = programManifest(target, image)
    const digest = createHash("sha256").update(parts.manifest).update(signer).digest("hex")
    const bytes = await cached(join(CACHE, `${digest}.suit`), async () => {
        let envelope = newEnvelope(parts, image)
        for (const algorithm of ["ES256", "SLH-DSA-SHA2-128s"] as const)
            envelope = await signEnvelope(envelope, simulatedRelease(algorithm, signer))
        return encodeEnvelope(envelope)
    })
    if (tampered) bytes[tampered === "manifest" ? bytes.indexOf(board) : bytes.length - 1] ^= 1
    return bytes
}

async function cached(path: string, make: () => Promise<Buffer>): Promise<Buffer> {
    try {
        return readInputFile(path, MAX_FILE_BYTES.package)
    } catch {
        const bytes = await make()
        createFolder(files, CACHE)
        writeOutputFile(path, bytes)
        return bytes
    }
}
