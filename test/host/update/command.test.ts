import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { updateCommand } from "../../../src/cli/update-command"
import { InputError } from "../../../src/host/input-error"
import { simulatedRelease } from "../../../src/host/unit/simulated-factory"
import { UnitFile } from "../../../src/host/unit/unit-file"
import { MALLORY } from "../../core/suit/signers"
import { inFolderOfValve, runHere } from "../kept-valve"
import { packageOf, release, UNIT_ID } from "./releases"

const path = inFolderOfValve(async path => {
    const { image } = await release("gas-valve", 2)
    writeFileSync(path("v2.suit"), await packageOf("gas-valve", 2, image))
    writeFileSync(path("foreign.suit"), await packageOf("gas-valve", 2, image, { signer: MALLORY }))
    writeFileSync(path("policy.json"), JSON.stringify({ threshold: 1, keys: ["vendor.pub"] }))
    const algorithm = "SLH-DSA-SHA2-128s"
    const { keyId, publicKey } = simulatedRelease(algorithm).key
    const key = { keyId: keyId.toString("hex"), publicKey: publicKey.toString("hex") }
    writeFileSync(path("vendor.pub"), JSON.stringify({ format: "domovoi-signing-key-1", algorithm, ...key }))
})

const run = (...argv: string[]) => runHere(updateCommand, ...argv)
const UPDATES = ".devicescript/domovoi/updates"
const KEPT = `${UPDATES}/${UNIT_ID}.suit`
const UNIT = ["--unit", "unit.json", "--ca", "ca.der", "--json"]

describe("domovoi update", () => {
    test("installs, and the unit's file has the new program in it", async () => {
        const { status, printed } = await run("v2.suit", "--yes", ...UNIT)
        expect(status).toBe(0)
        expect(JSON.parse(printed)).toMatchObject({ outcome: "confirmed", notes: ["signaturesUnchecked"] })
        expect(existsSync(path(KEPT))).toBe(false)
        const unit = await UnitFile.open(path("unit.json"))
        expect(await unit.get("sequence_number")).toBe(2)
        await unit.close()
        // What runs already is proved again, and kept as last good once its signatures were checked.
        const again = await run("v2.suit", ...UNIT, "--policy", "policy.json")
        expect(again.status).toBe(0)
        expect(JSON.parse(again.printed)).toMatchObject({ outcome: "confirmed", notes: [] })
        expect(readFileSync(path(KEPT))).toEqual(readFileSync(path("v2.suit")))
    })

    test("checks signatures itself where it knows the policy, and says what to do next", async () => {
        const before = readFileSync(path("unit.json"))
        const options = UNIT.filter(option => option !== "--json")
        const { status, printed } = await runHere(updateCommand, "foreign.suit", ...options, "--policy", "policy.json")
        expect(status).toBe(1)
        expect(printed).toMatch(/foreign\.suit: refused, nothing was installed \(threshold\)/)
        expect(printed).toMatch(/next: the unit runs what it ran before/)
        expect(JSON.parse(readFileSync(path("unit.json"), "utf8")).state.flash).toBe(
            JSON.parse(before.toString()).state.flash,
        )
    })

    test("names a journal that is damaged, and goes on", async () => {
        mkdirSync(path(UPDATES), { recursive: true })
        writeFileSync(path(`${UPDATES}/${UNIT_ID}.json`), '{"version":2,')
        const { status, printed } = await run("v2.suit", "--yes", ...UNIT, "--policy", "policy.json")
        expect(status).toBe(0)
        expect(JSON.parse(printed)).toMatchObject({ outcome: "confirmed", notes: ["journalDamaged"] })
        expect(existsSync(path(`${UPDATES}/${UNIT_ID}.json`))).toBe(false)
    })

    test("says why it did not", async () => {
        const { status, printed } = await run("foreign.suit", "--yes", ...UNIT)
        expect(status).toBe(1)
        expect(JSON.parse(printed)).toMatchObject({ outcome: "refused", refusal: "threshold" })
    })

    test("does not believe a grant of another authority's unit", async () => {
        const { status, printed } = await run("v2.suit", "--yes", ...UNIT, "--serial", "GV-0002")
        expect(status).toBe(1)
        expect(JSON.parse(printed)).toMatchObject({ outcome: "refused", refusal: "serialMismatch" })
    })

    test("takes no file that is no package, no missing unit, and no target without a port", async () => {
        await expect(run("ca.der", ...UNIT)).rejects.toThrow(InputError)
        await expect(run("v2.suit", "--unit", "none.json", "--ca", "ca.der")).rejects.toThrow(/no such simulated unit/)
        await expect(run("v2.suit", "--ca", "ca.der", "--target", "serial")).rejects.toThrow(/needs --port/)
        await expect(run("v2.suit", "--ca", "ca.der")).rejects.toThrow(/which simulated unit/)
    })
})
