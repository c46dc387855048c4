import { Command, InvalidArgumentError } from "commander"
import { InputError } from "../host/input-error"
import { type KeptFile, keptFilesOf, removeAll } from "../host/unit/forget"
import { ExitStatus } from "./exit-status"
import { JOURNAL } from "./journal"
import { printLines } from "./lines"
import { printJson } from "./print-json"
import { parseSerial, simulatedUnitFile } from "./unit-options"

interface ForgetOptions {
    serial?: string
    chip?: string
    unit?: string
    yes?: boolean
    json?: boolean
}

/** @param finish takes the exit status if the command runs through */
export function forgetCommand(finish: (status: ExitStatus) => void): Command {
    return new Command("forget")
        .description(
            "Finds what commands run in this folder have kept of one unit: the simulated unit, a bundle for the factory, updates under way, the last\n" +
                "good package, its policy, logs and witnesses. Lists it, and removes it with --yes. What the maker keeps beside the authority stays.\n" +
                "Exit status: 0 nothing of it is left, 1 something is, 2 bad input.",
        )
        .option("--serial <number>", "the unit's serial number", parseSerial)
        .option("--chip <hex>", "identifier of its chip, 16 hex digits, as domovoi doctor --json tells it", parseChip)
        .option("--unit <file>", "file of the simulated unit (default: domovoi-units/SERIAL.json)")
        .option("--yes", "remove what was found")
        .option("--json", "print one JSON object")
        .addHelpText("after", EXAMPLES)
        .action(({ serial, chip, unit, yes = false, json }: ForgetOptions) => {
            if (!serial && !chip && !unit) throw new InputError("which unit? give --serial, --chip or --unit")
            const unitFile = unit ?? (serial && simulatedUnitFile(undefined, serial))
            const kept = keptFilesOf({ serial, chip, unitFile, journal: JOURNAL, folder: "." })
            if (yes) removeAll(kept)
            if (json) printJson({ removed: yes, files: kept.map(({ path, what }) => ({ path, what })) })
            else printLines(...linesOf(kept, yes))
            finish(yes || kept.length === 0 ? ExitStatus.Ok : ExitStatus.Failed)
        })
}

function linesOf(kept: readonly KeptFile[], removed: boolean): string[] {
    if (kept.length === 0) return ["nothing is kept of this unit here"]
    const files = kept.map(({ path, what }) => `${removed ? "removed  " : "kept     "}${path}: ${what}`)
    return removed ? files : [...files, "nothing was removed; run again with --yes to remove these files"]
}

function parseChip(text: string): string {
    if (!/^[0-9a-f]{16}$/i.test(text)) throw new InvalidArgumentError("a chip has 16 hex digits.")
    return text.toLowerCase()
}

const EXAMPLES = `
Examples:
  domovoi forget --serial GV-0001
  domovoi forget --serial GV-0001 --chip e6614c311b7e6f2a --yes
  domovoi forget --unit lab/valve.json --yes --json`
