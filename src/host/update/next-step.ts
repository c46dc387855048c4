/** What to do when an update has not ended as it should, by its outcome and reason. */
import type { UpdateNote, UpdateOutcome } from "./update-options"

/** @returns a sentence for the operator; undefined if there is nothing to do */
export function nextStep({ outcome, refusal = "" }: UpdateOutcome): string | undefined {
    if (outcome === "confirmed") return undefined
    return BY_REFUSAL[outcome]?.[refusal] ?? BY_OUTCOME[outcome]
}

const BY_OUTCOME: Record<Exclude<UpdateOutcome["outcome"], "confirmed">, string> = {
    refused: "the unit runs what it ran before; docs/update.md says what each reason means",
    reverted: "the unit works as before; find out why the release fails, and sign another under a higher number",
    failed: "the unit is safe; give its last good program as the package, or with --last-good if its number is told",
    unproved: "do not rely on the unit; run the command again, and if that does not help see what domovoi attest says",
}

const UNGRANTED = "nothing was installed: give the package again with --ungranted and --policy, if this is the unit"

const BY_REFUSAL: Partial<Record<UpdateOutcome["outcome"], Readonly<Record<string, string>>>> = {
    refused: {
        noProgram: `the unit has no program, and no grant is kept here; go on where the update was begun, or ${UNGRANTED}`,
        journalDamaged: `the unit has no program, and what was kept of its update cannot be read; ${UNGRANTED}`,
        journalOfAnotherUnit: `the unit has no program, and what was kept for it is another unit's; ${UNGRANTED}`,
        otherProgram:
            "the unit has no program and takes two: the one that was under way, and its last good one; run the command with either",
        policyUnknown: "signatures can only be checked against a policy; give the unit's with --policy",
        busy: "another update is under way, or the unit is at work; wait a minute, and run the command again",
        sequenceEqual:
            "the unit has what has this number already; if it is this trust policy, give it to later updates with --policy",
        threshold:
            "the unit runs what it ran before, and takes no package signed so; if it has taken another trust policy since, give that with --policy",
        imageNumber: "the program says another sequence number than the package; sign it again with the program's own",
        noAnswer: "the unit did not decide within the time; run the command again",
    },
    failed: {
        noProgram: "what was put back does not start; give the package that was under way, or the last good one",
    },
    unproved: {
        notAtWork:
            "see to what the unit complains of, then run the command again; a program that may not run takes its last good one as the package",
        notSettled:
            "its trial or another update is under way; wait for its end, or enable the unit if it is disabled, and run the command again",
        otherProgramInstalled: "somebody else has installed another program; run the command again",
        otherSequenceNumber:
            "the program says another sequence number than its package; sign it again with the program's own number",
        notOnRecord:
            "the unit never confirmed this package; do not keep it, and bring a good release with a higher number",
        otherFloor: "the unit accepts other numbers than this release has confirmed; run the command again",
        noEvidence: "the firmware is older than this proof; bring a release built with this version",
        noIdentity: "the unit cannot prove who it is any more; check its memory, and provision another",
        deviceRefused: "the unit cannot sign now; check its memory and its secure element, and run the command again",
    },
}

/** What was not checked, or not as it should be, in words. */
export const NOTES: Record<UpdateNote, string> = {
    signaturesUnchecked:
        "the package's signatures were not checked here, and it is not kept as last good: give the unit's trust policy with --policy",
    journalDamaged: "what was kept of an interrupted update cannot be read, and does not count",
    journalOfAnotherUnit: "what was kept of an interrupted update is another unit's, and does not count",
    lastGoodDamaged: "the package that was kept as the last good one cannot be read: give it with --last-good",
    policyDamaged: "the trust policy that was kept cannot be read: give it with --policy",
    installedUngranted: "the unit had no program to ask: what was installed is signed, but was not granted",
}
