import { Command } from "commander"
import { copyProjectFiles } from "../host/project-files"
import { printLines } from "./lines"
import { printJson } from "./print-json"

interface InitOptions {
    board?: string
    force?: boolean
    json?: boolean
}

export function initCommand(): Command {
    return new Command("init")
        .description(
            "Copies the SDK's service specifications, and a board file if one is chosen, into the DeviceScript project in the working\n" +
                "directory: the compiler looks for them there and nowhere else. Run it again after an update of the SDK.",
        )
        .option("--board <id>", "a reference board, such as valve_pico")
        .option("--force", "overwrite files that differ")
        .option("--json", "print one JSON object")
        .addHelpText("after", EXAMPLES)
        .action(({ board, force, json }: InitOptions) => {
            const files = copyProjectFiles({ project: ".", board, force })
            if (json) printJson({ files })
            else for (const { path, outcome } of files) printLines(`${outcome}: ${path}`)
        })
}

const EXAMPLES = `
Examples:
  npx devs init && npm install devicescript-domovoi && npx domovoi init --board valve_pico
  npx domovoi init --force`
