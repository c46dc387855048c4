import { isUtf8 } from "node:buffer"
import { readBoundedFile } from "../../../simulators/bounded-file"
import { InputError } from "../input-error"
import { MAX_FILE_BYTES } from "../input-file"

/** What a passphrase protects: how it is called in questions, and the environment variable that may hold it. */
export interface PassphraseSubject {
    name: string
    variable: string
}

export const CA_PASSPHRASE: PassphraseSubject = { name: "the CA", variable: "DOMOVOI_CA_PASSPHRASE" }
export const KEY_PASSPHRASE: PassphraseSubject = { name: "the signing key", variable: "DOMOVOI_KEY_PASSPHRASE" }

/** Where a passphrase can come from; the first that is there counts. Never from an argument: any process could read it. */
export interface PassphraseSources {
    subject: PassphraseSubject
    /** Its first line is the passphrase. */
    file?: string
    /** Value of the environment variable. */
    variable?: string
    /** Asks the person at the terminal, if there is one. */
    ask?: (question: string) => Promise<string>
}

/** @throws InputError if there is none */
export async function readPassphrase({ subject, file, variable, ask }: PassphraseSources): Promise<string> {
    const passphrase =
        file !== undefined ? firstLineOf(file) : (variable ?? (await ask?.(`Passphrase of ${subject.name}: `)))
    if (!passphrase)
        throw new InputError(`no passphrase: give --passphrase-file, set ${subject.variable}, or run at a terminal`)
    return passphrase
}

/**
 * Reads a passphrase for a new key; a person at a terminal gives it twice.
 * @throws InputError if there is none, it is short, or the two differ
 */
export async function choosePassphrase(sources: PassphraseSources): Promise<string> {
    const { ask, subject } = sources
    const passphrase = await readPassphrase({ ...sources, ask: ask && (() => askTwice(ask, subject.name)) })
    if ([...passphrase].length < MIN_CHARACTERS)
        throw new InputError(`the passphrase is short: give at least ${MIN_CHARACTERS} characters`)
    return passphrase
}

const MIN_CHARACTERS = 12

async function askTwice(ask: (question: string) => Promise<string>, name: string): Promise<string> {
    const passphrase = await ask(`New passphrase of ${name}, at least ${MIN_CHARACTERS} characters: `)
    if ((await ask("The same again: ")) !== passphrase) throw new InputError("the two passphrases differ; start again")
    return passphrase
}

function firstLineOf(file: string): string {
    const bytes = bytesOf(file)
    const [line] = bytes.toString().split(/\r?\n/, 1)
    // What is no text is read as another one, and a key would stand under what nobody knows.
    if (!isUtf8(bytes) || /\p{Cc}/u.test(line))
        throw new InputError(`${file}: its first line is no passphrase: give a text file, without control characters`)
    return line
}

function bytesOf(file: string): Buffer {
    try {
        return readBoundedFile(file, MAX_FILE_BYTES.passphrase)
    } catch (error) {
        throw new InputError(`${file}: the passphrase cannot be read: ${(error as Error).message}`)
    }
}
