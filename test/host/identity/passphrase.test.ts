import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { CA_PASSPHRASE, choosePassphrase, readPassphrase } from "../../../src/host/identity/passphrase"
import { temporaryFolder } from "./factory"

const subject = CA_PASSPHRASE

const LONG = "correct horse battery"

function answering(...answers: string[]): (question: string) => Promise<string> {
    return async () => answers.shift()!
}

test("a file counts before the variable, and the variable before the terminal", async () => {
    const file = join(temporaryFolder(), "passphrase")
    writeFileSync(file, "from the file\r\nand a remark\n")
    const [variable, ask] = ["from the variable", answering("from the terminal")]
    expect(await readPassphrase({ subject, file, variable, ask })).toBe("from the file")
    expect(await readPassphrase({ subject, variable, ask })).toBe("from the variable")
    expect(await readPassphrase({ subject, ask })).toBe("from the terminal")
})

test("nowhere to get one from, or an empty one, is bad input", async () => {
    const complaint = "no passphrase: give --passphrase-file, set DOMOVOI_CA_PASSPHRASE, or run at a terminal"
    await expect(readPassphrase({ subject })).rejects.toThrow(complaint)
    await expect(readPassphrase({ subject, variable: "", ask: answering("not asked") })).rejects.toThrow(complaint)
    await expect(readPassphrase({ subject, ask: answering("") })).rejects.toThrow(complaint)
    await expect(readPassphrase({ subject, file: "nowhere" })).rejects.toThrow(
        "nowhere: the passphrase cannot be read: ENOENT",
    )
})

test("a new one has 12 characters, and a person gives it twice", async () => {
    expect(await choosePassphrase({ subject, ask: answering(LONG, LONG) })).toBe(LONG)
    expect(await choosePassphrase({ subject, variable: "twelve chars" })).toBe("twelve chars")
    await expect(choosePassphrase({ subject, ask: answering(LONG, "another one, too") })).rejects.toThrow(
        "the two passphrases differ",
    )
    await expect(choosePassphrase({ subject, variable: "eleven char" })).rejects.toThrow("give at least 12 characters")
})
