import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { sdkRoot } from "../../src/host/sdk-root"
import { commandInProcess } from "./in-process"

const folder = mkdtempSync(join(tmpdir(), "domovoi-sizes-"))
const device = join(sdkRoot, "test/devices/smallest.ts")

test("build --sizes says what each feature takes, and what is left, in lines and in JSON", async () => {
    const lines = await commandInProcess(folder, "build", device, "--sizes")
    expect(lines.stderr).toBe("")
    const said = lines.stdout.split("\n").map(line => /^ *(-?\d+) {2}(.+)$/.exec(line))
    const rows = said.flatMap(match => (match ? [{ feature: match[2], bytes: Number(match[1]) }] : []))
    expect(rows.find(({ feature }) => feature === "crypto: Ed25519")!.bytes).toBeGreaterThan(1000)
    expect(rows.at(-1)!.feature).toBe("left for code")
    expect(rows.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(0x1_0000)

    const json = await commandInProcess(folder, "build", device, "--sizes", "--json")
    const { codeEnd, sizes } = JSON.parse(json.stdout)
    expect(sizes.codeEnd).toBe(codeEnd)
    expect([...sizes.features, { feature: "left for code", bytes: sizes.left }]).toEqual(rows)
})

test("without the option nothing is said of it", async () => {
    const { stdout } = await commandInProcess(folder, "build", device, "--json")
    expect(JSON.parse(stdout)).not.toHaveProperty("sizes")
})
