/** An update as a host plays it: offer, grant, installation, trial, and the way back. */
import { CHUNK_BYTES } from "../../core/suit/assembler"
import { GRANT_CHALLENGE_BYTES, type Grant } from "../../core/update/grant"
import { Consent } from "../../core/update/update-agent"
import { UpdateRefusal } from "../../core/update/update-refusal"
import type { ChainPolicy } from "../identity/chain"
import type { RandomBytes } from "../identity/random-bytes"
import { readDocument } from "../unit/read-document"
import { type InstallLink, LinkError } from "../unit/unit-link"
import { type SignedGrant, verifyGrant } from "./grant"
import type { UpdateJournal } from "./journal"
import { type PackageParts, packageParts } from "./package-parts"
import { updateRefusalName } from "./refusals"

export interface UpdateOptions {
    link: InstallLink
    parts: PackageParts
    /** What to go back to if the new program fails. If left out, the package that the journal has of the last one that was confirmed. */
    lastGood?: PackageParts
    /** What the device's certificate is measured by. */
    policy: ChainPolicy
    journal: UpdateJournal
    random: RandomBytes
    /** Whether to answer in the owner's place. */
    consent: boolean
    /** Of whoever does: 8 bytes. A device that has an owner wants to see one of an owner. */
    credential?: Uint8Array
    /** Hears what is done next, and the share of it that is done. */
    progress?: (step: string, share?: number) => void
}

export interface UpdateOutcome {
    /**
     * `confirmed`: it runs, or the policy is in force. `refused`: nothing was installed. `reverted`: it failed, and the last good program is back. `failed`: it failed, and the device is
     * safe and waits for its last good program.
     */
    outcome: "confirmed" | "refused" | "reverted" | "failed"
    /** Why it is not confirmed. */
    refusal?: string
}

/** Time between two looks at what the device does by itself. */
const LOOK_MS = 250
/** How long it is waited for the verdict, the owner, and the end of a trial (the device allows 60 s, and three starts of 6 s). */
const VERDICT_MS = 60_000
const OWNER_MS = 600_000
const TRIAL_MS = 90_000
/** A program starts 1.2 s after it was installed, and announces its services twice a second. */
const START_MS = 8_000
/** What a look can tell while nothing answers: the program is starting, or dead. */
const SILENT = { state: "Silent", refusal: 0, digest: "" }

type Status = typeof SILENT

/**
 * Brings an update to a device. It installs nothing that the device has not granted under its certified key. Interrupted anywhere, another run
 * with the same package finishes the job.
 * @throws LinkError if the device goes away
 */
export async function updateUnit(options: UpdateOptions): Promise<UpdateOutcome> {
    const { link, parts } = options
    if (parts.programRefusal !== undefined) return refused(parts.programRefusal)
    const chip = await link.chip()
    if (parts.sha256 !== undefined && (await link.programSha256()) === parts.sha256) return finish(options, chip)
    const granted = (await answers(link)) ? await negotiate(options, chip) : fromJournal(options, chip)
    if ("outcome" in granted) return granted
    await install(options, parts)
    return finish(options, chip)
}

/** Whether the device has a program that answers. */
async function answers(link: InstallLink): Promise<boolean> {
    return link.find(START_MS).then(
        () => true,
        error => {
            if (error instanceof LinkError) return false
            throw error
        },
    )
}

function refused(refusal: string): UpdateOutcome {
    return { outcome: "refused", refusal }
}

/** Lets the device decide. @returns its grant, or what came instead */
async function negotiate(options: UpdateOptions, chip: string): Promise<Grant | UpdateOutcome> {
    const { link, parts, progress = () => {} } = options
    const { state, digest } = await look(link)
    if (state === "Reverting") {
        // It asks for its confirmed program. Another has to be offered.
        const granted = await requestGrant(options, chip)
        if (!("outcome" in granted)) return granted
    }
    const isGranted = (state === "Authorised" || state === "Installing") && digest === parts.sha256
    if (!isGranted) {
        progress("offering the update")
        const refusal = await offer(link, parts.head, progress)
        if (refusal !== 0) return refused(updateRefusalName(refusal))
        const verdict = await verdictOf(options)
        if (verdict.state === "Confirmed") return { outcome: "confirmed" }
        if (verdict.state !== "Authorised")
            return refused(verdict.refusal ? updateRefusalName(verdict.refusal) : "noAnswer")
    }
    progress("asking for the grant")
    return requestGrant(options, chip)
}

async function offer(
    link: InstallLink,
    head: Buffer,
    progress: (step: string, share?: number) => void,
): Promise<number> {
    const { refusal } = await link.call("offer_update", { size: head.length })
    if (refusal !== 0) return Number(refusal)
    for (let offset = 0; offset < head.length; ) {
        progress("sending the package", offset / head.length)
        const data = new Uint8Array(head.subarray(offset, offset + CHUNK_BYTES))
        const report = await link.call("write_update", { offset, data })
        const received = Number(report.received)
        if (report.refusal !== 0) return Number(report.refusal)
        offset = received
    }
    return 0
}

