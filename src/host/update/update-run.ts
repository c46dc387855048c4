import type { TrustPolicy } from "../../core/suit/policy"
import { UpdateRefusal } from "../../core/update/update-refusal"
import { decodedPolicy } from "../package/decoded-policy"
import { type InstallLink, LinkError } from "../unit/unit-link"
import { Candidates } from "./candidates"
import { allows } from "./grant"
import { Grants } from "./grants"
import type { Course, CourseFault } from "./journal"
import { authorise, type Granted, type Refusal, requestGrant } from "./negotiation"
import { numberFault } from "./number-fault"
import { signatureRefusalOf } from "./package-head"
import type { PackageParts } from "./package-parts"
import { type Disproof, disproofOf, disproofOfPolicy } from "./proof"
import { updateRefusalName } from "./refusals"
import { answers, look, SILENT, type Sight, trialEnd } from "./status"
import type { UpdateNote, UpdateOptions, UpdateOutcome } from "./update-options"

/** One run of the command, on one device. */
export class UpdateRun {
    readonly #options: UpdateOptions
    readonly #link: InstallLink
    readonly #parts: PackageParts
    readonly #chip: string
    readonly #noted = new Set<UpdateNote>()
    readonly #trust: TrustPolicy | undefined
    /** What an earlier run was about, and did not come to the end of. */
    readonly #before: Course | undefined
    /** Why that cannot be known. */
    readonly #courseFault: CourseFault | undefined
    #grants: Grants
    readonly #candidates: Candidates
    /** A device that has forgotten what it had granted is asked anew once. */
    #wasAskedAnew = false

