import { Command } from "commander"
import { boardOf } from "../host/board/board-of"
import { type HostClock, machineClock } from "../host/clock"
import type { Report } from "../host/conformance/report"
import { contradictionIn, lackingIn } from "../host/conformance/report/consistency"
import { differenceOf, type ReportDifference, type VerdictChange } from "../host/conformance/report/diff"
import { drawnCircuit, type EnclosedDrawing } from "../host/conformance/report/enclosures"
import { viewsOf, writeFiles } from "../host/conformance/report/files"
import { mergedReport } from "../host/conformance/report/merge"
import { readSbom } from "../host/conformance/report/sbom-file"
import { parseReport, readReport, reportJsonSchema, reportText } from "../host/conformance/report/schema"
import { SIGNATURE_FILE_BYTES, signaturePath, signatureRefusal, signReport } from "../host/conformance/report/sign"
import { VERDICT_WORDS } from "../host/conformance/report/verdict-words"
import { KEY_PASSPHRASE, readPassphrase } from "../host/identity/passphrase"
import { InputError } from "../host/input-error"
import { readInputFile } from "../host/input-file"
import { writeOutputFile } from "../host/output-file"
import { readKeyFile, trustedKeyOf, unlockKey } from "../host/package/signing-key"
import { sdkVersion } from "../host/sdk-root"
import { ExitStatus } from "./exit-status"
import { bold, green, type Line, printLines, red, yellow } from "./lines"
import { passphraseOption, passphraseSources } from "./passphrase-option"
import { jsonText, printJson } from "./print-json"

type Finish = (status: ExitStatus) => void

/** @param finish takes the exit status if the command runs through */
export function reportCommand(finish: Finish, clock: HostClock = machineClock): Command {
    return new Command("report")
        .addCommand(viewCommand())
        .addCommand(signCommand())
        .addCommand(verifyCommand(finish))
        .addCommand(diffCommand(finish))
        .addCommand(mergeCommand(clock))
        .addCommand(schemaCommand())
}

function viewCommand(): Command {
    return new Command("view")
        .summary("write a report as a page, JUnit XML, and a CSV a regime")
        .description(
            "Writes report.html, junit.xml and a CSV for each regime into a folder. The report itself stays as it is.",
        )
        .argument("<file>", "the report.json of domovoi conform")
        .requiredOption("-o, --output <folder>", "where the files go; it is made if it is not there")
        .option("--board <board>", "draw the circuit of this board into the page: a reference board, or a circuit file")
        .option("--drawing <file>", "another drawing of the circuit for the page, as SVG")
        .option("--sbom <file>", "CycloneDX bill of the firmware, for the page")
        .option("--json", "print one JSON object")
        .addHelpText("after", VIEW_EXAMPLES)
        .action(
            (
                file: string,
                { output, json, sbom, ...drawn }: Drawn & { output: string; sbom?: string; json?: boolean },
            ) => {
                const bytes = readInputFile(file)
                const report = parseReport(file, bytes)
                const views = viewsOf(report, bytes, {
                    drawing: drawingFor(report, drawn),
                    sbom: sbom === undefined ? undefined : readSbom(sbom),
                })
                const files = writeFiles(output, views)
                if (json) printJson({ folder: output, files })
                else printLines(`${output}: ${files.join(", ")}`)
            },
        )
}

interface Drawn {
    board?: string
    drawing?: string
}

function drawingFor({ declared }: Report, { board, drawing }: Drawn): EnclosedDrawing | undefined {
    if (board !== undefined && drawing !== undefined)
        throw new InputError("--board and --drawing both give the drawing: leave one out")
    if (drawing !== undefined) return { svg: readInputFile(drawing).toString(), file: drawing }
    if (board === undefined) return undefined
    const definition = boardOf(board)
    const { board: wanted } = declared.device
    if (definition.id !== wanted)
        throw new InputError(`--board: the report is of a device on ${wanted}, not ${definition.id}; give that board`)
    return drawnCircuit(definition)
}

