import { randomBytes } from "node:crypto"
import { Command, Option } from "commander"
import { choosePassphrase, KEY_PASSPHRASE } from "../host/identity/passphrase"
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from "../host/package/algorithms"
import { makeKey, publicPart, saveKey } from "../host/package/signing-key"
import { printLines } from "./lines"
import { passphraseOption, passphraseSources } from "./passphrase-option"
import { printJson } from "./print-json"

interface KeygenOptions {
    output: string
    algorithm: SignatureAlgorithm
    passphraseFile?: string
    json?: boolean
}

export function keygenCommand(): Command {
    return new Command("keygen")
        .description(
            "Makes a key: FILE holds it, the private half encrypted under a passphrase, and FILE.pub the public half alone. For updates\n" +
                "that shall be trusted for decades make two, EdDSA and SLH-DSA-SHA2-128s, and demand both signatures.",
        )
        .requiredOption("-o, --output <file>", "where to put the key")
        .addOption(
            new Option("--algorithm <name>", "what it signs with").choices(SIGNATURE_ALGORITHMS).default("EdDSA"),
        )
        .addOption(passphraseOption())
        .option("--json", "print one JSON object")
        .addHelpText("after", EXAMPLES)
        .action(async ({ output, algorithm, passphraseFile, json }: KeygenOptions) => {
            const key = await makeKey(
                algorithm,
                await choosePassphrase(passphraseSources(KEY_PASSPHRASE, passphraseFile)),
                randomBytes,
            )
            saveKey(output, key)
            if (json) printJson({ file: output, ...publicPart(key) })
            else printLines(`${output}: ${algorithm} key ${key.keyId}`)
        })
}

const EXAMPLES = `
Examples:
  domovoi keygen -o release.key
  domovoi keygen -o release-pq.key --algorithm SLH-DSA-SHA2-128s --passphrase-file ~/.release-passphrase`
