/** The update packages of a world, signed as the vendor of the simulated units signs, or a stranger. */
import { createHash } from "node:crypto"
import { join } from "node:path"
import type { World } from "../../../simulators/world/world"
import type { WorldPackage } from "../../../simulators/world/world-head"
import { CheckedCache } from "../build/checked-cache"
import { codeDigest } from "../build/code-digest"
import { buildFirmware } from "../build/firmware"
import { InputError } from "../input-error"
import { MAX_FILE_BYTES } from "../input-file"
import { encodeEnvelope, newEnvelope, signEnvelope } from "../package/envelope"
import { programManifest } from "../package/manifest"
import { classIdOf, vendorIdOf } from "../package/uuid"
import { sdkRoot } from "../sdk-root"
import { simulatedRelease } from "../unit/simulated-factory"
import { type PackageParts, packageParts } from "../update/package-parts"

/** Whose devices the reference devices are. */
const VENDOR = "domovoi.example"
/** Signing with SLH-DSA takes seconds. */
const CACHE = new CheckedCache(join(sdkRoot, ".devicescript/domovoi/packages"), MAX_FILE_BYTES.package)

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
    const recipe = createHash("sha256")
        .update(parts.manifest)
        .update(JSON.stringify([signer, codeDigest()]))
    const made = await CACHE.get(recipe.digest("hex"), async () => {
        let envelope = newEnvelope(parts, image)
        for (const algorithm of ["ES256", "SLH-DSA-SHA2-128s"] as const)
            envelope = await signEnvelope(envelope, simulatedRelease(algorithm, signer))
        return encodeEnvelope(envelope)
    })
    const bytes = Buffer.from(made)
    if (tampered) bytes[tampered === "manifest" ? bytes.indexOf(board) : bytes.length - 1] ^= 1
    return bytes
}