function signCommand(): Command {
    return new Command("sign")
        .summary("sign a report with the laboratory's key")
        .description(
            "Signs the bytes of the file (COSE_Sign1, detached), and puts the signature beside it as FILE.cose.",
        )
        .argument("<file>", "the report.json of domovoi conform")
        .requiredOption("--key <file>", "key that domovoi keygen made")
        .option("-o, --output <file>", "where to put the signature (default: FILE.cose)")
        .addOption(passphraseOption())
        .option("--json", "print one JSON object")
        .addHelpText("after", SIGN_EXAMPLES)
        .action(
            async (
                file: string,
                options: { key: string; output?: string; passphraseFile?: string; json?: boolean },
            ) => {
                const { key, output = signaturePath(file), passphraseFile, json } = options
                const bytes = readInputFile(file)
                parseReport(file, bytes)
                const keyFile = readKeyFile(key)
                const passphrase = await readPassphrase(passphraseSources(KEY_PASSPHRASE, passphraseFile))
                writeOutputFile(output, await signReport(bytes, await unlockKey(key, keyFile, passphrase)))
                if (json) printJson({ file: output, keyId: keyFile.keyId, algorithm: keyFile.algorithm })
                else printLines(`${output}: signature of ${file} by ${keyFile.algorithm} key ${keyFile.keyId}`)
            },
        )
}

function verifyCommand(finish: Finish): Command {
    return new Command("verify")
        .summary("check who signed a report, and that its verdicts follow from its tests")
        .description(
            "Checks the signature over the bytes of the file, and judges its tests again by the rules of this suite, if it is of this version. A report\n" +
                "of a part of the tests that claims a class is refused. Exit status: 0 sound, 1 not, 2 bad input.",
        )
        .argument("<file>", "the report.json of domovoi conform")
        .requiredOption("--key <file>", "the laboratory's key, private or public")
        .option("--signature <file>", "the signature (default: FILE.cose)")
        .option("--json", "print one JSON object")
        .addHelpText("after", VERIFY_EXAMPLES)
        .action(async (file: string, options: { key: string; signature?: string; json?: boolean }) => {
            const { key, signature = signaturePath(file), json } = options
            const keyFile = readKeyFile(key)
            const bytes = readInputFile(file)
            const message = readInputFile(signature, SIGNATURE_FILE_BYTES)
            const refusal = await signatureRefusal(bytes, message, trustedKeyOf(keyFile))
            // What nobody answers for is not read further.
            const judged = refusal === "none" ? judgedAgain(parseReport(file, bytes)) : undefined
            if (json) printJson({ file, keyId: keyFile.keyId, refusal, ...judged })
            else printLines(...verdictLines(file, keyFile.keyId, refusal, judged))
            finish(judged && isSound(judged) ? ExitStatus.Ok : ExitStatus.Failed)
        })
}

interface Judged {
    suite: string
    /** Whether this suite judged the tests again: it is of the same version. */
    judgedAgain: boolean
    /** Where the report says something else than its tests. */
    contradiction?: string
    /** Tests of the suite that are not in it. */
    lacking: string[]
    /** Whether it is proved that one device with the declared program was tried: without that, nothing in it is met. */
    isSame: boolean
    classes: { class: 1 | 2; isMet: boolean }[]
}

function judgedAgain(report: Report): Judged {
    const { suite, classes, isSame } = report
    const isOurs = suite === sdkVersion()
    return {
        suite,
        judgedAgain: isOurs,
        contradiction: isOurs ? contradictionIn(report) : undefined,
        lacking: isOurs ? lackingIn(report) : [],
        isSame,
        classes: classes.map(({ class: of, isMet }) => ({ class: of, isMet })),
    }
}

/** A part of the tests is a sound report, and no ground to claim a class on. */
function isSound({ contradiction, lacking, classes }: Judged): boolean {
    return contradiction === undefined && (lacking.length === 0 || classes.every(({ isMet }) => !isMet))
}

function verdictLines(file: string, keyId: string, refusal: string, judged: Judged | undefined): Line[] {
    if (!judged) return [red(`${file}: refused: ${refusal}: the signature is not one of this file by key ${keyId}`)]
    const { suite, contradiction, lacking, isSame, classes } = judged
    const signed = green(`${file}: signed by key ${keyId}`)
    if (contradiction !== undefined) return [signed, red(`says of ${contradiction} something else than its tests do`)]
    return [
        signed,
        judged.judgedAgain
            ? green("its verdicts follow from its tests")
            : yellow(`made by suite ${suite}: its verdicts were not judged again; use that version to do so`),
        ...(isSame
            ? []
            : [red("it is not proved that one device with the declared program was tried: nothing is met")]),
        ...(lacking.length === 0
            ? []
            : [
                  yellow(
                      `a part: ${lacking.length} tests of the suite are not in it, and no class is to be claimed on it`,
                  ),
              ]),
        ...classes.map(({ class: of, isMet }) => `class ${of}: ${isMet ? "met" : "not met"}`),
    ]
}

