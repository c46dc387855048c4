import { appendFileSync, readFileSync, truncateSync } from "node:fs"
import { expect, test } from "vitest"
import { fingerprint } from "../../../src/host/identity/fingerprint"
import { type ManufactureEntry, ManufactureLog } from "../../../src/host/identity/manufacture-log"
import { DOORBELL, NOW, temporaryFolder } from "./factory"

function entry(serial: string): ManufactureEntry {
    return {
        ...DOORBELL,
        serial,
        algorithm: "p256",
        publicKeySha256: fingerprint(Buffer.from(`key of ${serial}`)),
        certificateSha256: fingerprint(Buffer.from(`certificate of ${serial}`)),
        firmwareSha256: fingerprint(Buffer.from("firmware")),
        at: NOW.toISOString(),
    }
}

test("a unit is one line of JSON, in the order they were made", () => {
    const log = new ManufactureLog(temporaryFolder())
    expect(log.read()).toEqual({ entries: [], unreadableLines: [] })
    for (const serial of ["B", "A"]) expect(log.append(entry(serial))).toBe(true)
    expect(log.read()).toEqual({ entries: [entry("B"), entry("A")], unreadableLines: [] })
    expect(readFileSync(log.path, "utf8")).toBe(`${JSON.stringify(entry("B"))}\n${JSON.stringify(entry("A"))}\n`)
})

test("a serial number is there once, whoever adds it again", () => {
    const folder = temporaryFolder()
    const log = new ManufactureLog(folder)
    log.append(entry("A"))
    expect(new ManufactureLog(folder).append({ ...entry("A"), at: new Date().toISOString() })).toBe(false)
    // Two processes that look at the same moment: the first line counts.
    appendFileSync(log.path, `${JSON.stringify({ ...entry("A"), model: "Later" })}\n`)
    expect(log.read()).toEqual({ entries: [entry("A")], unreadableLines: [] })
})

test("nothing goes into it that is not public", () => {
    const log = new ManufactureLog(temporaryFolder())
    expect(() => log.append({ ...entry("A"), pairingSecret: "00" } as ManufactureEntry)).toThrow("pairingSecret")
    expect(log.read().entries).toEqual([])
})

test("a line that was cut short anywhere spoils no other, and its unit can be added again", () => {
    const line = `${JSON.stringify(entry("B"))}\n`
    for (let kept = 0; kept <= line.length; kept += 7) {
        const log = new ManufactureLog(temporaryFolder())
        log.append(entry("A"))
        const whole = readFileSync(log.path).length
        log.append(entry("B"))
        truncateSync(log.path, whole + kept)

        log.append(entry("B"))
        log.append(entry("C"))
        const { entries, unreadableLines } = log.read()
        expect(entries).toEqual([entry("A"), entry("B"), entry("C")])
        expect(unreadableLines).toEqual(kept > 0 && kept < line.length - 1 ? [2] : [])
    }
})
