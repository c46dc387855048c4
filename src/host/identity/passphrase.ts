import { readFileSync } from "node:fs"
import { InputError } from "../input-error"

export const PASSPHRASE_VARIABLE = "DOMOVOI_CA_PASSPHRASE"

/** Where a passphrase can come from; the first that is there counts. Never from an argument: any process could read it. */
export interface PassphraseSources {
    /** Its first line is the passphrase. */
    file?: string
    /** Value of `DOMOVOI_CA_PASSPHRASE`. */
    variable?: string
    /** Asks the person at the terminal, if there is one. */
    ask?: (question: string) => Promise<string>
}

/** @throws InputError if there is none */
export async function readPassphrase({ file, variable, ask }: PassphraseSources): Promise<string> {
    const passphrase = file !== undefined ? firstLineOf(file) : (variable ?? (await ask?.("Passphrase of the CA: ")))
    if (!passphrase)
        throw new InputError(`no passphrase: give --passphrase-file, set ${PASSPHRASE_VARIABLE}, or run at a terminal`)
    return passphrase
}

/**
 * Reads a passphrase for a new key; a person at a terminal gives it twice.
 * @throws InputError if there is none, it is short, or the two differ
 */
export async function choosePassphrase(sources: PassphraseSources): Promise<string> {
    const { ask } = sources
    const passphrase = await readPassphrase({ ...sources, ask: ask && (() => askTwice(ask)) })
    if ([...passphrase].length < MIN_CHARACTERS)
        throw new InputError(`the passphrase is short: give at least ${MIN_CHARACTERS} characters`)
    return passphrase
}

const MIN_CHARACTERS = 12

async function askTwice(ask: (question: string) => Promise<string>): Promise<string> {
    const passphrase = await ask(`New passphrase of the CA, at least ${MIN_CHARACTERS} characters: `)
    if ((await ask("The same again: ")) !== passphrase) throw new InputError("the two passphrases differ; start again")
    return passphrase
}

function firstLineOf(file: string): string {
    try {
        return readFileSync(file, "utf8").split(/\r?\n/, 1)[0]
    } catch (error) {
        throw new InputError(`${file}: the passphrase cannot be read: ${(error as Error).message}`)
    }
}
