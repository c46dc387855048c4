import { createHash } from "node:crypto"
import { PAYLOAD_NAME } from "../../core/suit/labels"
import type { Manifest } from "../../core/suit/manifest"
import { InputError } from "../input-error"
import { encodeEnvelope } from "../package/envelope"
import { inspectPackage } from "../package/inspect"
import { readEnvelope } from "../package/read-envelope"
import { manifestIn } from "./package-head"

/** A package as it is used: its head goes to the device, its program to the device's runtime. */
export interface PackageParts {
    /** All of it. */
    bytes: Buffer
    /** The envelope without the program: signatures and manifest. */
    head: Buffer
    /** Undefined if no device can read it. */
    manifest: Manifest | undefined
    /** Undefined if the package brings a trust policy. */
    program: Buffer | undefined
    /** SHA-256 of the program in lowercase hex. */
    sha256: string | undefined
    /** Why the program is not the manifest's: the device does not see it, so the host has to look. */
    programRefusal: string | undefined
}

const PROGRAM_REFUSALS = ["payloadName", "secondPayload", "payloadSize", "payloadDigest", "payloadUnexpected"]

/** @param path for messages @throws InputError if the bytes are no SUIT envelope */
export async function packageParts(path: string, bytes: Buffer): Promise<PackageParts> {
    const envelope = readEnvelope(path, bytes)
    const program = envelope.members.find(([key]) => key === PAYLOAD_NAME)?.[1]
    if (program?.length === 0) throw new InputError(`${path}: its program is empty`)
    const head = encodeEnvelope({ ...envelope, members: envelope.members.filter(([key]) => key !== PAYLOAD_NAME) })
    const { refusal } = (await inspectPackage(path, bytes, [])).verdict
    const manifest = await manifestIn(head)
    const sha256 = program && createHash("sha256").update(program).digest("hex")
    const programRefusal = PROGRAM_REFUSALS.find(name => name === refusal) ?? contentRefusal(manifest, sha256)
    return { bytes, head, manifest, program, sha256, programRefusal }
}

/** A verdict ends at the first fault, which may be another's; what is installed depends on this one. */
function contentRefusal(manifest: Manifest | undefined, sha256: string | undefined): string | undefined {
    if (!manifest || (manifest.isPolicy && sha256 === undefined)) return undefined
    if (sha256 === undefined) return "payloadMissing"
    return sha256 === manifest.digest.toString("hex") ? undefined : "payloadDigest"
}
