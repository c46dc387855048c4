/** Files for a unit that is not connected. That such a unit attests: `test/cli/provision.test.ts`. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { LockedError } from "../../../src/host/lock-file"
import { makeBundle } from "../../../src/host/unit/bundle"
import { authority, NOW, seeded } from "../identity/factory"
import { register, VALVE } from "./factory"

const root = mkdtempSync(join(tmpdir(), "domovoi-bundle-"))
afterAll(() => rmSync(root, { recursive: true }))

const firmware = { name: "any", version: "1", board: VALVE.board, image: Buffer.from("program"), sha256: "" }

test("two commands make one bundle: the memory has the key that was certified, and whoever came second is told", async () => {
    const ca = await authority("ed25519")
    const folder = join(root, "GV-0001")
    const common = { unit: VALVE, isTestUnit: false, ca, register: register(ca), now: NOW, folder, firmware }
    const make = (seed: string) => makeBundle({ ...common, random: seeded(seed), deviceId: "e6614c311b7e6f2a" })
    const [first, second] = await Promise.allSettled([make("first"), make("second")])
    expect(first.status).toBe("fulfilled")
    expect(second).toMatchObject({ status: "rejected", reason: expect.any(LockedError) })
    expect(await make("third")).toMatchObject({ wasDone: true })
    expect(readdirSync(root)).toEqual(["GV-0001"])
})
