import { createHash } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { codeEnd } from "../../src/host/image-header"
import { commandInProcess } from "./in-process"

const folder = mkdtempSync(join(tmpdir(), "domovoi-build-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test("`domovoi build` writes the same program in less code than `--no-optimize`, says where it ends, and which bytes they are", async () => {
    const program = join(process.cwd(), "test/programs/relay-then-crash.ts")
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
