import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { runCommand } from "./command"

test("another version of the DeviceScript CLI: one line that names both, exit status 2", () => {
    const root = mkdtempSync(join(tmpdir(), "domovoi-wrong-runtime-"))
    onTestFinished(() => rmSync(root, { recursive: true }))
    installBesideCli(root, "2.15.0")

    const { status, stdout, stderr } = runCommand(join(root, "built/domovoi.js"), root, "sim", "home")
    expect(stderr).toMatch(/^domovoi: @devicescript\/cli: found 2\.15\.0, supported is 2\.16\.4 .*\n$/)
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" })
})

/** Lays out this package in `root` with everything it has here, but for the version of `@devicescript/cli`. */
function installBesideCli(root: string, version: string): void {
    cpSync("built", join(root, "built"), { recursive: true })
    copyFileSync("package.json", join(root, "package.json"))
    for (const folder of ["boards", "services", "simulators"]) symlinkSync(resolve(folder), join(root, folder))
    const modules = readdirSync("node_modules").filter(name => !name.startsWith(".") && name !== "@devicescript")
    mkdirSync(join(root, "node_modules/@devicescript/cli"), { recursive: true })
    for (const name of modules) symlinkSync(resolve("node_modules", name), join(root, "node_modules", name))
    writeFileSync(join(root, "node_modules/@devicescript/cli/package.json"), JSON.stringify({ version }))
}