/** Waits until the device has decided, and its owner. */
async function verdictOf({
    link,
    consent,
    credential = new Uint8Array(0),
    progress = () => {},
}: UpdateOptions): Promise<Status> {
    let waitedMs = 0
    let status = await look(link)
    const waits: Readonly<Record<string, number>> = {
        Verifying: VERDICT_MS,
        AwaitingConsent: OWNER_MS,
        MakingSafe: VERDICT_MS * 2,
    }
    while (status.state in waits && waitedMs < waits[status.state]) {
        progress(STEPS[status.state])
        if (status.state === "AwaitingConsent" && consent) {
            const about = Buffer.concat([Buffer.from(status.digest, "hex"), credential])
            const answer = { answer: Consent.Yes, digest: new Uint8Array(about) }
            // If somebody else uses the challenge up, the next look is followed by another.
            const { refusal } = await link.call("answer_update", { ...(await link.challenge()), ...answer })
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

const STEPS: Readonly<Record<string, string>> = {
    Verifying: "the device checks the package",
    AwaitingConsent: "waiting for the owner's answer",
    MakingSafe: "waiting until the device can be interrupted",
}

/** @returns a grant for the package's program, kept in the journal */
async function requestGrant(options: UpdateOptions, chip: string): Promise<Grant | UpdateOutcome> {
    const { link, journal, random } = options
    const challenge = Buffer.from(random(GRANT_CHALLENGE_BYTES))
    const { refusal } = await link.call("grant_update", { challenge: new Uint8Array(challenge) })
    if (refusal !== 0) return refused(updateRefusalName(Number(refusal)))
    const token = await readDocument(link, "attestation")
    const signed = { challenge, token, chain: await readDocument(link, "certificates") }
    const grant = checked(options, signed)
    if (!("outcome" in grant)) journal.keepGrant(chip, signed)
    return grant
}

/** The grant that an interrupted run has left behind. */
function fromJournal(options: UpdateOptions, chip: string): Grant | UpdateOutcome {
    const signed = options.journal.grant(chip)
    return signed ? checked(options, signed) : refused("noProgram")
}

function checked({ parts, policy }: UpdateOptions, signed: SignedGrant): Grant | UpdateOutcome {
    const verdict = verifyGrant(signed, policy)
    if ("refusal" in verdict) return refused(verdict.refusal)
    const { update, confirmed } = verdict.grant
    const isGranted = [update, confirmed].some(({ digest }) => digest.toString("hex") === parts.sha256)
    return isGranted ? verdict.grant : refused("otherProgram")
}

/** Installs and measures. */
async function install({ link, progress = () => {} }: UpdateOptions, { program, sha256 }: PackageParts): Promise<void> {
    await link.install(program!, share => progress("installing", share))
    progress("measuring")
    const measured = await measure(link)
    if (measured !== sha256)
        throw new LinkError(`the device has ${measured} installed, not ${sha256}; run the command again`)
}

/** A chip resets for a program that wants other hardware settings than it had: it does not answer then, and answers when asked again. */
async function measure(link: InstallLink): Promise<string> {
    return link.programSha256().catch(error => {
        if (!(error instanceof LinkError)) throw error
        return link.programSha256()
    })
}

/** Follows the trial of a program that is installed, and goes back if it fails. */
async function finish(options: UpdateOptions, chip: string): Promise<UpdateOutcome> {
    const { link, parts, journal, progress = () => {} } = options
    progress("waiting for the trial's end")
    const { state, refusal } = await trialEnd(link)
    if (!["Silent", "Trial", "Reverting"].includes(state)) {
        journal.confirm(chip, parts.bytes)
        return { outcome: "confirmed" }
    }
    const failure = { refusal: refusal ? updateRefusalName(refusal) : "trialFailed" }
    const lastGood = options.lastGood ?? (await keptPackage(journal, chip))
    if (!lastGood || lastGood.sha256 === parts.sha256) return { outcome: "failed", ...failure }
    const back = { ...options, parts: lastGood, lastGood }
    const granted = state === "Reverting" ? await requestGrant(back, chip) : fromJournal(back, chip)
    if ("outcome" in granted) return { outcome: "failed", refusal: granted.refusal }
    progress("going back to the last good program")
    await install(back, lastGood)
    const { outcome } = await finish(back, chip)
    return { outcome: outcome === "confirmed" ? "reverted" : "failed", ...failure }
}

async function keptPackage(journal: UpdateJournal, chip: string): Promise<PackageParts | undefined> {
    const bytes = journal.lastGood(chip)
    return bytes && packageParts("the last good package", bytes)
}

/** Waits until the program has proved itself or has failed. */
async function trialEnd(link: InstallLink): Promise<Status> {
    let status = SILENT
    for (let waitedMs = 0; waitedMs < TRIAL_MS; ) {
        status = await lookAgain(link)
        if (status !== SILENT && status.state !== "Trial") return status
        await link.wait(LOOK_MS)
        waitedMs += status === SILENT ? START_MS : LOOK_MS
    }
    return status
}

/** A look at a device whose program may be starting, or dead. */
async function lookAgain(link: InstallLink): Promise<Status> {
    try {
        await link.find(START_MS)
        const { cause } = (await link.get("state")) as { cause: string }
        // Before its first cycle a program does not know yet what it is.
        return cause === "Starting" ? SILENT : await look(link)
    } catch (error) {
        if (error instanceof LinkError) return SILENT
        throw error
    }
}

/** What the device says of its update. */
async function look(link: InstallLink): Promise<Status> {
    const { state, refusal, digest } = (await link.get("update")) as Record<string, unknown>
    return {
        state: String(state),
        refusal: Number(refusal),
        digest: Buffer.from(digest as Uint8Array).toString("hex"),
    }
}
