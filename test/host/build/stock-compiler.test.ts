/**
 * The image that the simulator runs and `domovoi build` writes is made of the one a maker gets from the stock toolchain by the optimiser and nothing
 * else; without it, it is that one, byte for byte.
 */
import { execFileSync } from "node:child_process"
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { buildFirmware } from "../../../src/host/build/firmware"
import { optimise } from "../../../src/host/image/optimise"
import { codeEnd } from "../../../src/host/image-header"

const ROOT = new URL("../../../", import.meta.url).pathname
const project = mkdtempSync(join(tmpdir(), "domovoi-stock-"))
afterAll(() => rmSync(project, { recursive: true, force: true }))

function git(...parameters: string[]): void {
    const identity = ["-c", "user.name=maker", "-c", "user.email=maker@example.org"]
    execFileSync("git", [...identity, ...parameters], { cwd: project, stdio: "pipe" })
}

test("`devs build` in a clean clone at a release tag makes the same image", async () => {
    const copy = (from: string, to: string) => cpSync(join(ROOT, from), join(project, to), { recursive: true })
    for (const part of ["package.json", "devs", "src/core"]) copy(part, `node_modules/devicescript-domovoi/${part}`)
    for (const board of ["valve_pico", "doorbell_c3"])
        copy(`boards/${board}/${board}.board.json`, `boards/${board}.board.json`)
    copy("services", "services")
    // The reference devices fit a board only when they are optimised.
    copy("test/devices/smallest.ts", "src/main.ts")
    writeFileSync(join(project, "package.json"), '{ "name": "home", "version": "2.0.1" }')
    writeFileSync(join(project, "devsconfig.json"), "{}")
    writeFileSync(join(project, ".gitignore"), "node_modules\n.devicescript\n")
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "release")
    git("tag", "v2.0.1")

    const devs = join(ROOT, "node_modules/@devicescript/cli/devicescript")
    const env = { ...process.env, CI: "1", NO_UPDATE_NOTIFIER: "1" }
    execFileSync(process.execPath, [devs, "build", "src/main.ts"], { cwd: project, env, stdio: "pipe" })

    const stock = readFileSync(join(project, ".devicescript/bin/bytecode.devs"))
    const built = (optimised: boolean) =>
        buildFirmware(join(project, "src/main.ts"), { cacheDir: join(project, "cache"), optimised })
    expect(stock.equals((await built(false)).image)).toBe(true)
    const { image } = await built(true)
    expect(Buffer.from(optimise({ image: stock }).image).equals(image)).toBe(true)
    expect(codeEnd(image)).toBeLessThan(codeEnd(stock))
})
