/** An update as a host plays it: offer, grant, installation, trial, proof, and the way back. */
import { numberFault } from "./number-fault"
import type { UpdateOptions, UpdateOutcome } from "./update-options"
import { UpdateRun } from "./update-run"

export type { UpdateOptions, UpdateOutcome } from "./update-options"

/**
 * Brings an update to a device. It installs nothing that the device has not granted under its certified key; only where no program is left that
 * could be asked, and no grant is known, what is signed as the unit's policy demands may do if `ungranted` says so, and judges itself when it
 * starts. It believes only what the device proves. Interrupted anywhere, another run with the same package finishes the job, forward or back.
 * @throws LinkError if the device goes away
 */
export async function updateUnit(options: UpdateOptions): Promise<UpdateOutcome> {
    const { parts, lastGood, link } = options
    if (parts.programRefusal !== undefined) return { outcome: "refused", refusal: parts.programRefusal }
    if (lastGood?.programRefusal !== undefined)
        return {
            outcome: "refused",
            refusal: lastGood.programRefusal,
            detail: "in the package that was given to go back to",
        }
    const detail = numberFault(parts)
    if (detail !== undefined) return { outcome: "refused", refusal: "imageNumber", detail }
    const run = new UpdateRun(options, await link.chip())
    const refusal = await run.signatureRefusal()
    if (refusal !== undefined) return { outcome: "refused", refusal }
    return parts.program ? run.program() : run.trustPolicy()
}
