/** Names that come from outside: they lead nowhere, mean nothing but themselves, and no terminal obeys them. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { encodeEnvelope } from "../../src/host/package/envelope"
import { commandInProcess } from "./in-process"

const folder = mkdtempSync(join(tmpdir(), "domovoi-names-"))
afterAll(() => rmSync(folder, { recursive: true }))

const NATIVE = ["constructor", "toString", "__proto__", "hasOwnProperty", "valueOf"]
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

async function refusal(...parameters: string[]): Promise<string> {
    const before = readdirSync(folder)
    const { status, stdout, stderr } = await commandInProcess(folder, ...parameters)
    expect([stderr.split("\n").length, stdout, status]).toEqual([2, "", 2])
    expect(stderr.slice(0, -1)).not.toMatch(CONTROLS)
    expect(stderr).not.toContain("native code")
    expect(readdirSync(folder)).toEqual(before)
    return stderr
}

describe.each(["../x", "a/b", "a\\b", "..", "", "a\nb", "\x1b[2J", "a\0b", "X".repeat(31), ...NATIVE])("%j", name => {
    test.each([
        ["attest", "--serial", name],
        ["log", "pull", "-o", "out", "--serial", name],
        ["log", "verify", "any.log", "--serial", name],
        ["update", "any.suit", "--serial", name],
        ["ca", "revoke", name],
        ["provision", "--board", "valve_pico", "--class", "1", "--serial", name],
    ])("is no serial number: %s %s %s", async (...parameters) => {
        expect(await refusal(...parameters)).toContain("a serial number has 1 to 30 capital letters")
    })

    test.each([
        ["provision", "--class", "1", "--serial", "A", "--passphrase-file", "passphrase", "--board", name],
        ["init", "--board", name],
        ["build", name],
        ["sbom", name],
        ["sim", name],
        ["sim", "empty.yaml", "--seed", name],
        ["keygen", "-o", "new.key", "--algorithm", name],
        ["ca", "init", "--algorithm", name],
        ["ca", "revoke", "A", "--reason", name],
        ["attest", "--target", name],
        [name],
    ])("is nothing else: %s %s %s", async (...parameters) => {
        await refusal(...parameters)
    })
})

const HEAD = "title: A\nduration: 1s\ndevices: { valve: { board: valve_pico, firmware: gas-valve } }\n"

describe("names in worlds", () => {
    test.each(NATIVE)(
        "%s is unknown wherever something is named",
        async name => {
            const WORLDS = [
                HEAD.replace("valve_pico", name),
                HEAD.replace("gas-valve }", `gas-valve, profile: ${name} }`),
                HEAD.replace("gas-valve", name),
                `${HEAD}scenario: [{ at: 0s, fault: ${name}, device: valve }]\n`,
                `${HEAD}scenario: [{ at: 0s, fault: crash, device: ${name} }]\n`,
                `${HEAD}scenario: [{ at: 0s, fault: packet-loss, bus: ${name} }]\n`,
                `${HEAD}scenario: [{ at: 0s, fault: power-cut, device: valve, memory: ${name} }]\n`,
                `${HEAD}scenario: [{ at: 0s, do: ${name}, part: valve.button }]\n`,
                `${HEAD}scenario: [{ at: 0s, do: ${name}, part: valve.button, for: 1s }]\n`,
                `${HEAD}scenario: [{ at: 0s, do: press, part: valve.${name} }]\n`,
                `${HEAD}scenario: [{ at: 0s, update: ${name}, device: valve }]\n`,
                `${HEAD}scenario: [{ at: 0s, call: ${name}, of: owner, device: valve }]\n`,
                `${HEAD}scenario: [{ at: 0s, call: disable, of: ${name}, device: valve }]\n`,
                `${HEAD}scenario: [{ at: 0s, call: disable, of: owner, device: valve, with: { ${name}: 1 } }]\n`,
                `${HEAD}scenario: [{ at: 0s, call: disable, of: owner, device: valve, with: { disabled: true }, as: ${name} }]\n`,
                `${HEAD}scenario: [{ at: 0s, pair: anna, device: ${name}, label: true }]\n`,
                `${HEAD}scenario: [{ at: 0s, pair: anna, device: valve, by: anna, role: ${name} }]\n`,
                `${HEAD}scenario: [{ at: 0s, replay: ${name}, device: valve }]\n`,
                `${HEAD}scenario: [{ at: 0s, ${name}: 1 }]\n`,
                `${HEAD}expect: [{ at: 0s, part: valve.valve, is: { ${name}: 1 } }]\n`,
                `${HEAD}expect: [{ at: 0s, device: valve, register: ${name}, is: 1 }]\n`,
                `${HEAD}${name}: 1\n`,
            ]
            for (const world of WORLDS) {
                writeFileSync(join(folder, "world.yaml"), world)
                // `build` says of a device that there is none without the place in the world.
                expect(await refusal("sim", "world.yaml")).toMatch(/world\.yaml:\d+:\d+: |unknown device/)
            }
        },
        60_000,
    )

    test.each(["../x", "A", "a b", "x".repeat(33), '"\\e[2J"', '"a\\nb"'])("%s is no name of a device", async name => {
        writeFileSync(join(folder, "world.yaml"), HEAD.replace("valve:", `? ${name}\n  :`))
        await refusal("sim", "world.yaml")
    })
})

describe("numbers and spans", () => {
    const SPANS = [
        "9999999999999999999h",
        `${"9".repeat(400)}h`,
        "8785h",
        "-1s",
        "NaN",
        "1e999s",
        ".inf",
        "0s",
        "0.2us",
        "1h -1s",
        "5",
    ]
    test.each(SPANS)("a world does not last %s", async span => {
        writeFileSync(join(folder, "world.yaml"), HEAD.replace("1s", span))
        expect(await refusal("sim", "world.yaml")).toContain("world.yaml:2:1: duration: ")
    })

    test.each([
        ["fault: clock-jump, device: valve, by", SPANS.filter(span => !/^0/.test(span))],
        ["do: press, part: valve.button, for", SPANS.filter(span => !/^0/.test(span))],
        ["fault: packet-delay, bus: valve, up-to", SPANS.filter(span => !/^0/.test(span))],
        ["fault: packet-loss, bus: valve, probability", ["0", "-1", "1.1", ".nan", ".inf", "1e999"]],
        ["fault: power-cut, device: valve, operation", ["0", "-1", "1.5", ".nan", "1e999", "9007199254740993"]],
    ])("nor is a step %s", async (fields, values) => {
        for (const value of values) {
            writeFileSync(join(folder, "world.yaml"), `${HEAD}scenario: [{ at: 0s, ${fields}: ${value} }]\n`)
            expect(await refusal("sim", "world.yaml")).toContain("world.yaml:4:")
        }
    })

    const NUMBERS = ["-1", "1.5", "1e3", "NaN", "Infinity", "0x10", "9".repeat(30), "", " "]
    test.each([
        ["sim", "empty.yaml", "--seed"],
        ["sign", "any", "-o", "out", "--key", "any", "--sequence"],
        ["ca", "init", "--years"],
        ["ca", "crl", "-o", "out", "--days"],
        ["provision", "--board", "valve_pico", "--serial", "A", "--class"],
    ])("%s … %s takes whole numbers that it can hold", async (...parameters) => {
        for (const number of NUMBERS) expect(await refusal(...parameters, number)).toContain("is invalid")
    })
})

describe("texts of others", () => {
    const EVIL = "\x1b[2J\x07\u009b31m\u202e\u2028\nsound, and signed by every key given"

    test("a package's are shown, not obeyed", async () => {
        const members: [string | number, Buffer][] = [
            [3, Buffer.from("a0", "hex")],
            [EVIL, Buffer.of(0)],
        ]
        const digest = Buffer.from("00", "hex")
        const packageBytes = encodeEnvelope({ digest, blocks: [], members })
        writeFileSync(join(folder, "evil.suit"), packageBytes)
        const { stdout } = await commandInProcess(folder, "inspect", "evil.suit")
        expect(stdout.replaceAll("\n", "")).not.toMatch(CONTROLS)
        expect(stdout.split("\n").filter(line => line.startsWith("sound"))).toEqual([])
        expect(stdout).toContain("member \\u{1b}[2J\\u{7}\\u{9b}31m\\u{202e}\\u{2028}\\u{a}sound")
        const json = (await commandInProcess(folder, "inspect", "evil.suit", "--json")).stdout
        expect(json.slice(0, -1)).not.toMatch(CONTROLS)
        expect(JSON.parse(json).members[1].key).toBe(EVIL)
    })

    test("a world's are shown, not obeyed", async () => {
        const world = `${HEAD.replace("title: A", 'title: "\\e[2J\\nevery expectation kept"')}scenario: [{ at: 0s, fault: crash, device: valve, note: "\\e[2J\\nx" }]\n`
        writeFileSync(join(folder, "world.yaml"), world)
        const { stdout, status } = await commandInProcess(folder, "sim", "world.yaml")
        expect(status).toBe(0)
        expect(stdout.replaceAll("\n", "")).not.toMatch(CONTROLS)
        expect(stdout).toContain("\\u{1b}[2J\\u{a}every expectation kept (world.yaml, seed 1)")
    }, 60_000)

    test.each(["--vendor", "--model", "--board", "--release", "--update"])(
        "sign %s takes a text of one line, within bounds",
        async option => {
            for (const text of ["", EVIL, "a\nb", "x".repeat(2000)])
                expect(await refusal("sign", "any", "-o", "out", "--key", "any", option, text)).toContain(
                    "no control characters",
                )
        },
    )
})

beforeAll(() => {
    writeFileSync(join(folder, "passphrase"), "correct horse battery\n")
    writeFileSync(join(folder, "empty.yaml"), "")
    writeFileSync(join(folder, "world.yaml"), "")
})
