import type { TrustPolicy } from "../../core/suit/policy"
import type { ChainPolicy } from "../identity/chain"
import type { RandomBytes } from "../identity/random-bytes"
import type { InstallLink } from "../unit/unit-link"
import type { UpdateJournal } from "./journal"
import type { PackageParts } from "./package-parts"

export interface UpdateOptions {
    link: InstallLink
    parts: PackageParts
    /** What to go back to if the new program fails. If left out, the package that the journal has of the last one that was confirmed. */
    lastGood?: PackageParts
    /** What the device's certificate is measured by. */
    policy: ChainPolicy
    /** Whose packages the unit takes, where the host was told. If left out, the policy that was brought last, or else the first one. */
    trust?: TrustPolicy
    /** The policy that the unit left the factory with, where that is known. */
    firstTrust?: TrustPolicy
    journal: UpdateJournal
    random: RandomBytes
    /** Whether to answer in the owner's place. */
    consent: boolean
    /**
     * Whether to install without a grant where there is no program to ask and none is kept: what is signed as the unit's policy demands, and no
     * more. The program judges itself when it starts.
     */
    ungranted?: boolean
    /** Hears what is done next, and the share of it that is done. */
    progress?: (step: string, share?: number) => void
    /** Hears what could not be checked, and what was found damaged; each at most once. */
    note?: (note: UpdateNote) => void
}

/** What an operator should know beside the outcome. */
export type UpdateNote =
    /** The host knows no trust policy of the unit: the package's signatures were not checked here, and it is not kept as last good. */
    | "signaturesUnchecked"
    /** What was kept of an interrupted update cannot be read. */
    | "journalDamaged"
    /** What was kept of an interrupted update is of another chip. */
    | "journalOfAnotherUnit"
    /** The package that was kept as the last good one cannot be read. */
    | "lastGoodDamaged"
    /** The trust policy that was kept cannot be read. */
    | "policyDamaged"
    /** The unit had no program that could be asked. What was installed was not granted, but its signatures were checked. */
    | "installedUngranted"

export interface UpdateOutcome {
    /**
     * `confirmed`: the unit has proved that it runs, or that the policy is in force. `refused`: nothing was installed. `reverted`: it failed, and
     * the unit has proved that the last good program is back. `failed`: it failed, and the device is safe and waits for its last good program.
     * `unproved`: what is installed is not proved.
     */
    outcome: "confirmed" | "refused" | "reverted" | "failed" | "unproved"
    /** Why it is not confirmed. */
    refusal?: string
    /** What was seen, for people. */
    detail?: string
}
