import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { logCommand } from "../../../src/cli/log-command"
import { LEDGER_AT, LOG_AT } from "../../../src/core/store/memory-layout"
import { InputError } from "../../../src/host/input-error"
import { UnitFile } from "../../../src/host/unit/unit-file"
import { inFolderOfValve, runHere } from "../kept-valve"
import { UNIT_ID } from "../update/releases"

const path = inFolderOfValve()

/** What a simulated unit keeps, as its file has it. */
interface KeptUnit {
    version: number
    board: string
    deviceId: string
    state: { flash: string; parts: Record<string, unknown> }
}

const run = (...argv: string[]) => runHere(logCommand, ...argv)
const SERIAL = `SIM-${UNIT_ID.toUpperCase()}`
const pull = (...more: string[]) => run("pull", "-o", "unit.log", "--unit", "unit.json", "--ca", "ca.der", ...more)
const verify = (...more: string[]) => run("verify", "unit.log", "--ca", "ca.der", "--allow-test-units", ...more)

/** Changes the FRAM of the unit in the file. */
function changeMemory(change: (fram: Buffer) => void): void {
    const kept: KeptUnit = JSON.parse(readFileSync(path("unit.json"), "utf8"))
    const fram = Buffer.from(String(kept.state.parts.fram), "base64")
    change(fram)
    kept.state.parts.fram = fram.toString("base64")
    writeFileSync(path("unit.json"), JSON.stringify(kept))
}

describe("domovoi log", () => {
    test("pulls a log that holds, and verifies it later", async () => {
        const pulled = await pull("--json")
        expect(pulled.status).toBe(0)
        const report = JSON.parse(pulled.printed)
        expect(report).toMatchObject({ file: "unit.log", whole: true, serial: SERIAL, findings: [] })
        expect(report.entries[0]).toMatchObject({ sequence: 1, event: "Log", cause: 0 })

        const verified = await verify("--json")
        expect(verified.status).toBe(0)
        expect(JSON.parse(verified.printed)).toEqual(report)
        expect((await verify("--serial", SERIAL)).printed).toMatch(`unit.log: log of test unit ${SERIAL}, `)
        expect((await verify()).printed).toMatch("Log Begun")

        expect(report.kinds[0]).toMatchObject({ event: "Log", cause: 0, times: 1, dropped: 0, first: { sequence: 1 } })
        const { printed } = await verify()
        expect(printed).toMatch(/Of each kind:\nLog once: start \d+, \d+ s \(Begun\)\n/)
        const twice =
            /State \d+ times, 1 of them without an entry: first start 1, \d+ s \(Normal\), last start 2, \d+ s \(Normal\)/
        expect(printed).toMatch(twice)
    })

    test("finds out a file that was changed, at any byte", async () => {
        await pull()
        const whole = readFileSync(path("unit.log"))
        // Behind the head of the byte string with the certificates.
        for (let at = 3; at < whole.length; at += 31) {
            const changed = Buffer.from(whole)
            changed[at] ^= 1
            writeFileSync(path("unit.log"), changed)
            const { status, printed } = await verify("--json")
            expect(status).toBe(1)
            expect(JSON.parse(printed).whole).toBe(false)
        }
        writeFileSync(path("unit.log"), whole.subarray(0, -200))
        expect(JSON.parse((await verify("--json")).printed).findings).toEqual(["unsigned"])
        expect((await verify()).printed).toMatch(/not whole: unsigned/)
    })

    test("finds out a unit whose memory was set back, by what was seen of it before", async () => {
        const { state }: KeptUnit = JSON.parse(readFileSync(path("unit.json"), "utf8"))
        const unit = await UnitFile.open(path("unit.json"))
        await unit.call("attest", { challenge: new Uint8Array(3) })
        await unit.wait(3000)
        await unit.close()
        expect((await pull("--witness", "seen.json")).status).toBe(0)
        expect((await pull("--witness", "seen.json")).status).toBe(0)
        const seen = readFileSync(path("seen.json"), "utf8")
        expect(JSON.parse(seen)).toMatchObject({ version: 1, serial: SERIAL })
        expect((await verify("--witness", "seen.json")).status).toBe(0)

        const old = Buffer.from(String(state.parts.fram), "base64")
        changeMemory(fram => old.copy(fram))
        expect((await pull()).status).toBe(0)
        const again = await pull("--witness", "seen.json", "--json")
        expect(again.status).toBe(1)
        expect(JSON.parse(again.printed).findings).toEqual(["rolledBack"])
        expect(readFileSync(path("seen.json"), "utf8")).toBe(seen)
        expect((await verify("--witness", "seen.json")).status).toBe(1)
    })

    test("finds out a unit whose chain was broken", async () => {
        await pull()
        changeMemory(fram => void (fram[LOG_AT + 40] ^= 1))
        const { status, printed } = await pull("--json")
        expect(status).toBe(1)
        expect(JSON.parse(printed).findings).toEqual(expect.arrayContaining(["toldDamaged"]))
        changeMemory(fram => void (fram[LEDGER_AT + 20] ^= 1))
        expect(JSON.parse((await pull("--json")).printed).findings).toContain("toldMiscounted")
        // What it handed out is kept: it is evidence.
        expect((await verify()).status).toBe(1)
    })

    test("believes no other authority and no other unit", async () => {
        await pull()
        const other = await verify("--serial", "GV-0002", "--json")
        expect(other.status).toBe(1)
        expect(JSON.parse(other.printed)).toEqual({ file: "unit.log", whole: false, refusal: "serialMismatch" })
    })

    test("says so if there is nothing to pull", async () => {
        changeMemory(fram => void fram.fill(0))
        rmSync(path("unit.log"), { force: true })
        const { status, printed } = await pull("--json")
        expect(status).toBe(1)
        expect(JSON.parse(printed)).toMatchObject({ whole: false, refusal: "noAnswer" })
        expect(() => readFileSync(path("unit.log"))).toThrow("ENOENT")
    })

    test("takes no file that is no log, no missing unit, no witness that is none", async () => {
        await expect(run("verify", "ca.der", "--ca", "ca.der")).rejects.toThrow(InputError)
        await expect(run("verify", "none.log", "--ca", "ca.der")).rejects.toThrow(InputError)
        await expect(run("pull", "-o", "x.log", "--ca", "ca.der")).rejects.toThrow(/which simulated unit/)
        await expect(run("pull", "-o", "x.log", "--ca", "ca.der", "--target", "serial")).rejects.toThrow(/needs --port/)
        await expect(run("pull", "--unit", "unit.json")).rejects.toThrow(/required option/)
        await pull()
        await expect(verify("--witness", "none.json")).rejects.toThrow(/no such file/)
        await expect(pull("--witness", "new.json")).rejects.toThrow(/no witness/)
    })
})
