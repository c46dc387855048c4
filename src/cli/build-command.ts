import { Command } from "commander"
import type { FeatureSizes } from "../host/build/feature-sizes"
import { buildFirmware } from "../host/build/firmware"
import { CODE_LIMIT, codeEnd } from "../host/image-header"
import { writeOutputFile } from "../host/output-file"
import { printLines } from "./lines"
import { printJson } from "./print-json"

interface BuildOptions {
    output?: string
    json?: boolean
    optimize: boolean
    sizes?: boolean
}

export function buildCommand(): Command {
    return new Command("build")
        .description(
            "Compiles a device. Equal sources give equal bytes. What -o names is replaced as a whole; links are followed, pipes and\n" +
                "character devices written to as they are.",
        )
        .argument("<device>", "name of a reference device, or path of a TypeScript file")
        .option("-o, --output <file>", "where to put the image (default: <device>.devs in the working directory)")
        .option("--no-optimize", "the bytes that `devs build` gives, in place of the same program in less code")
        .option(
            "--sizes",
            "say what each feature takes of the room for code, and what is left; also where it is too little",
        )
        .option("--json", "print one JSON object")
        .addHelpText("after", EXAMPLES)
        .action(async (device: string, { output, json, optimize, sizes }: BuildOptions) => {
            const found = sizes ? await sizesOf(device, optimize) : undefined
            if (found && !json) printLines(...sizeLines(found))
            const { image, ...firmware } = await buildFirmware(device, { optimised: optimize })
            const file = output ?? `${firmware.name}.devs`
            writeOutputFile(file, image)
            if (json) printJson({ ...firmware, file, bytes: image.length, codeEnd: codeEnd(image), sizes: found })
            else
                printLines(
                    `${file}: ${firmware.name} ${firmware.version}, ${image.length} bytes, code to ${codeEnd(image)} of ${CODE_LIMIT}, sha256 ${firmware.sha256}`,
                )
        })
}

async function sizesOf(device: string, optimised: boolean): Promise<FeatureSizes> {
    const { featureSizes } = await import("../host/build/feature-sizes")
    return await featureSizes(device, optimised)
}

function sizeLines({ features, left }: FeatureSizes): string[] {
    const line = (bytes: number, text: string) => `${String(bytes).padStart(8)}  ${text}`
    return [...features.map(({ feature, bytes }) => line(bytes, feature)), line(left, "left for code")]
}

const EXAMPLES = `
Examples:
  domovoi build gas-valve
  domovoi build src/main.ts --sizes
  domovoi build src/main.ts -o built/main.devs --json
  domovoi build src/main.ts --no-optimize`
