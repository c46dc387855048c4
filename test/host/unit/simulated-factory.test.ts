/** Simulated units that were made before: used only if they are whole, and made of the same things by the same code. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { BoardState } from "../../../simulators/board/board"
import { type BoardDefinition, loadBoard } from "../../../simulators/board/definition"
import { CheckedCache } from "../../../src/host/build/checked-cache"
import { buildFirmware } from "../../../src/host/build/firmware"
import { MAX_FILE_BYTES } from "../../../src/host/input-file"
import { notices } from "../../../src/host/notices"
import { PRIVATE_FILE } from "../../../src/host/private-file"
import { manufacture } from "../../../src/host/unit/simulated-factory"

const folder = mkdtempSync(join(tmpdir(), "domovoi-units-"))
const said: string[] = []
beforeAll(() => notices.listen(line => said.push(line)))
afterAll(() => {
    notices.listen(() => {})
    rmSync(folder, { recursive: true })
})

const ID = "0123456789abcdef"
const valve = loadBoard("valve_pico", "boards")
const { image } = await buildFirmware("gas-valve")
const cache = new CheckedCache(folder, MAX_FILE_BYTES.simulatedUnit, PRIVATE_FILE)

function made(change: { definition?: BoardDefinition; id?: string; code?: string } = {}) {
    const { definition = valve, id = ID, code = "code" } = change
    return manufacture(image, definition, id, undefined, { cache, code })
}

let first: BoardState | undefined
beforeAll(async () => {
    first = await made()
    expect(first).toBeDefined()
    expect(readdirSync(folder)).toHaveLength(1)
})
const file = () => join(folder, readdirSync(folder)[0])

test("is made once, and its key is in a file that nobody else reads", async () => {
    const before = statSync(file()).mtimeMs
    expect(await made()).toEqual(first)
    expect(statSync(file()).mtimeMs).toBe(before)
    expect(statSync(file()).mode & 0o777).toBe(0o600)
})

test.each<[string, (path: string) => void]>([
    ["a digit of its memory changed", path => writeFileSync(path, changed(readFileSync(path)))],
    ["cut short", path => truncateSync(path, 1000)],
    ["empty", path => truncateSync(path, 0)],
    ["as it was kept before there were digests", path => writeFileSync(path, JSON.stringify(first))],
])("is made anew if it is damaged: %s", async (_name, damage) => {
    damage(file())
    said.length = 0
    expect(await made()).toEqual(first)
    expect(said).toEqual([`${file()}: damaged, so it is made anew`])
})

/** Still JSON, and still a unit: another one. */
function changed(bytes: Buffer): Buffer {
    const at = bytes.length - 400
    bytes[at] = bytes[at] === 0x41 ? 0x42 : 0x41
    return bytes
}

test.each<[string, Parameters<typeof made>[0]]>([
    ["code", { code: "other code" }],
    ["circuit", { definition: withPart() }],
    ["cost table", { definition: { ...valve, costs: { ...valve.costs, pass: valve.costs.pass + 1 } } }],
    ["identifier", { id: "fedcba9876543210" }],
])("is made anew for another %s", async (_what, change) => {
    const before = readdirSync(folder).length
    await made(change)
    expect(readdirSync(folder)).toHaveLength(before + 1)
})

function withPart(): BoardDefinition {
    const { description } = valve.circuit
    return { ...valve, circuit: { ...valve.circuit, description: { ...description, title: "another" } as never } }
}
