/** An update as a host plays it: offer, grant, installation, trial, proof, and the way back. */
import { CborReader } from "../../core/cbor/reader"
import { CborRefusal } from "../../core/cbor/refusal"
import { readPolicy, type TrustPolicy } from "../../core/suit/policy"
import type { Grant } from "../../core/update/grant"
import { UpdateRefusal } from "../../core/update/update-refusal"
import { InputError } from "../input-error"
import { imageSequenceNumber } from "../package/image-sequence-number"
import { type InstallLink, LinkError } from "../unit/unit-link"
import { allows, names, type SignedGrant, verifyGrant } from "./grant"
import type { Course, CourseFault } from "./journal"
import { authorise, type Granted, type Refusal, requestGrant } from "./negotiation"
import { ALL_VERIFIERS, signatureRefusalOf } from "./package-head"
import { type PackageParts, packageParts } from "./package-parts"
import { type Disproof, disproofOf, disproofOfPolicy } from "./proof"
import { updateRefusalName } from "./refusals"
import { answers, look, SILENT, type Sight, trialEnd } from "./status"
import type { UpdateNote, UpdateOptions, UpdateOutcome } from "./update-options"

export type { UpdateOptions, UpdateOutcome } from "./update-options"

/**
 * Brings an update to a device. It installs nothing that the device has not granted under its certified key; only where no program is left that
 * could be asked, and nothing is known of a grant, the signatures of its vendor have to do, and the program that starts judges itself. It
 * believes only what the device proves. Interrupted anywhere, another run with the same package finishes the job, forward or back.
 * @throws LinkError if the device goes away
 */
export async function updateUnit(options: UpdateOptions): Promise<UpdateOutcome> {
    const { parts, link } = options
    if (parts.programRefusal !== undefined) return refused(parts.programRefusal)
    const otherNumber = numberFault(parts)
    if (otherNumber !== undefined) return refused("imageNumber", otherNumber)
    const run = new UpdateRun(options, await link.chip())
    const refusal = await run.signatureRefusal()
    if (refusal !== undefined) return refused(refusal)
    return parts.program ? run.program() : run.trustPolicy()
}

function refused(refusal: string, detail?: string): UpdateOutcome {
    return { outcome: "refused", refusal, ...detailed(detail) }
}

/** How the number that the program calls itself by is not its package's: it would never pass its trial. Undefined if it is, or there is no program. */
function numberFault({ program, manifest }: PackageParts): string | undefined {
    const own = program && imageSequenceNumber(program)
    if (!program || own === manifest?.sequenceNumber) return undefined
    return own === undefined
        ? "no single sequence number is found in the program: give it as a number in the options of its Device"
        : `the program calls itself ${own}, its package ${manifest?.sequenceNumber}`
}

/** One run of the command, on one device. */
class UpdateRun {
    readonly #options: UpdateOptions
    readonly #link: InstallLink
    readonly #parts: PackageParts
    readonly #chip: string
    readonly #noted = new Set<UpdateNote>()
    readonly #trust: TrustPolicy | undefined
    /** What an earlier run was about, and did not come to the end of; or why that cannot be known. */
    readonly #before: Course | CourseFault | undefined
    /** Newest first. */
    #grants: readonly SignedGrant[] = []
    /** Packages that may be the last good one, as far as they can be read. */
    #candidates: PackageParts[] | undefined
    /** A device that has forgotten what it had granted is asked anew once. */
    #wasAskedAnew = false

