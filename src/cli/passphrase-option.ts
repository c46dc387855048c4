import { Option } from "commander"
import { PASSPHRASE_VARIABLE, type PassphraseSources } from "../host/identity/passphrase"
import { askSecret } from "./ask-secret"

export function passphraseOption(): Option {
    return new Option("--passphrase-file <file>", "file whose first line is the passphrase")
}

/** Where the passphrase can come from. */
export function passphraseSources(file: string | undefined): PassphraseSources {
    const ask = process.stdin.isTTY ? askSecret : undefined
    return { file, variable: process.env[PASSPHRASE_VARIABLE], ask }
}
