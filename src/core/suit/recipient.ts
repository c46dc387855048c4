/** Whether a package whose signatures are good is for this device, and newer than what it has. */
import { constantTimeEqual } from "../crypto/constant-time"
import type { Envelope } from "./envelope"
import type { Manifest } from "./manifest"
import type { TrustPolicy } from "./policy"
import { SuitRefusal } from "./refusal"

/** The device, as a package has to fit it. */
export interface Recipient {
    /** UUIDs, 16 bytes. */
    vendorId: Buffer
    classId: Buffer
    /** Identifier of the board file. */
    board: Buffer
    /** Version of the runtime's image format, 0xMMmmpppp of major, minor and patch version. */
    runtime: number
    /** Highest sequence number of a program that has been confirmed. */
    programFloor: number
}

/** Refuses a manifest that is for others, or that would take the device back. @param policy the one in force */
export function checkRecipient(
    envelope: Envelope,
    manifest: Manifest,
    recipient: Recipient,
    policy: TrustPolicy,
): void {
    if (!constantTimeEqual(manifest.vendorId, recipient.vendorId)) envelope.refuseManifest(SuitRefusal.Vendor)
    if (!constantTimeEqual(manifest.classId, recipient.classId)) envelope.refuseManifest(SuitRefusal.Class)
    if (manifest.board.length > 0 && !constantTimeEqual(manifest.board, recipient.board))
        envelope.refuseManifest(SuitRefusal.Board)
    const sameMajor = manifest.runtime >>> 24 === recipient.runtime >>> 24
    if (manifest.runtime > 0 && (!sameMajor || manifest.runtime > recipient.runtime))
        envelope.refuseManifest(SuitRefusal.Runtime)
    const floor = manifest.isPolicy ? policy.version : recipient.programFloor
    if (manifest.sequenceNumber < floor) envelope.refuseManifest(SuitRefusal.SequenceOlder)
    if (manifest.sequenceNumber === floor) envelope.refuseManifest(SuitRefusal.SequenceEqual)
}
