/** Asks a unit everything that it can say of itself. What becomes of that is `diagnose`'s matter. */
import { ELEMENT_AT, MEMORY_AT } from "../../core/diagnosis/part-fault"
import { Cause } from "../../core/failsafe/cause"
import { checkLog, type LogCheck } from "../eventlog/check-log"
import { pullLog } from "../eventlog/pull-log"
import type { ChainPolicy } from "../identity/chain"
import type { RandomBytes } from "../identity/random-bytes"
import { type AttestationVerdict, attest } from "../unit/attestation"
import { START_MS } from "../unit/patience"
import { DOCUMENT } from "../unit/read-document"
import { LinkError, type Role, type WholeLink } from "../unit/unit-link"

/** How far one gets with a unit. */
export type Reach =
    /** Nobody says anything. */
    | "silent"
    /** The runtime was heard, and then no more. */
    | "fellSilent"
    /** The runtime answers, its program does not. */
    | "runtime"
    | "program"

/** What the program says of itself, by registers of services/domovoi.md. */
export interface Said {
    model: string
    firmwareVersion: string
    sequenceNumber: number
    storage: string
    state: string
    /** Bits of `Cause`. */
    causes: number
    identity: string
    serial: string
    bootCount: number
    /** Seconds. */
    uptime: number
    /** Undefined if the firmware has no such register. */
    faults: Uint8Array | undefined
    /** Addresses that acknowledge; undefined if nothing has failed. */
    acknowledged: readonly number[] | undefined
    update: { state: string; refusal: number } | undefined
}

export interface Examination {
    reach: Reach
    /** What the way to the unit says, where there is more to say. */
    detail?: string
    /** Of the chip, 16 hex digits. */
    chip?: string
    /** SHA-256 of the installed program, in hex; empty if there is none. */
    program?: string
    said?: Said
    roles?: readonly Role[]
    /** Undefined if there is no identity to prove, or nobody to measure it by. */
    proof?: AttestationVerdict
    log?: LogCheck | { detail: string }
}

export interface ExamineOptions {
    link: WholeLink
    /** What certificates are measured by; undefined if no authority was given. */
    policy: ChainPolicy | undefined
    random: RandomBytes
    progress?: (step: string) => void
}

/** How often to look, and how long in between, until the program knows how it is; it looks once a second. */
const LOOKS = 16
const LOOK_MS = 500

/** @throws InputError if the policy is none; a unit that does not answer is a finding, and no error */
export async function examine(options: ExamineOptions): Promise<Examination> {
    const { link, progress = () => {} } = options
    progress("looking for the runtime")
    const chip = await unlessSilent(link.chip())
    if (chip === undefined) return { reach: "silent" }
    progress("looking for the program")
    const isFound = (await unlessSilent(link.find(START_MS).then(() => true))) ?? false
    const program = await unlessSilent(link.programSha256())
    const found: Examination = { reach: "runtime", chip, program }
    if (program === undefined) return { ...found, reach: "fellSilent" }
    if (!isFound) return found
    progress("asking the program how it is")
    const said = await unlessSilent(ask(link))
    if (!said) return { ...found, reach: (await unlessSilent(link.programSha256())) ? "runtime" : "fellSilent" }
    const roles = await unlessSilent(link.roles())
    return { ...found, reach: "program", said, roles, ...(await proofs(options, said)) }
}

/** What takes a valid identity. */
async function proofs({ link, policy, random, progress = () => {} }: ExamineOptions, { identity }: Said) {
    if (identity !== "Valid" || !policy) return {}
    progress("letting the unit prove its identity")
    const proof = await unlessSilent(attest(link, policy, random))
    if (!proof || "refusal" in proof) return { proof }
    progress("reading the log")
    const log = await pullLog(link, random, () => {}).then(
        pulled => checkLog(pulled, policy, pulled.challenge, undefined),
        error => ({ detail: unlessFault(error) }),
    )
    return { proof, log }
}

async function ask(link: WholeLink): Promise<Said> {
    // What lies in the memory: a device that is at rest notices only then that it is gone.
    await unlessSilent(link.call("read", { offset: 0, document: DOCUMENT.certificates }))
    let said = await registers(link)
    for (let look = 1; look < LOOKS && isUndecided(said); look++) {
        await link.wait(LOOK_MS)
        said = await registers(link)
    }
    const update = (await unlessSilent(link.get("update"))) as Record<string, unknown> | undefined
    return {
        ...said,
        acknowledged:
            said.faults && (said.faults[MEMORY_AT] || said.faults[ELEMENT_AT]) ? await parts(link) : undefined,
        update: update && { state: String(update.state), refusal: Number(update.refusal) },
    }
}

/** Whether the program may still say something else of itself without anything happening. */
function isUndecided({ causes, identity }: Said): boolean {
    return (causes & Cause.Starting) !== 0 || (identity === "Unknown" && (causes & Cause.Storage) === 0)
}

async function registers(link: WholeLink): Promise<Said> {
    const { state } = (await link.get("state")) as { state: string }
    return {
        model: String(await link.get("model")),
        firmwareVersion: String(await link.get("firmware_version")),
        sequenceNumber: Number(await link.get("sequence_number")),
        storage: String(await link.get("storage")),
        state,
        causes: Number(await link.get("causes")),
        identity: String(await link.get("identity")),
        serial: String(await link.get("serial_number")),
        bootCount: Number(await link.get("boot_count")),
        uptime: Number(await link.get("uptime")),
        faults: (await unlessSilent(link.get("faults"))) as Uint8Array | undefined,
        acknowledged: undefined,
        update: undefined,
    }
}

/**
 * Addresses that acknowledge. A search that finds nobody is repeated: an element that the program itself puts to sleep meanwhile is missed.
 * @returns undefined if the unit does not answer
 */
async function parts(link: WholeLink): Promise<number[] | undefined> {
    let found: number[] = []
    for (let look = 0; look < LOOKS && found.length === 0; look++) {
        const report = await unlessSilent(link.call("find_parts"))
        const bits = (report?.acknowledged ?? []) as Uint8Array
        if (bits.length === 0) return undefined
        found = Array.from({ length: 8 * bits.length }, (_, address) => address).filter(
            address => (bits[address >> 3] >> (address & 7)) & 1,
        )
    }
    return found
}

/** @returns undefined if the unit does not answer */
function unlessSilent<T>(answer: Promise<T>): Promise<T | undefined> {
    return answer.catch(error => {
        unlessFault(error)
        return undefined
    })
}

/** @returns what a unit's silence says @throws the error, if it is another */
function unlessFault(error: unknown): string {
    if (error instanceof LinkError) return error.message
    throw error
}
