import { Command } from "commander"
import { MAX_FILE_BYTES, readInputFile } from "../host/input-file"
import { type Inspection, inspectPackage } from "../host/package/inspect"
import type { OutlineItem } from "../host/package/outline"
import { readKeyFile, trustedKeyOf } from "../host/package/signing-key"
import { ExitStatus } from "./exit-status"
import { bold, green, type Line, printLines, red, yellow } from "./lines"
import { printJson } from "./print-json"

interface InspectOptions {
    key: string[]
    json?: boolean
}

/** @param finish takes the exit status if the command runs through */
export function inspectCommand(finish: (status: ExitStatus) => void): Command {
    return new Command("inspect")
        .description(
            "Shows a SUIT envelope, and what the device's own code says to it. Exit status: 0 if a device would take it, 1 if not, 2 for bad\n" +
                "input.",
        )
        .argument("<file>", "the package")
        .option("--key <file>", "key that has to have signed it, private or public; may be given again", collect, [])
        .option("--json", "print one JSON object")
        .addHelpText("after", EXAMPLES)
        .action(async (path: string, { key, json }: InspectOptions) => {
            const keys = key.map(file => trustedKeyOf(readKeyFile(file)))
            const inspection = await inspectPackage(path, readInputFile(path, MAX_FILE_BYTES.package), keys)
            if (json) printJson(inspection)
            else printLines(...linesOf(path, inspection))
            finish(inspection.verdict.refusal === "none" ? ExitStatus.Ok : ExitStatus.Failed)
        })
}

function linesOf(path: string, inspection: Inspection): Line[] {
    const { bytes, manifestBytes, digestMatches, signatures, members, manifest, verdict } = inspection
    return [
        bold(`${path}: SUIT envelope of ${bytes} bytes`),
        ...members.map(({ key, bytes }) => `member ${key}: ${bytes} bytes`),
        ...signatures.map(
            ({ kind, algorithm, keyId, bytes }) =>
                `signature: ${kind}, ${algorithm}, ${keyId === undefined ? "no key named" : `key ${keyId}`}, ${bytes} bytes`,
        ),
        [`manifest: ${manifestBytes} bytes, `, digestMatches ? "as signed" : red("not the one that is signed")],
        ...outlineLines(manifest, "  "),
        ...(inspection.programNumber === undefined ? [] : [`program: calls itself ${inspection.programNumber}`]),
        verdictLine(verdict),
    ]
}

function outlineLines(items: readonly OutlineItem[], indent: string): string[] {
    return items.flatMap(({ name, value, items }) => [
        `${indent}${name}${value === undefined ? "" : `: ${value}`}`,
        ...outlineLines(items ?? [], `${indent}  `),
    ])
}

function verdictLine({ refusal, at, authentic }: Inspection["verdict"]): Line {
    if (refusal !== "none") return red(`refused: ${refusal}, at byte ${at}`)
    return authentic
        ? green("sound, and signed by every key given")
        : yellow("sound; signatures were not checked, as no --key was given")
}

function collect(file: string, files: string[]): string[] {
    return [...files, file]
}

const EXAMPLES = `
Examples:
  domovoi inspect v7.suit
  domovoi inspect v7.suit --key release.key.pub --key release-pq.key.pub
  domovoi inspect v7.suit --json | jq .verdict.refusal`
