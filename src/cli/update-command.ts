import { randomBytes } from "node:crypto"
import { Command, InvalidArgumentError } from "commander"
import { type HostClock, machineClock } from "../host/clock"
import { MAX_FILE_BYTES, readInputFile } from "../host/input-file"
import { FileJournal } from "../host/update/journal"
import { packageParts } from "../host/update/package-parts"
import { type UpdateOutcome, updateUnit } from "../host/update/update-unit"
import { ExitStatus } from "./exit-status"
import { printLines } from "./lines"
import { printJson } from "./print-json"
import { Progress } from "./progress"
import {
    readPolicy,
    type TrustOptions,
    type UnitOptions,
    withTrustOptions,
    withUnit,
    withUnitOptions,
} from "./unit-options"

/** Where grants are kept while an update is under way. */
const JOURNAL = ".devicescript/domovoi/updates"

interface UpdateCommandOptions extends UnitOptions, TrustOptions {
    lastGood?: string
    yes?: boolean
    credential?: Uint8Array
    json?: boolean
}

/** @param finish takes the exit status if the command runs through */
export function updateCommand(finish: (status: ExitStatus) => void, clock: HostClock = machineClock): Command {
    const command = new Command("update")
        .summary("bring an update to a unit, and follow it until it has proved itself")
        .description(
            "Offers a package, waits for the owner's answer, installs what the unit has granted, measures it, and follows its trial. Interrupted\n" +
                "anywhere and run again, it finishes. Exit status: 0 the new program runs, 1 it does not, 2 bad input.",
        )
        .argument("<package>", "what domovoi sign made (.suit)")
    return withTrustOptions(withUnitOptions(command))
        .option(
            "--last-good <package>",
            "package to go back to if the new program fails (default: the last that was confirmed)",
        )
        .option("--yes", "answer in the owner's place")
        .option("--credential <hex>", "the owner's, 16 digits, if the device has an owner (with --yes)", credentialOf)
        .option("--json", "print one JSON object")
        .addHelpText("after", EXAMPLES)
        .action(async (file: string, { lastGood, yes = false, credential, json, ...options }: UpdateCommandOptions) => {
            const parts = await packageParts(file, readInputFile(file, MAX_FILE_BYTES.package))
            const back =
                lastGood === undefined
                    ? undefined
                    : await packageParts(lastGood, readInputFile(lastGood, MAX_FILE_BYTES.package))
            const policy = readPolicy(options, clock())
            const progress = new Progress(process.stderr)
            const outcome = await withUnit<Outcome>(
                options,
                "connect",
                link =>
                    updateUnit({
                        link,
                        parts,
                        lastGood: back,
                        policy,
                        journal: new FileJournal(JOURNAL),
                        random: randomBytes,
                        consent: yes,
                        credential,
                        progress: (step, share) =>
                            progress.show(share === undefined ? step : `${step}: ${Math.floor(share * 100)} %`),
                    }),
                detail => ({ outcome: "interrupted", refusal: "noAnswer", detail }),
            ).finally(() => progress.clear())
            if (json) printJson({ package: file, sha256: parts.sha256, ...outcome })
            else printLines(`${file}: ${TEXTS[outcome.outcome]}${outcome.refusal ? ` (${outcome.refusal})` : ""}`)
            finish(outcome.outcome === "confirmed" ? ExitStatus.Ok : ExitStatus.Failed)
        })
}

function credentialOf(text: string): Uint8Array {
    if (!/^[0-9a-f]{16}$/.test(text)) throw new InvalidArgumentError("a credential is 16 lowercase hex digits.")
    return new Uint8Array(Buffer.from(text, "hex"))
}

const TEXTS: Record<Outcome["outcome"], string> = {
    confirmed: "installed and confirmed",
    refused: "refused, nothing was installed",
    reverted: "failed its trial, the last good program is back",
    failed: "failed its trial; the unit is safe and waits for its last good program, give it with --last-good or as the package",
    interrupted: "interrupted; run the command again to finish",
}

type Outcome = UpdateOutcome | { outcome: "interrupted"; refusal: "noAnswer"; detail: string }

const EXAMPLES = `
Examples:
  domovoi update v2.suit --serial GV-0001 --yes
  domovoi update v2.suit --serial GV-0001 --last-good v1.suit --json
  domovoi update v2.suit --target serial --port /dev/ttyACM0 --ca ca.pem --crl devices.crl`
