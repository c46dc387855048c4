/** What a unit has to prove before a host believes that a package's program runs there and is confirmed. */
import { Cause, causeNumber } from "../../core/failsafe/cause"
import type { Manifest } from "../../core/suit/manifest"
import { UpdateState } from "../../core/update/update-state"
import type { ChainPolicy } from "../identity/chain"
import type { RandomBytes } from "../identity/random-bytes"
import { type AttestationRefusal, type AttestedClaims, attest } from "../unit/attestation"
import type { InstallLink } from "../unit/unit-link"
import type { PackageParts } from "./package-parts"

/** Why the unit's word does not prove it. */
export type ProofRefusal =
    | AttestationRefusal
    /** It says nothing of its update: its firmware is older than this proof. */
    | "noEvidence"
    /** The runtime measures another program than the package's. */
    | "otherProgramInstalled"
    /** The program that runs gives itself another sequence number than its package does. */
    | "otherSequenceNumber"
    /** Another program is on record as confirmed, or this one under another number. */
    | "notOnRecord"
    /** The lowest number that the unit accepts is not this program's. */
    | "otherFloor"
    /** An update is under way. */
    | "notSettled"
    /** The unit finds something in itself that keeps it from working. */
    | "notAtWork"

export interface Disproof {
    refusal: ProofRefusal
    detail?: string
}

export interface ProofOptions {
    link: InstallLink
    /** What the device's certificate is measured by. */
    policy: ChainPolicy
    random: RandomBytes
}

/** States of an update in which nothing is open about the program that runs: see `SETTLED`. */
const SETTLED_STATES: readonly number[] = [UpdateState.Idle, UpdateState.Confirmed, UpdateState.Refused]

/** What may lead a unit's causes while its program works: all of it comes from outside, or is its owner's wish. */
const OUTSIDE_CAUSES: readonly number[] = [
    0,
    ...[
        Cause.Hazard,
        Cause.SensorAbsent,
        Cause.Tamper,
        Cause.Module,
        Cause.Power,
        Cause.Network,
        Cause.SensorStuck,
        Cause.SensorRange,
        Cause.SensorRate,
        Cause.Policy,
        Cause.Owner,
    ].map(causeNumber),
]

/**
 * Asks for a proof that a package's program runs and is confirmed: the runtime's measurement, and after a challenge of this run a token under
 * the certified key.
 * @returns what is missing; undefined if it is proved
 * @throws LinkError
 */
export async function disproofOf(options: ProofOptions, parts: PackageParts): Promise<Disproof | undefined> {
    const measured = await options.link.programSha256()
    if (measured !== parts.sha256) return { refusal: "otherProgramInstalled", detail: measured }
    const attested = await attest(options.link, options.policy, options.random)
    if ("refusal" in attested) return attested
    const failed = CHECKS.find(([, holds]) => !holds(attested.claims, parts.manifest))
    return failed && { refusal: failed[0], detail: said(attested.claims) }
}

type Check = (claims: AttestedClaims, manifest: Manifest | undefined) => boolean

/** What the signed claims have to say, and what is missing if they do not. */
const CHECKS: readonly [ProofRefusal, Check][] = [
    ["noEvidence", ({ update }) => update !== undefined],
    ["otherSequenceNumber", ({ sequenceNumber }, manifest) => sequenceNumber === manifest?.sequenceNumber],
    ["notSettled", ({ update }) => update !== undefined && SETTLED_STATES.includes(update.state)],
    [
        "notOnRecord",
        ({ update }, manifest) =>
            manifest !== undefined &&
            update?.digest === manifest.digest.toString("hex") &&
            update.sequenceNumber === manifest.sequenceNumber,
    ],
    ["otherFloor", ({ update }, manifest) => update !== undefined && update.floor === manifest?.sequenceNumber],
    ["notAtWork", ({ cause }) => OUTSIDE_CAUSES.includes(cause)],
]

function said({ sequenceNumber, state, cause, update }: AttestedClaims): string {
    const own = `it says: own sequence number ${sequenceNumber}, state ${state}, cause ${cause}`
    if (!update) return own
    const record = `number ${update.sequenceNumber}, SHA-256 ${update.digest}`
    return `${own}, on record ${record}, floor ${update.floor}, state of the update ${update.state}`
}

/**
 * Asks for a proof that the last thing an update changed is the trust policy: then the state of the update is `Confirmed`.
 * @throws LinkError
 */
export async function disproofOfPolicy(options: ProofOptions): Promise<Disproof | undefined> {
    const attested = await attest(options.link, options.policy, options.random)
    if ("refusal" in attested) return attested
    const { claims } = attested
    if (!claims.update) return { refusal: "noEvidence", detail: said(claims) }
    return claims.update.state === UpdateState.Confirmed ? undefined : { refusal: "notSettled", detail: said(claims) }
}
