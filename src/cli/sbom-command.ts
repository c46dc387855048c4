import { Command } from "commander"
import { writeOutputFile } from "../host/output-file"
import { sbomOf } from "../host/package/sbom"
import { printLines } from "./lines"
import { jsonText, printJson } from "./print-json"

interface SbomOptions {
    output?: string
    json?: boolean
}

export function sbomCommand(): Command {
    return new Command("sbom")
        .description(
            "Builds a device and writes its bill of materials in CycloneDX 1.6. Equal sources give equal bills.",
        )
        .argument("<device>", "name of a reference device, or path of a TypeScript file")
        .option("-o, --output <file>", "where to put the bill (default: standard output)")
        .option("--json", "print one JSON object")
        .addHelpText("after", EXAMPLES)
        .action(async (device: string, { output, json }: SbomOptions) => {
            const sbom = await sbomOf(device)
            if (output === undefined) {
                process.stdout.write(`${jsonText(sbom, json ? undefined : 4)}\n`)
                return
            }
            writeOutputFile(output, `${jsonText(sbom, 4)}\n`)
            if (json) printJson({ file: output, components: sbom.components.length })
            else printLines(`${output}: ${sbom.components.length} components`)
        })
}

const EXAMPLES = `
Examples:
  domovoi sbom gas-valve -o gas-valve.cdx.json
  domovoi sbom src/main.ts | jq '.components[].name'`