    constructor(options: UpdateOptions, chip: string) {
        this.#options = options
        this.#link = options.link
        this.#parts = options.parts
        this.#chip = chip
        this.#trust = options.trust ?? this.#keptPolicy()
        this.#before = options.journal.course(chip)
        if (typeof this.#before === "string") this.#note(this.#before)
        else this.#grants = this.#before?.grants ?? []
    }

    /** Why the package is not signed as it has to be; undefined if it is, or nobody knows how. */
    async signatureRefusal(): Promise<string | undefined> {
        if (this.#trust) return signatureRefusalOf(this.#parts.head, this.#trust)
        this.#note("signaturesUnchecked")
        return undefined
    }

    async trustPolicy(): Promise<UpdateOutcome> {
        if (!(await answers(this.#link))) return refused("noProgram")
        const authorised = await authorise(this.#options, this.#parts)
        if (!("state" in authorised)) return refused(authorised.refusal)
        const disproof = await disproofOfPolicy(this.#options)
        if (disproof) return { outcome: "unproved", ...disproof }
        if (this.#trust) this.#options.journal.keepPolicy(this.#chip, this.#parts.manifest!.content)
        return { outcome: "confirmed" }
    }

    async program(): Promise<UpdateOutcome> {
        const installed = await measure(this.#link)
        if (installed === this.#parts.sha256) return this.#trial()
        const isAnswering = await answers(this.#link)
        const before = typeof this.#before === "string" ? undefined : this.#before
        if (before?.update === this.#parts.sha256 && before?.direction === "back") {
            const isLastGood = (await this.#candidate(({ sha256 }) => sha256 === installed)) !== undefined
            // What answers and is neither has been brought by somebody else meanwhile.
            if (isLastGood || !isAnswering) return this.#goBack(before.failure ?? TRIAL_FAILED)
        }
        return isAnswering ? this.#forward() : this.#recover()
    }

    /** Lets the device decide, and installs what it grants. */
    async #forward(): Promise<UpdateOutcome> {
        const granted = await this.#grantFor(this.#parts)
        if ("refusal" in granted) return refused(granted.refusal, granted.detail)
        this.#grants = [granted.signed]
        this.#keep("forward", await this.#candidate(parts => this.#isConfirmed(parts)))
        await this.#install(this.#parts)
        return this.#trial()
    }

    async #grantFor(parts: PackageParts): Promise<Granted | Refusal> {
        if ((await look(this.#link)).state === "Reverting") {
            // It asks for its confirmed program. Another has to be offered.
            const granted = await requestGrant(this.#options)
            if ("refusal" in granted || allows(granted.grant, parts)) return granted
        }
        const authorised = await authorise(this.#options, parts)
        if (!("state" in authorised)) return authorised
        const granted = await requestGrant(this.#options)
        return "refusal" in granted || allows(granted.grant, parts) ? granted : { refusal: "otherProgram" }
    }

    /** Goes on where no program answers that could be asked: by what is known of its grants, or else, if it is wanted, by signatures. */
    async #recover(): Promise<UpdateOutcome> {
        if (this.#verified().some(grant => allows(grant, this.#parts))) {
            await this.#install(this.#parts)
            return this.#trial()
        }
        const lastGood = await this.#candidate(parts => this.#isConfirmed(parts))
        if (lastGood) return this.#recoverBy(lastGood)
        if (this.#grants.length > 0) return refused(this.#grantRefusal() ?? "otherProgram", this.#wanted())
        if (!this.#options.ungranted) return refused(typeof this.#before === "string" ? this.#before : "noProgram")
        if (!this.#trust) return refused("policyUnknown")
        this.#note("installedUngranted")
        return this.#recoverBy((await this.#signedCandidate()) ?? this.#parts)
    }

    /** Installs a program that can be asked. */
    async #recoverBy(parts: PackageParts): Promise<UpdateOutcome> {
        await this.#install(parts)
        if (parts === this.#parts) return this.#trial()
        const sight = await trialEnd(this.#link)
        return sight === SILENT ? { outcome: "failed", refusal: "noProgram" } : this.#forward()
    }

    /** Follows the trial of the program, which is installed, and goes back if it fails. */
    async #trial(): Promise<UpdateOutcome> {
        const { journal, progress = () => {} } = this.#options
        progress("waiting for the trial's end")
        const sight = await trialEnd(this.#link)
        if (sight === SILENT) return this.#goBack(TRIAL_FAILED)
        if (sight.state === "Reverting") return this.#condemned(sight)
        const disproof = await this.#disproof(sight, this.#parts)
        if (disproof) return { outcome: "unproved", ...disproof }
        if (this.#trust) journal.keepLastGood(this.#chip, this.#parts.bytes)
        journal.endCourse(this.#chip)
        return { outcome: "confirmed" }
    }

    async #disproof(sight: Sight, parts: PackageParts): Promise<Disproof | undefined> {
        if (!sight.atWork) return { refusal: "notAtWork", detail: sight.condition }
        this.#options.progress?.("asking for a proof")
        return disproofOf(this.#options, parts)
    }

    /** The program says that it may not run. */
    async #condemned({ refusal }: Sight): Promise<UpdateOutcome> {
        const isForgotten = refusal === UpdateRefusal.Unauthorised || refusal === UpdateRefusal.BelowFloor
        const failure = refusal === 0 ? TRIAL_FAILED : updateRefusalName(refusal)
        if (!isForgotten || this.#wasAskedAnew) return this.#goBack(failure)
        this.#wasAskedAnew = true
        const outcome = await this.#forward()
        return outcome.outcome === "refused" ? this.#goBack(outcome.refusal!) : outcome
    }

    /** Puts the confirmed program back. @param failure why */
    async #goBack(failure: string): Promise<UpdateOutcome> {
        const { journal, progress = () => {} } = this.#options
        // What is known of grants may be older than what the unit has confirmed meanwhile; then the second round knows better.
        for (let round = 1; ; round++) {
            await this.#askWhatIsConfirmed()
            const lastGood = await this.#candidate(parts => this.#isConfirmed(parts))
            this.#keep("back", lastGood, failure)
            if (!lastGood) return { outcome: "failed", refusal: failure, ...detailed(this.#wanted()) }
            progress("going back to the last good program")
            if ((await measure(this.#link)) !== lastGood.sha256) await this.#install(lastGood)
            const sight = await trialEnd(this.#link)
            if (sight.state === "Reverting" && round === 1) continue
            const disproof = await this.#disproof(sight, lastGood)
            if (disproof) return { outcome: "failed", refusal: disproof.refusal, ...detailed(disproof.detail) }
            journal.endCourse(this.#chip)
            return { outcome: "reverted", refusal: failure }
        }
    }

    /** A program that may not run tells which one is confirmed. */
    async #askWhatIsConfirmed(): Promise<void> {
        if (!(await answers(this.#link)) || (await look(this.#link)).state !== "Reverting") return
        const granted = await requestGrant(this.#options)
        if ("signed" in granted) this.#grants = [granted.signed]
    }

    async #install(parts: PackageParts): Promise<void> {
        const { progress = () => {} } = this.#options
        await this.#link.install(parts.program!, share => progress("installing", share))
        progress("measuring")
        const measured = await measure(this.#link)
        if (measured !== parts.sha256)
            throw new LinkError(`the device has ${measured} installed, not ${parts.sha256}; run the command again`)
    }

    /** Before anything is installed, so that another run can go on from there. */
    #keep(direction: Course["direction"], lastGood: PackageParts | undefined, failure?: string): void {
        this.#options.journal.keepCourse(this.#chip, {
            update: this.#parts.sha256!,
            direction,
            grants: this.#grants,
            lastGood: lastGood?.bytes,
            failure,
        })
    }

    /** Those of the grants that count. */
    #verified(): Grant[] {
        return this.#grants.flatMap(signed => {
            const verdict = verifyGrant(signed, this.#options.policy)
            return "grant" in verdict ? verdict.grant : []
        })
    }

    #grantRefusal(): string | undefined {
        const verdict = verifyGrant(this.#grants[0], this.#options.policy)
        return "refusal" in verdict ? verdict.refusal : undefined
    }

    #isConfirmed(parts: PackageParts): boolean {
        return this.#verified().some(({ confirmed }) => names(confirmed, parts))
    }

    /** Which programs the unit takes, for people. */
    #wanted(): string | undefined {
        const [grant] = this.#verified()
        if (!grant) return undefined
        const { sequenceNumber, digest } = grant.confirmed
        return `its last good program has sequence number ${sequenceNumber} and SHA-256 ${digest.toString("hex")}`
    }

    async #signedCandidate(): Promise<PackageParts | undefined> {
        for (const parts of await this.#readCandidates())
            if (!(await signatureRefusalOf(parts.head, this.#trust!))) return parts
        return undefined
    }

    async #candidate(fits: (parts: PackageParts) => boolean): Promise<PackageParts | undefined> {
        return (await this.#readCandidates()).find(fits)
    }

    async #readCandidates(): Promise<PackageParts[]> {
        if (this.#candidates) return this.#candidates
        const { lastGood, journal } = this.#options
        const before = typeof this.#before === "string" ? undefined : this.#before
        const kept = [before?.lastGood, journal.lastGood(this.#chip)].filter(bytes => bytes !== undefined)
        const read = [lastGood, ...(await Promise.all(kept.map(bytes => this.#readKept(bytes))))]
        this.#candidates = read.filter(parts => parts !== undefined).filter(({ program }) => program)
        return this.#candidates
    }

    async #readKept(bytes: Buffer): Promise<PackageParts | undefined> {
        try {
            const parts = await packageParts("the last good package", bytes)
            if (parts.programRefusal === undefined) return parts
        } catch (error) {
            if (!(error instanceof InputError)) throw error
        }
        this.#note("lastGoodDamaged")
        return undefined
    }

    #keptPolicy(): TrustPolicy | undefined {
        const bytes = this.#options.journal.policy(this.#chip)
        if (!bytes) return undefined
        const reader = new CborReader(bytes, bytes.length)
        const policy = readPolicy(reader, ALL_VERIFIERS)
        if (reader.refusal === CborRefusal.None) return policy
        this.#note("policyDamaged")
        return undefined
    }

    #note(note: UpdateNote): void {
        if (!this.#noted.has(note)) this.#options.note?.(note)
        this.#noted.add(note)
    }
}

const TRIAL_FAILED = updateRefusalName(UpdateRefusal.TrialFailed)

function detailed(detail: string | undefined): { detail?: string } {
    return detail === undefined ? {} : { detail }
}

/** A chip resets for a program that wants other hardware settings than it had: it does not answer then, and answers when asked again. */
async function measure(link: InstallLink): Promise<string> {
    return link.programSha256().catch(error => {
        if (!(error instanceof LinkError)) throw error
        return link.programSha256()
    })
}
