/** The trust policy that a unit left the factory with: `units/SERIAL/policy.cbor` beside its authority, for whoever checks its updates. */
import files, { statSync } from "node:fs"
import { dirname, join } from "node:path"
import { encodePolicy, type TrustPolicy } from "../../core/suit/policy"
import { createFolder, createOnce, readIfThere } from "../identity/durable-file"
import { requireSerial } from "../identity/unit"
import { InputError } from "../input-error"
import { decodedPolicy } from "../package/decoded-policy"

/** Everybody may know whose updates a unit takes. */
const PUBLIC = 0o644

/** @param ca folder of the authority @throws InputError if it cannot be written */
export function keepFirstPolicy(ca: string, serial: string, policy: TrustPolicy): void {
    const file = fileOf(ca, serial)
    createFolder(files, dirname(file))
    createOnce(files, file, encodePolicy(policy), PUBLIC)
}

/**
 * @param ca folder of the authority; one that is a certificate in a file knows no policies
 * @returns undefined if none is known
 * @throws InputError if what is kept cannot be read
 */
export function firstPolicyOf(ca: string, serial: string | undefined): TrustPolicy | undefined {
    if (serial === undefined || !statSync(ca, { throwIfNoEntry: false })?.isDirectory()) return undefined
    const file = fileOf(ca, serial)
    const bytes = readIfThere(files, file)
    if (!bytes) return undefined
    const policy = decodedPolicy(bytes)
    if (!policy) throw new InputError(`${file}: damaged; restore a backup, or give the unit's policy with --policy`)
    return policy
}

function fileOf(ca: string, serial: string): string {
    requireSerial(serial)
    return join(ca, "units", serial, "policy.cbor")
}
