import { randomBytes } from "node:crypto"
import { Command } from "commander"
import { type HostClock, machineClock } from "../host/clock"
import { MAX_FILE_BYTES, readInputFile } from "../host/input-file"
import { readPolicyFile } from "../host/package/make-package"
import { firstPolicyOf } from "../host/unit/first-policy"
import { FileJournal } from "../host/update/file-journal"
import { NOTES, nextStep } from "../host/update/next-step"
import { type PackageParts, packageParts } from "../host/update/package-parts"
import type { UpdateNote } from "../host/update/update-options"
import { type UpdateOutcome, updateUnit } from "../host/update/update-unit"
import { ExitStatus } from "./exit-status"
import { JOURNAL } from "./journal"
import { complain, printLines } from "./lines"
import { printJson } from "./print-json"
import { Progress } from "./progress"
import { type OwnSessionOption, withOwnSession, withUnitInSession } from "./session-options"
import { readPolicy, type TrustOptions, type UnitOptions, withTrustOptions, withUnitOptions } from "./unit-options"

interface UpdateCommandOptions extends UnitOptions, TrustOptions, OwnSessionOption {
    lastGood?: string
    policy?: string
    ungranted?: boolean
    yes?: boolean
    json?: boolean
}

/** @param finish takes the exit status if the command runs through */
export function updateCommand(finish: (status: ExitStatus) => void, clock: HostClock = machineClock): Command {
    const command = new Command("update")
        .description(
            "Offers a package, waits for the owner's answer, installs what the unit has granted, measures it, follows its trial, and lets the unit\n" +
                "prove the result; a program that fails is replaced by the last good one. Interrupted anywhere and run again, it finishes, forward or\n" +
                "back. Exit status: 0 the unit has proved that the new program runs, 1 it has not, 2 bad input.",
        )
        .argument("<package>", "what domovoi sign made (.suit)")
    return withTrustOptions(withOwnSession(withUnitOptions(command)))
        .option(
            "--last-good <package>",
            "package to go back to if the new program fails (default: the last that was confirmed)",
        )
        .option(
            "--policy <file>",
            "whose updates the unit takes, to check signatures here (default: what is known of --serial, see docs/update.md)",
        )
        .option(
            "--ungranted",
            "where the unit has no program that could be asked and no grant is kept: install what is signed (with --policy)",
        )
        .option("--yes", "answer in the owner's place")
        .option("--json", "print one JSON object")
        .addHelpText("after", EXAMPLES)
        .action(
            async (
                file: string,
                { lastGood, policy, ungranted, yes = false, json, ...options }: UpdateCommandOptions,
            ) => {
                const parts = await partsIn(file)
                const back = lastGood === undefined ? undefined : await partsIn(lastGood)
                // Which version of a policy is in force does not matter to a signature.
                const signers = policy === undefined ? undefined : readPolicyFile(policy, readInputFile(policy), 0)
                const measure = readPolicy(options, clock())
                const progress = new Progress(process.stderr)
                const notes: UpdateNote[] = []
                const outcome = await withUnitInSession<Outcome>(
                    options,
                    "connect",
                    async link => {
                        const journal = new FileJournal(JOURNAL)
                        const release = journal.lock(await link.chip())
                        return updateUnit({
                            link,
                            parts,
                            lastGood: back,
                            policy: measure,
                            trust: signers,
                            firstTrust: firstPolicyOf(options.ca, options.serial),
                            journal,
                            random: randomBytes,
                            consent: yes,
                            ungranted,
                            progress: (step, share) =>
                                progress.show(share === undefined ? step : `${step}: ${Math.floor(share * 100)} %`),
                            note: note => notes.push(note),
                        }).finally(release)
                    },
                    detail => ({ outcome: "interrupted", refusal: "noAnswer", detail }),
                    progress.waiting,
                ).finally(() => progress.clear())
                const next = outcome.outcome === "interrupted" ? INTERRUPTED : nextStep(outcome)
                if (json) printJson({ package: file, sha256: parts.sha256, ...outcome, notes, next })
                else {
                    for (const note of notes) complain(`${file}: ${NOTES[note]}`)
                    printLines(`${file}: ${TEXTS[outcome.outcome]}${outcome.refusal ? ` (${outcome.refusal})` : ""}`)
                    if (outcome.detail) printLines(`  ${outcome.detail}`)
                    if (next) printLines(`  next: ${next}`)
                }
                finish(outcome.outcome === "confirmed" ? ExitStatus.Ok : ExitStatus.Failed)
            },
        )
}

async function partsIn(file: string): Promise<PackageParts> {
    return packageParts(file, readInputFile(file, MAX_FILE_BYTES.package))
}

const TEXTS: Record<Outcome["outcome"], string> = {
    confirmed: "installed and confirmed",
    refused: "refused, nothing was installed",
    reverted: "failed its trial, the last good program is back",
    failed: "failed, and the last good program is not back",
    unproved: "installed, but the unit does not prove that it works",
    interrupted: "interrupted",
}
const INTERRUPTED = "run the command again to finish"

type Outcome = UpdateOutcome | { outcome: "interrupted"; refusal: "noAnswer"; detail: string }

const EXAMPLES = `
Examples:
  domovoi update v2.suit --serial GV-0001 --yes
  domovoi update v2.suit --serial GV-0001 --policy policy.json --last-good v1.suit --json
  domovoi update v2.suit --target serial --port /dev/ttyACM0 --ca ca.pem --crl devices.crl`
