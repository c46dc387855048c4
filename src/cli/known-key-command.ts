import { Command } from "commander"
import { writeOutputFile } from "../host/output-file"
import { knownKeyModuleOf } from "../host/package/known-key"
import { printLines } from "./lines"
import { printJson } from "./print-json"

interface KnownKeyOptions {
    output: string
    json?: boolean
}

export function knownKeyCommand(): Command {
    return new Command("known-key")
        .summary("make a key part of a program that verifies in half the time")
        .description(
            "Writes the public half of an EdDSA or ES256 key as a module of device code, with a table of its multiples: 3 KB of flash, no code.\n" +
                "A device whose updater is given eddsaOf([KEY]) or es256Of([KEY]) verifies that key's signatures in half the time.",
        )
        .argument("<key>", "file of domovoi keygen, or its .pub")
        .requiredOption("-o, --output <file>", "where to put the module")
        .option("--json", "print one JSON object")
        .addHelpText("after", EXAMPLES)
        .action((keyFile: string, { output, json }: KnownKeyOptions) => {
            const { algorithm, keyId, module } = knownKeyModuleOf(keyFile)
            writeOutputFile(output, module)
            if (json) printJson({ file: output, algorithm, keyId })
            else printLines(`${output}: ${algorithm} key ${keyId}`)
        })
}

const EXAMPLES = `
Examples:
  domovoi known-key release.key.pub -o src/release-key.ts`
