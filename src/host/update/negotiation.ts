/** The part of an update in which the device decides: offer, verdict, consent, grant. */
import { GRANT_CHALLENGE_BYTES, type Grant } from "../../core/update/grant"
import { Consent } from "../../core/update/update-agent"
import { UpdateRefusal } from "../../core/update/update-refusal"
import { callWhenFree } from "../unit/call-when-free"
import { readDocument } from "../unit/read-document"
import { type InstallLink, LinkError } from "../unit/unit-link"
import { type SignedGrant, verifyGrant } from "./grant"
import type { PackageParts } from "./package-parts"
import { updateRefusalName } from "./refusals"
import { LOOK_MS, look, type UpdateStatus } from "./status"
import type { UpdateOptions } from "./update-options"

/** What the device's decision takes. */
/** So much of a package at a time, in bytes: what fits a message of a session, with all that stands around it. */
const PIECE_BYTES = 160

export type Negotiation = Pick<UpdateOptions, "link" | "random" | "consent" | "progress">

export interface Granted {
    grant: Grant
    signed: SignedGrant
}

export interface Refusal {
    refusal: string
    /** What explains it, and what to do. */
    detail?: string
}

/** How long it is waited for the verdict, and for the owner. */
const VERDICT_MS = 60_000
const OWNER_MS = 600_000

const WAITS: Readonly<Record<string, number>> = {
    Verifying: VERDICT_MS,
    AwaitingConsent: OWNER_MS,
    MakingSafe: VERDICT_MS * 2,
}

/** What an update that a unit has found good may wait for. */
const UNDECIDED = ["AwaitingConsent", "MakingSafe"]

const STEPS: Readonly<Record<string, string>> = {
    Verifying: "the device checks the package",
    AwaitingConsent: "waiting for the owner's answer",
    MakingSafe: "waiting until the device can be interrupted",
}

/**
 * By these a unit refuses a package whose bytes were mixed with another host's. The bus does not say whose offer was taken: of two that are made in
 * one instant both hosts hear the same yes.
 */
const OF_MIXED_BYTES: readonly string[] = ["unexpected", "manifestDigest", "signature"]
/** Hosts that met so wait for different times, drawn below this, and meet no more than so often. */
const LONGEST_PAUSE_MS = 8_000
const MOST_OFFERS = 3

/**
 * Lets the device decide about a package.
 * @returns the last look at it: it has authorised the program, or the trust policy is in force
 * @throws LinkError
 */
export async function authorise(options: Negotiation, parts: PackageParts): Promise<UpdateStatus | Refusal> {
    const { link, random, progress = () => {} } = options
    for (let offers = 1; ; offers++) {
        const decision = await decisionOf(options, parts)
        if ("state" in decision || offers === MOST_OFFERS || !OF_MIXED_BYTES.includes(decision.refusal)) return decision
        progress("waiting, since another host may have spoken")
        await link.wait((Buffer.from(random(2)).readUInt16LE() / 0x1_0000) * LONGEST_PAUSE_MS)
    }
}

async function decisionOf(options: Negotiation, parts: PackageParts): Promise<UpdateStatus | Refusal> {
    const { link, progress = () => {} } = options
    const decided = parts.program ? ["Authorised", "Installing"] : ["Confirmed"]
    const digest = parts.manifest?.digest.toString("hex")
    const before = await look(link)
    // An earlier run may have come so far with it.
    if (before.digest !== digest || ![...UNDECIDED, ...decided].includes(before.state)) {
        progress("offering the update")
        const refusal = await offer(options, parts.head)
        if (refusal !== 0) return { refusal: updateRefusalName(refusal) }
    }
    const verdict = await verdictOf(options)
    if (decided.includes(verdict.state) && verdict.digest === digest) return verdict
    if (verdict.state in WAITS) return { refusal: "noAnswer" }
    return { refusal: verdict.refusal ? updateRefusalName(verdict.refusal) : "unexpected" }
}

/** Asks for the device's word, under its certified key, what may be installed. @throws LinkError */
export async function requestGrant({
    link,
    policy,
    random,
    progress = () => {},
}: UpdateOptions): Promise<Granted | Refusal> {
    progress("asking for the grant")
    const challenge = Buffer.from(random(GRANT_CHALLENGE_BYTES))
    const { refusal } = await callWhenFree(link, "grant_update", { challenge: new Uint8Array(challenge) })
    if (refusal !== 0) return { refusal: updateRefusalName(Number(refusal)) }
    const token = await readDocument(link, "attestation")
    const signed = { challenge, token, chain: await readDocument(link, "certificates") }
    const verdict = verifyGrant(signed, policy)
    return "refusal" in verdict ? verdict : { grant: verdict.grant, signed }
}

async function offer({ link, progress = () => {} }: Negotiation, head: Buffer): Promise<number> {
    const { refusal } = await link.call("offer_update", { size: head.length })
    if (refusal !== 0) return Number(refusal)
    for (let offset = 0; offset < head.length; ) {
        progress("sending the package", offset / head.length)
        const data = new Uint8Array(head.subarray(offset, offset + PIECE_BYTES))
        const report = await link.call("write_update", { offset, data })
        const received = Number(report.received)
        if (report.refusal !== 0) return Number(report.refusal)
        offset = received
    }
    return 0
}

/** Waits until the device has decided, and its owner. */
async function verdictOf({ link, consent, progress = () => {} }: Negotiation): Promise<UpdateStatus> {
    let waitedMs = 0
    let status = await look(link)
    while (status.state in WAITS && waitedMs < WAITS[status.state]) {
        progress(STEPS[status.state])
        if (status.state === "AwaitingConsent" && consent) {
            const digest = new Uint8Array(Buffer.from(status.digest, "hex"))
            // If the answer is lost on the way, the next look is followed by another.
            const refusal = await answered(link, { answer: Consent.Yes, digest })
            if (refusal === UpdateRefusal.NotAllowed) return { ...status, refusal }
        }
        await link.wait(LOOK_MS)
        waitedMs += LOOK_MS
        const { state } = status
        status = await look(link)
        if (status.state !== state) waitedMs = 0
    }
    return status
}

/** @returns what the unit says to the owner's answer; undefined if nothing came back */
async function answered(
    link: InstallLink,
    answer: { answer: Consent; digest: Uint8Array },
): Promise<number | undefined> {
    try {
        const { refusal } = await link.call("answer_update", answer)
        return Number(refusal)
    } catch (error) {
        if (error instanceof LinkError) return undefined
        throw error
    }
}
