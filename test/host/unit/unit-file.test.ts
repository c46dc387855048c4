/** Simulated units in files: each has a key of its own, unless somebody asks for the same one again. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { buildFirmware } from "../../../src/host/build/firmware"
import { readDocument } from "../../../src/host/unit/read-document"
import { UnitFile } from "../../../src/host/unit/unit-file"

const root = mkdtempSync(join(tmpdir(), "domovoi-unit-file-"))
afterAll(() => rmSync(root, { recursive: true }))

const DEVICES = { valve_pico: "gas-valve", doorbell_c3: "doorbell" }
const images = new Map<string, Uint8Array>()
beforeAll(async () => {
    for (const [board, device] of Object.entries(DEVICES)) images.set(board, (await buildFirmware(device)).image)
})

/** The public key that a new unit of that serial number makes, in a project of its own. */
async function madeIn(board: keyof typeof DEVICES, seed?: string): Promise<{ key: string; path: string }> {
    const path = join(mkdtempSync(join(root, "project-")), "unit.json")
    const unit = await UnitFile.make(path, { board, serial: "U-1", image: images.get(board)!, seed })
    if (board === "doorbell_c3") {
        await until(unit, "ElementOpen")
        await unit.call("lock_element")
    }
    await until(unit, "Missing")
    const { refusal, public_key: key } = await unit.call("create_key")
    expect(refusal).toBe("None")
    await unit.close()
    return { key: Buffer.from(key as Uint8Array).toString("hex"), path }
}

async function until(unit: UnitFile, state: string): Promise<void> {
    for (let looks = 0; (await unit.get("identity")) !== state; looks++) {
        expect(looks).toBeLessThan(100)
        await unit.wait(100)
    }
}

describe.each(Object.keys(DEVICES) as (keyof typeof DEVICES)[])("a unit of %s", board => {
    test("has another key than the one of its serial number in another project, and another chip", async () => {
        const [one, other] = [await madeIn(board), await madeIn(board)]
        expect(one.key).not.toBe(other.key)
        expect(deviceIdIn(one.path)).not.toBe(deviceIdIn(other.path))
    })

    test("has the same key for the same seed, and another one for another", async () => {
        const [one, again, other] = [await madeIn(board, "a"), await madeIn(board, "a"), await madeIn(board, "b")]
        expect(again.key).toBe(one.key)
        expect(deviceIdIn(again.path)).toBe(deviceIdIn(one.path))
        expect(other.key).not.toBe(one.key)
    })
})

const deviceIdIn = (path: string): string => JSON.parse(readFileSync(path, "utf8")).deviceId

/** The public key that a unit makes when it was switched on for that time. Its key is the first that it draws. */
async function keyAtStart(start: number, seed?: string): Promise<string> {
    const path = join(mkdtempSync(join(root, "project-")), "unit.json")
    const image = images.get("valve_pico")!
    let unit = await UnitFile.make(path, { board: "valve_pico", serial: "U-1", image, seed })
    for (let opened = 1; opened < start; opened++) {
        await unit.close()
        unit = await UnitFile.open(path)
        // A host that dies here has not made the next start like this one.
        expect(JSON.parse(readFileSync(path, "utf8")).starts).toBe(opened + 1)
    }
    await until(unit, "Missing")
    const { public_key: key } = await unit.call("create_key")
    await unit.close()
    return Buffer.from(key as Uint8Array).toString("hex")
}

test.each([undefined, "seed"])("a unit draws other numbers each time that it is switched on (seed %s)", async seed => {
    const drawn: string[] = []
    for (const start of [1, 2, 3]) drawn.push(await keyAtStart(start, seed))
    expect(new Set(drawn).size).toBe(3)
    expect((await keyAtStart(2, seed)) === drawn[1]).toBe(seed !== undefined)
})

test("a file of the version whose keys a serial number gives away is no unit", async () => {
    const { path } = await madeIn("valve_pico")
    const { starts: _starts, ...kept } = JSON.parse(readFileSync(path, "utf8"))
    writeFileSync(path, JSON.stringify({ ...kept, version: 1 }))
    await expect(UnitFile.open(path)).rejects.toThrow("this is no simulated unit of version 2; remove it")
})

test("what a unit has is still there when it is switched on again", async () => {
    const { path, key } = await madeIn("doorbell_c3")
    const unit = await UnitFile.open(path)
    await until(unit, "Missing")
    const { public_key: again } = await unit.call("create_key")
    expect(Buffer.from(again as Uint8Array).toString("hex")).toBe(key)
    expect((await readDocument(unit, "certificates")).length).toBe(0)
    await unit.close()
})
