/**
 * Everything that takes a device longer than a moment, in one list: what must not keep it from its outputs. Each is begun by a host, as
 * anybody on the bus may be one, or by a person at the device.
 */

import { Role } from "../../../src/core/owner/rights"
import { buildFirmware } from "../../../src/host/build/firmware"
import { packageParts } from "../../../src/host/update/package-parts"
import { DEVICES, type Device, packageOf } from "../../host/update/releases"
import { call, post, read, renewed, type Script } from "./errand"

export interface LongWork {
    name: string
    devices: readonly Device[]
    /** What has to be done before it can be begun. */
    prepare?(): Script
    /** From its beginning until nothing is left to do of it. */
    work(): Script
}

/** What a host sends of a package at a time: in a session no more fits. */
const PIECE_BYTES = 160
/** Time between two looks whether a package has been judged, in milliseconds. */
const LOOK_MS = 100

const CHALLENGE = Buffer.alloc(32, 0xc4)

/**
 * The works of a device that are possible while its outputs are on. Its unit has an owner, who asks in their session, and was provisioned in the simulator.
 * Beside each of them it makes a key for the next pairing, as it does after every start.
 */
export async function longWorks(device: Device): Promise<LongWork[]> {
    const { image } = await buildFirmware(device)
    const { head: update } = await packageParts("package", await packageOf(device, 2, image))
    const lastPiece = Math.floor((update.length - 1) / PIECE_BYTES) * PIECE_BYTES
    const works: LongWork[] = [
        { name: "attest", devices: DEVICES, prepare: renewed, work: attest },
        { name: "log export", devices: DEVICES, prepare: renewed, work: handOutLog },
        { name: "certificates read", devices: DEVICES, prepare: renewed, work: handOutCertificates },
        { name: "update taken in", devices: DEVICES, prepare: renewed, work: () => bring(update, 0, lastPiece) },
        // By SLH-DSA on the valve, and by the secure element on the doorbell.
        {
            name: "update judged",
            devices: DEVICES,
            prepare: () => readyToJudge(update, lastPiece),
            work: () => judge(update, lastPiece),
        },
        { name: "keys updated", devices: DEVICES, work: renewed },
        { name: "somebody invited", devices: DEVICES, prepare: renewed, work: invite },
        { name: "records erased", devices: ["doorbell"], prepare: renewed, work: answerForUse },
        { name: "all registers", devices: DEVICES, work: tellAll },
    ]
    return works.filter(({ devices }) => devices.includes(device))
}

function* attest(): Script {
    yield* call("domovoi", "attest", { challenge: CHALLENGE })
}

function* handOutLog(): Script {
    for (let piece = 0; ; piece++) {
        const { entry } = yield* call("domovoi", "read_log", { piece })
        if ((entry as Uint8Array).length === 0) break
    }
    yield* call("domovoi", "sign_log", { challenge: CHALLENGE })
}

function* handOutCertificates(): Script {
    for (let offset = 0; ; ) {
        const report = yield* call("domovoi", "read", { offset, document: "Certificates" })
        const { length } = report.data as Uint8Array
        if (length === 0) return
        offset += length
    }
}

/** Offers a package, and sends what comes before `end` in it. */
function* bring(update: Buffer, from: number, end: number): Script {
    if (from === 0) yield* call("domovoi", "offer_update", { size: update.length })
    for (let offset = from; offset < end; offset += PIECE_BYTES)
        yield* call("domovoi", "write_update", { offset, data: update.subarray(offset, offset + PIECE_BYTES) })
}

function* judge(update: Buffer, lastPiece: number): Script {
    yield* bring(update, lastPiece, update.length)
    for (;;) {
        const { update: progress } = yield* read("update")
        const { state } = progress as unknown as { state: string }
        if (state === "AwaitingConsent") return
        if (state !== "Verifying") throw new Error(`the package was not found good: ${state}`)
        yield { waitMs: LOOK_MS }
    }
}

function* readyToJudge(update: Buffer, lastPiece: number): Script {
    yield* renewed()
    yield* bring(update, 0, lastPiece)
}

/** A record is written. */
function* invite(): Script {
    yield* post("people/invite", [Role.Family])
}

function* answerForUse(): Script {
    for (const answer of ["No", "Yes"]) yield* call("privacy", "answer", { use: 1, version: 1, answer })
}

/** Of services/domovoi.md, all that a device tells of itself. */
const REGISTERS = [
    "model",
    "firmware_version",
    "sequence_number",
    "security_class",
    "storage",
    "state",
    "causes",
    "uptime",
    "identity",
    "serial_number",
    "boot_count",
    "faults",
    "sensor",
    "update",
]

function* tellAll(): Script {
    yield* read(...REGISTERS)
}
