import { randomBytes } from "node:crypto"
import { Command, Option } from "commander"
import { InputError } from "../host/input-error"
import { readInputFile } from "../host/input-file"
import { RemoteUnit } from "../host/unit/remote-unit"
import { SerialBridge } from "../host/unit/serial-bridge"
import { readTrust } from "../host/unit/trust"
import { UnitFile } from "../host/unit/unit-file"
import { type InstallLink, LinkError } from "../host/unit/unit-link"
import { FileJournal } from "../host/update/journal"
import { packageParts } from "../host/update/package-parts"
import { type UpdateOutcome, updateUnit } from "../host/update/update-unit"
import { ExitStatus } from "./exit-status"
import { printJson } from "./print-json"
import { Progress } from "./progress"

/** Where grants are kept while an update is under way. */
const JOURNAL = ".devicescript/domovoi/updates"

interface UpdateCommandOptions {
    target: "sim" | "serial"
    ca: string
    crl?: string
    serial?: string
    unit?: string
    port?: string
    lastGood?: string
    yes?: boolean
    json?: boolean
}

/** @param finish takes the exit status if the command runs through */
export function updateCommand(finish: (status: ExitStatus) => void): Command {
    return new Command("update")
        .summary("bring an update to a unit, and follow it until it has proved itself")
        .description(
            "Offers a package, waits for the owner's answer, installs what the unit has granted, measures it, and follows its trial. Interrupted\n" +
                "anywhere and run again, it finishes. Exit status: 0 the new program runs, 1 it does not, 2 bad input.",
        )
        .argument("<package>", "what domovoi sign made (.suit)")
        .addOption(new Option("--target <kind>", "where the unit is").choices(["sim", "serial"]).default("sim"))
        .option("--ca <path>", "the manufacturer's authority: its folder, or its certificate in a file", "domovoi-ca")
        .option("--crl <file>", "the authority's revocation list, where --ca is a certificate")
        .option("--serial <number>", "the serial number that the unit has to have")
        .option("--unit <file>", "file of the simulated unit (sim; default: domovoi-units/SERIAL.json)")
        .option("--port <path>", "serial port (serial)")
        .option(
            "--last-good <package>",
            "package to go back to if the new program fails (default: the last that was confirmed)",
        )
        .option("--yes", "answer in the owner's place")
        .option("--json", "print one JSON object")
        .addHelpText("after", EXAMPLES)
        .action(
            async (file: string, { ca, crl, serial, lastGood, yes = false, json, ...where }: UpdateCommandOptions) => {
                const now = new Date()
                const parts = await packageParts(file, readInputFile(file))
                const back = lastGood === undefined ? undefined : await packageParts(lastGood, readInputFile(lastGood))
                const trust = await readTrust(ca, crl, now)
                const progress = new Progress(process.stderr)
                const outcome = await outcomeOf(
                    () => connect({ serial, ...where }),
                    link =>
                        updateUnit({
                            link,
                            parts,
                            lastGood: back,
                            policy: { ...trust, now, serial },
                            journal: new FileJournal(JOURNAL),
                            random: randomBytes,
                            consent: yes,
                            progress: (step, share) =>
                                progress.show(share === undefined ? step : `${step}: ${Math.floor(share * 100)} %`),
                        }),
                ).finally(() => progress.clear())
                if (json) printJson({ package: file, sha256: parts.sha256, ...outcome })
                else console.log(`${file}: ${TEXTS[outcome.outcome]}${outcome.refusal ? ` (${outcome.refusal})` : ""}`)
                finish(outcome.outcome === "confirmed" ? ExitStatus.Ok : ExitStatus.Failed)
            },
        )
}

const TEXTS: Record<Outcome["outcome"], string> = {
    confirmed: "installed and confirmed",
    refused: "refused, nothing was installed",
    reverted: "failed its trial, the last good program is back",
    failed: "failed its trial; the unit is safe and waits for its last good program, give it with --last-good or as the package",
    interrupted: "interrupted; run the command again to finish",
}

type Outcome = UpdateOutcome | { outcome: "interrupted"; refusal: "noAnswer"; detail: string }

async function outcomeOf(
    open: () => Promise<InstallLink>,
    update: (link: InstallLink) => Promise<UpdateOutcome>,
): Promise<Outcome> {
    try {
        const link = await open()
        return await update(link).finally(() => link.close())
    } catch (error) {
        if (error instanceof LinkError) return { outcome: "interrupted", refusal: "noAnswer", detail: error.message }
        throw error
    }
}

async function connect({
    target,
    serial,
    unit,
    port,
}: Pick<UpdateCommandOptions, "target" | "serial" | "unit" | "port">) {
    if (target === "serial") {
        if (!port) throw new InputError("--target serial needs --port, such as /dev/ttyACM0")
        return new RemoteUnit(await SerialBridge.open(port))
    }
    if (!unit && !serial) throw new InputError("which simulated unit? give --unit or --serial")
    return UnitFile.connect(unit ?? `domovoi-units/${serial}.json`)
}

const EXAMPLES = `
Examples:
  domovoi update v2.suit --serial GV-0001 --yes
  domovoi update v2.suit --serial GV-0001 --last-good v1.suit --json
  domovoi update v2.suit --target serial --port /dev/ttyACM0 --ca ca.pem --crl devices.crl`
