import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { forgetCommand } from "../../../src/cli/forget-command"
import { logCommand } from "../../../src/cli/log-command"
import { takeLock } from "../../../src/host/lock-file"
import { FileJournal } from "../../../src/host/update/file-journal"
import { inFolderOfValve, runHere } from "../kept-valve"
import { UNIT_ID } from "../update/releases"

const path = inFolderOfValve()
const JOURNAL = ".devicescript/domovoi/updates"
const SERIAL = `SIM-${UNIT_ID.toUpperCase()}`
const OTHER = "fedcba9876543210"

const forget = (...argv: string[]) => runHere(forgetCommand, ...argv)

/** Lets a host keep what it keeps of a unit, and of another. */
async function lived(): Promise<void> {
    const pull = ["pull", "-o", "home.log", "--unit", "unit.json", "--ca", "ca.der", "--witness", "home.witness"]
    expect((await runHere(logCommand, ...pull)).status).toBe(0)
    const journal = new FileJournal(JOURNAL)
    for (const chip of [UNIT_ID, OTHER]) {
        journal.keepLastGood(chip, Buffer.from("package"))
        journal.keepPolicy(chip, Buffer.from("policy"))
    }
    writeFileSync(path("notes.txt"), "of somebody else")
}

const OF_UNIT = [`${JOURNAL}/${UNIT_ID}.policy`, `${JOURNAL}/${UNIT_ID}.suit`, "home.log", "home.witness", "unit.json"]

describe("domovoi forget", () => {
    test("lists all that is kept of the unit, and nothing else, and removes nothing unasked", async () => {
        await lived()
        const { status, printed } = await forget("--unit", "unit.json", "--serial", SERIAL, "--json")
        expect(status).toBe(1)
        expect(JSON.parse(printed)).toMatchObject({ removed: false, files: OF_UNIT.map(path => ({ path })) })
        for (const file of OF_UNIT) expect(existsSync(path(file)), file).toBe(true)
    })

    test("removes it, and leaves what is another's", async () => {
        await lived()
        const { status, printed } = await forget("--unit", "unit.json", "--serial", SERIAL, "--yes")
        expect(status).toBe(0)
        for (const file of OF_UNIT) {
            expect(printed).toMatch(`removed  ${file}: `)
            expect(existsSync(path(file)), file).toBe(false)
        }
        expect(readdirSync(path(JOURNAL))).toEqual([`${OTHER}.policy`, `${OTHER}.suit`])
        expect(existsSync(path("notes.txt"))).toBe(true)
        const again = await forget("--unit", "unit.json", "--serial", SERIAL)
        expect([again.status, again.printed]).toEqual([0, "nothing is kept of this unit here\n"])
    })

    test("finds a chip's files without its serial number, and removes a folder that is empty then", async () => {
        await lived()
        await forget("--chip", UNIT_ID, "--yes")
        const { status } = await forget("--chip", OTHER.toUpperCase(), "--yes")
        expect(status).toBe(0)
        expect(existsSync(path(JOURNAL))).toBe(false)
        expect(existsSync(path("unit.json"))).toBe(true)
    })

    test("finds a bundle for the factory, whose memory holds the private key", async () => {
        mkdirSync(path("domovoi-units/GV-9"), { recursive: true })
        writeFileSync(path("domovoi-units/GV-9/fram.bin"), "key")
        const { printed } = await forget("--serial", "GV-9", "--yes")
        expect(printed).toMatch(/removed {2}domovoi-units\/GV-9\/fram\.bin: .*private key/)
        expect(existsSync(path("domovoi-units/GV-9"))).toBe(false)
    })

    test("removes nothing that a command is at work on", async () => {
        const release = takeLock(path("unit.json"))
        await expect(forget("--unit", "unit.json", "--yes")).rejects.toThrow("is at work on it")
        release()
        expect(existsSync(path("unit.json"))).toBe(true)
    })

    test("removes nothing at all while an update of the chip is under way, or a command is at work on one of the files", async () => {
        await lived()
        for (const busy of [`${JOURNAL}/${UNIT_ID}`, "unit.json"]) {
            const release = takeLock(path(busy))
            await expect(forget("--unit", "unit.json", "--serial", SERIAL, "--yes")).rejects.toThrow("is at work on it")
            release()
            for (const file of OF_UNIT) expect(existsSync(path(file)), `${busy}: ${file}`).toBe(true)
        }
        expect((await forget("--unit", "unit.json", "--serial", SERIAL, "--yes")).status).toBe(0)
    })

    test("wants to know which unit", async () => {
        await expect(forget()).rejects.toThrow("which unit?")
        await expect(forget("--chip", "12")).rejects.toThrow("16 hex digits")
    })
})
