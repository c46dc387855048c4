import { Command, InvalidArgumentError } from "commander"
import { KEY_PASSPHRASE, readPassphrase } from "../host/identity/passphrase"
import { MAX_FILE_BYTES, readInputFile } from "../host/input-file"
import { writeOutputFile } from "../host/output-file"
import { encodeEnvelope, signEnvelope } from "../host/package/envelope"
import { makePackage, type PackageOptions, packageWarnings } from "../host/package/make-package"
import { readKeyFile, unlockKey } from "../host/package/signing-key"
import { complain, printLines } from "./lines"
import { passphraseOption, passphraseSources } from "./passphrase-option"
import { printJson } from "./print-json"
import { textOption } from "./text-option"

/** RFC 1035 §2.3.4. */
const DOMAIN_CHARACTERS = 253
const NAME_CHARACTERS = 64
/** With the others, it goes into the texts of a manifest. */
const DESCRIPTION_CHARACTERS = 1500

interface SignOptions extends PackageOptions {
    output: string
    key: string
    passphraseFile?: string
    json?: boolean
}

export function signCommand(): Command {
    return new Command("sign")
        .description(
            "Makes a SUIT envelope around an image that domovoi build made, or one that brings a trust policy (JSON), and signs it. Of a\n" +
                "package it makes one with one more signature.",
        )
        .argument("<file>", "image (.devs), policy (.json) or package (.suit)")
        .requiredOption("-o, --output <file>", "where to put the package")
        .requiredOption("--key <file>", "key that domovoi keygen made")
        .option(
            "--sequence <number>",
            "sequence number, as the program has it: devices take only higher ones",
            parseSequence,
        )
        .option("--vendor <domain>", "the vendor's domain name", textOption(DOMAIN_CHARACTERS))
        .option("--model <name>", "the vendor's name of the device", textOption(NAME_CHARACTERS))
        .option("--board <id>", "identifier of the board file", textOption(NAME_CHARACTERS))
        .option("--release <name>", "what the release is called", textOption(NAME_CHARACTERS))
        .option("--update <text>", "what the update does", textOption(DESCRIPTION_CHARACTERS))
        .addOption(passphraseOption())
        .option("--json", "print one JSON object")
        .addHelpText("after", EXAMPLES)
        .action(async (path: string, { output, key, passphraseFile, json, ...options }: SignOptions) => {
            const parts = makePackage(path, readInputFile(path, MAX_FILE_BYTES.package), options)
            const keyFile = readKeyFile(key)
            const signer = await unlockKey(
                key,
                keyFile,
                await readPassphrase(passphraseSources(KEY_PASSPHRASE, passphraseFile)),
            )
            const bytes = encodeEnvelope(await signEnvelope(parts, signer))
            writeOutputFile(output, bytes)
            const signatures = parts.blocks.length + 1
            const warnings = packageWarnings(parts)
            for (const warning of warnings) complain(`${output}: ${warning}`)
            if (json) printJson({ file: output, bytes: bytes.length, signatures, keyId: keyFile.keyId, warnings })
            else printLines(`${output}: ${bytes.length} bytes, ${signatures} signature${signatures > 1 ? "s" : ""}`)
        })
}

function parseSequence(text: string): number {
    if (!/^[1-9]\d{0,9}$/.test(text) || Number(text) > 0xffff_ffff)
        throw new InvalidArgumentError("a sequence number is a whole number from 1 to 4294967295.")
    return Number(text)
}

const EXAMPLES = `
Examples:
  domovoi sign gas-valve.devs -o v7.suit --key release.key --sequence 7 --vendor example.com --model gas-valve --board valve_pico
  domovoi sign v7.suit -o v7.suit --key release-pq.key
  domovoi sign policy.json -o policy2.suit --key release.key --sequence 2 --vendor example.com --model gas-valve`