    constructor(options: UpdateOptions, chip: string) {
        this.#options = options
        this.#link = options.link
        this.#parts = options.parts
        this.#chip = chip
        this.#trust = options.trust ?? this.#keptPolicy()
        const course = options.journal.course(chip)
        if (typeof course === "string") this.#note((this.#courseFault = course))
        else this.#before = course
        this.#grants = new Grants(options.policy, this.#before?.grants ?? [])
        const kept = [this.#before?.lastGood, options.journal.lastGood(chip)]
        this.#candidates = new Candidates(options.lastGood, kept, () => this.#note("lastGoodDamaged"))
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
        const before = this.#before
        if (before?.update === this.#parts.sha256 && before?.direction === "back") {
            const isLastGood = (await this.#candidates.find(({ sha256 }) => sha256 === installed)) !== undefined
            // What answers and is neither has been brought by somebody else meanwhile.
            if (isLastGood || !isAnswering) return this.#goBack(before.failure ?? TRIAL_FAILED)
        }
        return isAnswering ? this.#forward() : this.#recover()
    }

    /** Lets the device decide, and installs what it grants. */
    async #forward(): Promise<UpdateOutcome> {
        const granted = await this.#grantFor(this.#parts)
        if ("refusal" in granted) return refused(granted.refusal, granted.detail)
        this.#grants = new Grants(this.#options.policy, [granted.signed])
        this.#keep("forward", await this.#candidates.find(parts => this.#grants.isConfirmed(parts)))
        await this.#install(this.#parts)
        return this.#trial()
    }

    async #grantFor(parts: PackageParts): Promise<Granted | Refusal> {
        if ((await look(this.#link)).state === "Reverting") {
            // It asks for its confirmed program. Another has to be offered, and any if no record says which is confirmed.
            const granted = await requestGrant(this.#options)
            const decides = "refusal" in granted ? granted.refusal !== NOTHING_CONFIRMED : allows(granted.grant, parts)
            if (decides) return granted
        }
        const authorised = await authorise(this.#options, parts)
        if (!("state" in authorised)) return authorised
        const granted = await requestGrant(this.#options)
        return "refusal" in granted || allows(granted.grant, parts) ? granted : { refusal: "otherProgram" }
    }

    /** Goes on where no program answers that could be asked: by what is known of its grants, or else, if it is wanted, by signatures. */
    async #recover(): Promise<UpdateOutcome> {
        if (this.#grants.allow(this.#parts)) {
            await this.#install(this.#parts)
            return this.#trial()
        }
        const lastGood = await this.#candidates.find(parts => this.#grants.isConfirmed(parts))
        if (lastGood) return this.#recoverBy(lastGood)
        const { signed, refusal, wanted } = this.#grants
        if (!this.#options.ungranted)
            return refused(refusal ?? (signed.length > 0 ? "otherProgram" : (this.#courseFault ?? "noProgram")), wanted)
        const trust = this.#trust
        if (!trust) return refused("policyUnknown")
        this.#note("installedUngranted")
        const isGood = async (parts: PackageParts) =>
            numberFault(parts) === undefined && (await signatureRefusalOf(parts.head, trust)) === undefined
        return this.#recoverBy((await this.#candidates.find(isGood)) ?? this.#parts)
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
        this.#options.progress?.("waiting for the trial's end")
        const sight = await trialEnd(this.#link)
        if (sight === SILENT) return this.#goBack(TRIAL_FAILED)
        if (sight.state === "Reverting") return this.#condemned(sight)
        const disproof = await this.#disproof(sight, this.#parts)
        return disproof ? { outcome: "unproved", ...disproof } : this.#confirmed()
    }

    /** It is proved that the package's program runs. */
    #confirmed(): UpdateOutcome {
        const { journal } = this.#options
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

    /** Puts the confirmed program back: the package's own, if the unit has confirmed it where nobody saw it. @param failure why */
    async #goBack(failure: string): Promise<UpdateOutcome> {
        const { journal, progress = () => {} } = this.#options
        // What is known of grants may be older than what the unit has confirmed meanwhile; then the second round knows better.
        for (let round = 1; ; round++) {
            await this.#askWhatIsConfirmed()
            const isOwn = this.#grants.isConfirmed(this.#parts)
            const lastGood = isOwn ? this.#parts : await this.#candidates.find(parts => this.#grants.isConfirmed(parts))
            this.#keep("back", lastGood, failure)
            if (!lastGood) return { outcome: "failed", refusal: failure, ...detailed(this.#grants.wanted) }
            progress("going back to the last good program")
            if ((await measure(this.#link)) !== lastGood.sha256) await this.#install(lastGood)
            const sight = await trialEnd(this.#link)
            if (sight.state === "Reverting" && round === 1) continue
            const disproof = await this.#disproof(sight, lastGood)
            if (disproof) return { outcome: "unproved", ...disproof }
            if (isOwn) return this.#confirmed()
            journal.endCourse(this.#chip)
            return { outcome: "reverted", refusal: failure }
        }
    }

    /** A program that may not run tells which one is confirmed. */
    async #askWhatIsConfirmed(): Promise<void> {
        if (!(await answers(this.#link)) || (await look(this.#link)).state !== "Reverting") return
        const granted = await requestGrant(this.#options)
        if ("signed" in granted) this.#grants = new Grants(this.#options.policy, [granted.signed])
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
            grants: this.#grants.signed,
            lastGood: lastGood?.bytes,
            failure,
        })
    }

    #keptPolicy(): TrustPolicy | undefined {
        const { journal, firstTrust } = this.#options
        const bytes = journal.policy(this.#chip)
        if (!bytes) return firstTrust
        const policy = decodedPolicy(bytes)
        if (!policy) this.#note("policyDamaged")
        return policy
    }

    #note(note: UpdateNote): void {
        if (!this.#noted.has(note)) this.#options.note?.(note)
        this.#noted.add(note)
    }
}

const TRIAL_FAILED = updateRefusalName(UpdateRefusal.TrialFailed)
/** How a unit whose program may not run answers a request for a grant if it does not know which one may. */
const NOTHING_CONFIRMED = updateRefusalName(UpdateRefusal.Unexpected)

function refused(refusal: string, detail?: string): UpdateOutcome {
    return { outcome: "refused", refusal, ...detailed(detail) }
}

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
