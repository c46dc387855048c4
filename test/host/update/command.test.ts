import { writeFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { updateCommand } from "../../../src/cli/update-command"
import { InputError } from "../../../src/host/input-error"
import { UnitFile } from "../../../src/host/unit/unit-file"
import { MALLORY } from "../../core/suit/signers"
import { inFolderOfValve, runHere } from "../kept-valve"
import { packageOf, release } from "./releases"

const path = inFolderOfValve(async path => {
    const { image } = await release("gas-valve", 2)
    writeFileSync(path("v2.suit"), await packageOf("gas-valve", 2, image))
    writeFileSync(path("foreign.suit"), await packageOf("gas-valve", 2, image, { signer: MALLORY }))
})

const run = (...argv: string[]) => runHere(updateCommand, ...argv)
const UNIT = ["--unit", "unit.json", "--ca", "ca.der", "--json"]

describe("domovoi update", () => {
    test("installs, and the unit's file has the new program in it", async () => {
        const { status, printed } = await run("v2.suit", "--yes", ...UNIT)
        expect(status).toBe(0)
        expect(JSON.parse(printed)).toMatchObject({ outcome: "confirmed" })
        const unit = await UnitFile.open(path("unit.json"))
        expect(await unit.get("sequence_number")).toBe(2)
        await unit.close()
        expect((await run("v2.suit", ...UNIT)).status).toBe(0)
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
