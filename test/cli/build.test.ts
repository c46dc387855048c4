import { createHash } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { codeEnd } from "../../src/host/image-header"
import { sdkRoot } from "../../src/host/sdk-root"
import { commandInProcess } from "./in-process"

const smallest = join(sdkRoot, "test/devices/smallest.ts")
const folder = mkdtempSync(join(tmpdir(), "domovoi-build-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test("`domovoi build` writes the same program in less code than `--no-optimize`, says where it ends, and which bytes they are", async () => {
    const program = join(sdkRoot, "test/programs/relay-then-crash.ts")
    const ends = []
    for (const [file, ...how] of [["less.devs"], ["stock.devs", "--no-optimize"]]) {
        const { status, stdout } = await commandInProcess(folder, "build", program, "-o", file, "--json", ...how)
        expect(status).toBe(0)
        const image = readFileSync(join(folder, file))
        const told = JSON.parse(stdout)
        expect(told).toMatchObject({ file, bytes: image.length, codeEnd: codeEnd(image) })
        expect(told.sha256).toBe(createHash("sha256").update(image).digest("hex"))
        ends.push(told.codeEnd)
    }
    expect(ends[0]).toBeLessThan(ends[1])
})

test("build --sizes says what each feature takes, and what is left, in lines and in JSON", async () => {
    const lines = await commandInProcess(folder, "build", smallest, "--sizes")
    expect(lines.stderr).toBe("")
    const said = lines.stdout.split("\n").map(line => /^ *(-?\d+) {2}(.+)$/.exec(line))
    const rows = said.flatMap(match => (match ? [{ feature: match[2], bytes: Number(match[1]) }] : []))
    expect(rows.find(({ feature }) => feature === "crypto: Ed25519")!.bytes).toBeGreaterThan(1000)
    expect(rows.at(-1)!.feature).toBe("left for code")
    expect(rows.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(0x1_0000)

    const json = await commandInProcess(folder, "build", smallest, "--sizes", "--json")
    const { codeEnd, sizes } = JSON.parse(json.stdout)
    expect(sizes.codeEnd).toBe(codeEnd)
    expect([...sizes.features, { feature: "left for code", bytes: sizes.left }]).toEqual(rows)
})

test("without the option nothing is said of it", async () => {
    const { stdout } = await commandInProcess(folder, "build", smallest, "--json")
    expect(JSON.parse(stdout)).not.toHaveProperty("sizes")
})
