import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { commandInProcess } from "./in-process"

const SERVICES = readdirSync("services").sort()
let project: string

beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "domovoi-init-"))
    writeFileSync(join(project, "devsconfig.json"), "{}")
})
afterEach(() => rmSync(project, { recursive: true }))

test("copies the services, and the board that was chosen", async () => {
    const { status, stdout } = await commandInProcess(project, "init", "--board", "valve_pico", "--json")
    expect(status).toBe(0)
    expect(JSON.parse(stdout).files).toHaveLength(SERVICES.length + 1)
    expect(readdirSync(join(project, "services")).sort()).toEqual(SERVICES)
    expect(readFileSync(join(project, "boards/valve_pico.board.json"))).toEqual(
        readFileSync("boards/valve_pico/valve_pico.board.json"),
    )
})

test("a second time finds everything unchanged", async () => {
    await commandInProcess(project, "init")
    expect((await commandInProcess(project, "init")).stdout.trim().split("\n")).toEqual(
        SERVICES.map(name => `unchanged: services/${name}`),
    )
})

test("a file that differs stops it before anything is copied, unless forced", async () => {
    cpSync("services/camera.md", join(project, "services/camera.md"))
    writeFileSync(join(project, "services/camera.md"), "# My own camera\n")

    const { status, stderr } = await commandInProcess(project, "init", "--board", "valve_pico")
    expect(stderr).toBe(
        "domovoi: services/camera.md: differs from the SDK's; move it away, or overwrite it with --force\n",
    )
    expect(status).toBe(2)
    expect(readdirSync(join(project, "services"))).toEqual(["camera.md"])
    expect(existsSync(join(project, "boards"))).toBe(false)

    expect((await commandInProcess(project, "init", "--force")).stdout).toContain("copied: services/camera.md\n")
    expect(readFileSync(join(project, "services/camera.md"))).toEqual(readFileSync("services/camera.md"))
})

test("an unknown board is answered with the known ones", async () => {
    const { status, stderr } = await commandInProcess(project, "init", "--board", "teapot")
    expect(stderr).toBe('domovoi: unknown board "teapot"; known: doorbell_c3, valve_pico\n')
    expect(status).toBe(2)
})
