import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { RuntimeVersionError, readRuntimeBinary } from "../../../simulators/vm/runtime"

const installed = path.dirname(createRequire(import.meta.url).resolve("@devicescript/cli/package.json"))
const scratch = mkdtempSync(path.join(tmpdir(), "domovoi-runtime-"))
afterAll(() => rmSync(scratch, { recursive: true }))

let made = 0
function cli(version: string, bundle: string | undefined): string {
    const folder = path.join(scratch, String(made++))
    mkdirSync(path.join(folder, "built"), { recursive: true })
    writeFileSync(path.join(folder, "package.json"), JSON.stringify({ version }))
    if (bundle !== undefined) writeFileSync(path.join(folder, "built", "devicescript-cli.cjs"), bundle)
    return folder
}

describe("the runtime in the installed CLI", () => {
    test("is a WASM binary with the runtime's exports", () => {
        const module = new WebAssembly.Module(readRuntimeBinary())
        expect(WebAssembly.Module.exports(module).map(({ name }) => name)).toContain("jd_em_process")
    })

    const altered = () => {
        const folder = path.join(scratch, "altered")
        cpSync(installed, folder, { recursive: true })
        const file = path.join(folder, "built", "devicescript-cli.cjs")
        const text = readFileSync(file, "latin1")
        const at = text.indexOf("AGFzbQ") + 5000
        writeFileSync(file, text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1), "latin1")
        return folder
    }

    test.each([
        ["another version", () => cli("2.15.0", ""), /found 2\.15\.0, supported is 2\.16\.4 \(another version\)/],
        ["another layout", () => cli("2.16.4", "nothing here"), /found 2\.16\.4, .*holds no runtime where expected/],
        ["another build", altered, /found 2\.16\.4, .*unknown runtime build [0-9a-f]{12}/],
        [
            "no CLI",
            () => path.join(scratch, "missing"),
            /found none, supported is 2\.16\.4 \(no readable package\.json/,
        ],
    ])("is refused by name: %s", (_, folder, message) => {
        const read = () => readRuntimeBinary(folder())
        expect(read).toThrow(RuntimeVersionError)
        expect(read).toThrow(message)
    })
})
