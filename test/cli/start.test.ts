/** What a command loads before it does anything. It costs processor time at every start, and what is not loaded costs none. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Help } from "commander"
import { afterAll, describe, expect, test } from "vitest"
import { COMMANDS } from "../../src/cli/commands"
import { machineClock } from "../../src/host/clock"
import { BUILT_COMMAND, domovoi } from "./command"
import { commandInProcess } from "./in-process"
import { packagesLoadedBy } from "./loaded-scripts"

const folder = mkdtempSync(join(tmpdir(), "domovoi-start-"))
afterAll(() => rmSync(folder, { recursive: true }))

test("what is loaded is seen, of both kinds of modules", () => {
    const text = 'import "commander"\nawait import("binaryen")\n'
    const { packages } = packagesLoadedBy(process.cwd(), "--input-type=module", "--eval", text)
    expect(packages).toEqual(["binaryen", "commander"])
})

describe("a command loads of libraries", () => {
    const PLAIN = ["commander", "picocolors"]
    test.each<[string, string[]]>([
        ["--help", PLAIN],
        ["--version", PLAIN],
        ["no-such-command", PLAIN],
        ["build --help", [...PLAIN, "zod"]],
    ])("domovoi %s: those that it needs", (line, needed) => {
        expect(packagesLoadedBy(folder, BUILT_COMMAND, ...line.split(" ")).packages).toEqual(needed)
    })

    test("domovoi sim, once the runtime is instrumented: nothing to do that with, and no way to a board", () => {
        writeFileSync(
            join(folder, "short.yaml"),
            "title: Short\nduration: 1s\ndevices: { valve: { board: valve_pico, firmware: gas-valve } }\n",
        )
        expect(domovoi(folder, "sim", "short.yaml").status).toBe(0)
        const { status, packages } = packagesLoadedBy(folder, BUILT_COMMAND, "sim", "short.yaml")
        expect(status).toBe(0)
        expect(packages.filter(name => OWN.includes(name))).toEqual([
            "@noble/curves",
            "@noble/hashes",
            "@noble/post-quantum",
            "@peculiar/asn1-schema",
            "@peculiar/asn1-x509",
            "@peculiar/x509",
            "cbor-x",
            "commander",
            "jacdac-ts",
            "picocolors",
            "reflect-metadata",
            "yaml",
            "zod",
        ])
    })
    /** What this package asks for itself, and not another for it. */
    const OWN = Object.keys(JSON.parse(readFileSync("package.json", "utf8")).dependencies)
})

describe("the help of all says of a command what its own code says", () => {
    test.each(Object.entries(COMMANDS))("%s", async (name, { takes, load }) => {
        const command = await load(() => {}, machineClock)
        expect(`${name} ${takes}`.trimEnd()).toBe(new Help().subcommandTerm(command))
    })

    test("and names it in its place", async () => {
        const { stdout } = await commandInProcess(folder, "--help")
        const names = [...stdout.matchAll(/^ {2}([a-z]+)(?: |$)/gm)].map(([, name]) => name)
        expect(names).toEqual([...Object.keys(COMMANDS), "help"])
    })
})
