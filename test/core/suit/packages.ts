/** Packages for the device of `device.ts`. */

import type { TrustPolicy } from "../../../src/core/suit/policy"
import { encodeEnvelope, newEnvelope, signEnvelope } from "../../../src/host/package/envelope"
import { type ManifestParts, policyManifest, programManifest } from "../../../src/host/package/manifest"
import type { Signer } from "../../../src/host/package/signer"
import { RECIPIENT } from "./device"
import { ALICE } from "./signers"

export const TARGET = {
    sequenceNumber: 7,
    vendorId: RECIPIENT.vendorId,
    classId: RECIPIENT.classId,
    board: "valve_pico",
}

export const DESCRIPTION = {
    vendorDomain: "example.com",
    model: "gas-valve",
    version: "1.2.0",
    update: "Shuts faster.",
}

/** What begins as a program does, for version 2.16.4 of the runtime. */
export function testProgram(size: number): Buffer {
    const image = Buffer.alloc(size)
    for (let i = 0; i < size; i++) image[i] = (i * i + (i >> 5)) & 255
    Buffer.from("446576530a6e29f104001002", "hex").copy(image)
    return image
}

export const PROGRAM = testProgram(1500)

export async function signed(parts: ManifestParts, program: Buffer | undefined, ...signers: Signer[]): Promise<Buffer> {
    let envelope = newEnvelope(parts, program)
    for (const signer of signers) envelope = await signEnvelope(envelope, signer)
    return encodeEnvelope(envelope)
}

export const GOOD = await signed(programManifest(TARGET, PROGRAM, DESCRIPTION), PROGRAM, ALICE)
/** The same without its program. */
export const GOOD_HEAD = await signed(programManifest(TARGET, PROGRAM, DESCRIPTION), undefined, ALICE)

export function policyPackage(policy: TrustPolicy, ...signers: Signer[]): Promise<Buffer> {
    return signed(policyManifest({ ...TARGET, sequenceNumber: policy.version }, policy), undefined, ...signers)
}
