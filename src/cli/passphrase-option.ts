import { Option } from "commander"
import type { PassphraseSources, PassphraseSubject } from "../host/identity/passphrase"
import { askSecret } from "./ask-secret"

export function passphraseOption(): Option {
    return new Option("--passphrase-file <file>", "file whose first line is the passphrase")
}

/** Where the passphrase can come from. */
export function passphraseSources(subject: PassphraseSubject, file: string | undefined): PassphraseSources {
    const ask = process.stdin.isTTY ? askSecret : undefined
    return { subject, file, variable: process.env[subject.variable], ask }
}