function diffCommand(finish: Finish): Command {
    return new Command("diff")
        .summary("say which verdicts changed between two reports")
        .description(
            "Compares by class, control and test. Exit status: 0 nothing got worse, 1 something did, 2 bad input.",
        )
        .argument("<old>", "report.json of the earlier run")
        .argument("<new>", "report.json of the later run")
        .option("--json", "print one JSON object")
        .addHelpText("after", DIFF_EXAMPLES)
        .action((old: string, now: string, { json }: { json?: boolean }) => {
            const difference = differenceOf(readReport(old), readReport(now))
            if (json) printJson(difference)
            else printLines(...differenceLines(difference))
            finish(difference.isWorse ? ExitStatus.Failed : ExitStatus.Ok)
        })
}

function differenceLines({ runs, classes, controls, tests }: ReportDifference): Line[] {
    const lines: Line[] = [
        ...runs.map(({ what, old, new: now }) =>
            what === "declaration" ? "the declarations differ" : `${what}: ${old} before, ${now} now`,
        ),
        ...classes.map(({ class: of, new: isMet }) =>
            isMet ? green(`class ${of}: now met`) : red(`class ${of}: no longer met`),
        ),
        ...controls.map(changeLine),
        ...tests.map(changeLine),
    ]
    return controls.length + tests.length + classes.length > 0 ? lines : [...lines, "no verdict changed"]
}

const COLOURS = { better: green, worse: red, unclear: yellow }

function changeLine({ id, old, new: now, is }: VerdictChange): Line {
    return [bold(id), `: ${VERDICT_WORDS[old].word}, now ${VERDICT_WORDS[now].word}: `, COLOURS[is](is)]
}

function mergeCommand(clock: HostClock): Command {
    return new Command("merge")
        .summary("join the parts of one run")
        .description(
            "Joins reports that domovoi conform --shard made of one run (same device, program, declaration, suite and seed) and judges controls and\n" +
                "classes again. A test of the suite that is in none of them is not assessed.",
        )
        .argument("<file...>", "the report.json of each part")
        .requiredOption("-o, --output <file>", "where to put the whole")
        .option("--json", "print one JSON object")
        .addHelpText("after", MERGE_EXAMPLES)
        .action((files: string[], { output, json }: { output: string; json?: boolean }) => {
            const parts = files.map(path => ({ path, report: readReport(path) }))
            const report = mergedReport(parts, sdkVersion(), clock())
            writeOutputFile(output, reportText(report))
            const met = report.classes.filter(({ isMet }) => isMet).map(({ class: of }) => of)
            if (json) printJson({ file: output, parts: files.length, tests: report.results.length, classesMet: met })
            else
                printLines(
                    `${output}: ${report.results.length} tests of ${files.length} parts; classes met: ${met.join(", ") || "none"}`,
                )
        })
}

function schemaCommand(): Command {
    return new Command("schema")
        .summary("print the JSON Schema of reports")
        .description("Prints what a report.json may hold, as JSON Schema (draft 2020-12).")
        .option("--json", "print one JSON object")
        .addHelpText("after", SCHEMA_EXAMPLES)
        .action(({ json }: { json?: boolean }) => {
            if (json) printJson(reportJsonSchema())
            else printLines(...jsonText(reportJsonSchema(), 4).split("\n"))
        })
}

const VIEW_EXAMPLES = `
Examples:
  domovoi report view out/report.json -o out
  domovoi report view out/report.json -o out --board valve_pico --sbom gas-valve.cdx.json
  domovoi report view out/report.json -o out --drawing valve-as-built.svg --json`

const SIGN_EXAMPLES = `
Examples:
  domovoi keygen -o lab.key
  domovoi report sign out/report.json --key lab.key --passphrase-file ~/.lab-passphrase`

const VERIFY_EXAMPLES = `
Examples:
  domovoi report verify out/report.json --key lab.key.pub
  domovoi report verify report.json --signature received.cose --key lab.key.pub --json`

const DIFF_EXAMPLES = `
Examples:
  domovoi report diff v1/report.json v2/report.json
  domovoi report diff v1/report.json v2/report.json --json | jq '.tests[] | select(.is == "worse")'`

const MERGE_EXAMPLES = `
Examples:
  domovoi report merge part1/report.json part2/report.json -o report.json`

const SCHEMA_EXAMPLES = `
Examples:
  domovoi report schema > conformance-report.schema.json`
