import { Command, InvalidArgumentError, Option } from "commander"
import { type HostClock, machineClock, requireClock } from "../host/clock"
import { type CaDescription, describeCa } from "../host/identity/ca-description"
import { createCaFolder, openCaFolder, unlockCa } from "../host/identity/ca-folder"
import { keepNewestList, momentsOf } from "../host/identity/ca-moments"
import { KEY_ALGORITHMS, type KeyAlgorithm } from "../host/identity/key-algorithm"
import { CA_PASSPHRASE, choosePassphrase, readPassphrase } from "../host/identity/passphrase"
import { makeCrl, REVOCATION_REASONS, type RevocationReason } from "../host/identity/revocation"
import { UnitRegister } from "../host/identity/unit-register"
import { writeOutputFile } from "../host/output-file"
import { clockIsRightOption } from "./clock-option"
import { printLines } from "./lines"
import { passphraseOption, passphraseSources } from "./passphrase-option"
import { printJson } from "./print-json"
import { parseSerial } from "./unit-options"

export function caCommand(clock: HostClock = machineClock): Command {
    return new Command("ca")
        .description(
            "Keeps a certificate authority in a folder. Its private key is encrypted under a passphrase, which comes from\n" +
                `--passphrase-file, from the environment variable ${CA_PASSPHRASE.variable}, or from a person at the terminal.`,
        )
        .addCommand(initCommand(clock))
        .addCommand(showCommand())
        .addCommand(revokeCommand(clock))
        .addCommand(crlCommand(clock))
        .addHelpText("after", EXAMPLES)
        .allowExcessArguments()
        .action((_options, command: Command) => {
            const [unknown] = command.args
            if (unknown === undefined) command.help()
            else command.error(`unknown command 'ca ${unknown}'`)
        })
}

/** Options of every command here. */
interface CaOptions {
    dir: string
    json?: boolean
}

interface InitOptions extends CaOptions {
    name: string
    algorithm: KeyAlgorithm
    years?: number
    passphraseFile?: string
    clockIsRight?: boolean
}

function initCommand(clock: HostClock): Command {
    return caSubcommand("init", "make an authority")
        .description("Makes a key and a certificate. An authority that is there already is never overwritten.")
        .option("--name <name>", "the manufacturer's name, which stands in every certificate", "Unnamed maker")
        .addOption(new Option("--algorithm <name>", "kind of its key").choices(KEY_ALGORITHMS).default("p256"))
        .option("--years <number>", "how long its certificate is valid (default: for ever)", parseCount)
        .addOption(passphraseOption())
        .addOption(clockIsRightOption())
        .addHelpText("after", INIT_EXAMPLES)
        .action(async ({ dir, name, algorithm, years, passphraseFile, clockIsRight, json }: InitOptions) => {
            const now = clock()
            requireClock(now, [], clockIsRight)
            const passphrase = await choosePassphrase(passphraseSources(CA_PASSPHRASE, passphraseFile))
            const ca = await createCaFolder(dir, passphrase, { name, algorithm, years, now })
            tell(describeCa(ca), json)
        })
}

function showCommand(): Command {
    return caSubcommand("show", "say what an authority is, and what it has done")
        .option("--pem", "print its certificate for other programs, and nothing else")
        .addHelpText("after", SHOW_EXAMPLES)
        .action(({ dir, pem, json }: CaOptions & { pem?: boolean }) => {
            const ca = openCaFolder(dir)
            if (pem) process.stdout.write(`${ca.certificate.toString("pem")}\n`)
            else tell(describeCa(ca), json)
        })
}

function revokeCommand(clock: HostClock): Command {
    return caSubcommand("revoke", "declare a unit's certificate void, for good")
        .description("Records that a unit's certificate no longer counts. A second time changes nothing.")
        .argument("<serial>", "serial number of the unit", parseSerial)
        .addOption(new Option("--reason <name>", "why").choices(REVOCATION_REASONS).default("unspecified"))
        .addOption(clockIsRightOption())
        .addHelpText("after", REVOKE_EXAMPLES)
        .action((serial: string, { dir, reason, clockIsRight, json }: RevokeOptions) => {
            const now = clock()
            const folder = openCaFolder(dir)
            requireClock(now, momentsOf(folder), clockIsRight)
            const revocation = new UnitRegister(folder).revoke(serial, reason, now)
            if (json) printJson({ serial, ...revocation })
            else printLines(`${serial}: revoked at ${revocation.at.toISOString()} (${revocation.reason})`)
        })
}

interface RevokeOptions extends CaOptions {
    reason: RevocationReason
    clockIsRight?: boolean
}

interface CrlOptions extends CaOptions {
    output: string
    days: number
    passphraseFile?: string
    clockIsRight?: boolean
}

function crlCommand(clock: HostClock): Command {
    return caSubcommand("crl", "write the list of revoked certificates")
        .description("Writes an X.509 revocation list (DER), signed by the authority.")
        .requiredOption("-o, --output <file>", "where to put the list")
        .option("--days <number>", "how long the list is current", parseCount, 30)
        .addOption(passphraseOption())
        .addOption(clockIsRightOption())
        .addHelpText("after", CRL_EXAMPLES)
        .action(async ({ dir, output, days, passphraseFile, clockIsRight, json }: CrlOptions) => {
            const now = clock()
            const folder = openCaFolder(dir)
            requireClock(now, momentsOf(folder), clockIsRight)
            const ca = await unlockCa(folder, await readPassphrase(passphraseSources(CA_PASSPHRASE, passphraseFile)))
            const revocations = new UnitRegister(folder).revocations()
            const list = await makeCrl(ca, { revocations, now, days })
            writeOutputFile(output, list)
            keepNewestList(folder, list)
            if (json) printJson({ file: output, revoked: revocations.length })
            else printLines(`${output}: ${revocations.length} revoked, current for ${days} days`)
        })
}

function caSubcommand(name: string, summary: string): Command {
    return new Command(name)
        .summary(summary)
        .option("--dir <folder>", "where the authority is kept", "domovoi-ca")
        .option("--json", "print one JSON object")
}

function tell(ca: CaDescription, json: boolean | undefined): void {
    if (json) printJson(ca)
    else
        printLines(
            ca.subject,
            `key          ${ca.algorithm}`,
            `fingerprint  ${ca.fingerprint} (SHA-256 of the certificate)`,
            `valid        from ${ca.notBefore.toISOString()} until ${ca.notAfter.toISOString()}`,
            `units        ${ca.issued} certified, ${ca.revoked} of them revoked`,
        )
}

function parseCount(text: string): number {
    if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError("give a whole number from 1 to 999.")
    return Number(text)
}

const INIT_EXAMPLES = `
Examples:
  domovoi ca init --name "Hearth Works"
  domovoi ca init --dir pilot-ca --algorithm ed25519 --years 30 --passphrase-file ~/.pilot-passphrase`
const SHOW_EXAMPLES = `
Examples:
  domovoi ca show --json | jq .fingerprint
  domovoi ca show --pem > ca.pem`
const REVOKE_EXAMPLES = `
Examples:
  domovoi ca revoke DB-0042 --reason keyCompromise`
const CRL_EXAMPLES = `
Examples:
  domovoi ca crl -o devices.crl --days 7
  openssl crl -inform DER -in devices.crl -noout -text`
const EXAMPLES = `
Examples:
  domovoi ca init --name "Hearth Works"
  domovoi ca show
  domovoi ca revoke DB-0042 --reason keyCompromise
  domovoi ca crl -o devices.crl`
