import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { KEY_FAULTS } from "../../src/host/identity/key-algorithm"
import { knownKeyComb } from "../../src/host/package/known-key"
import { numberedImage } from "../host/package/numbered-image"
import { commandInProcess } from "./in-process"

const folder = mkdtempSync(join(tmpdir(), "domovoi-package-"))
afterAll(() => rmSync(folder, { recursive: true }))

const run = (line: string) => commandInProcess(folder, ...line.split(" "))
const RELEASE =
    "--sequence 7 --vendor domovoi.example --model gas-valve --board valve_pico --passphrase-file passphrase"

beforeAll(async () => {
    writeFileSync(join(folder, "passphrase"), "correct horse battery\n")
    writeFileSync(join(folder, "wrong"), "incorrect horse battery\n")
    expect((await run("keygen -o a.key --algorithm EdDSA --passphrase-file passphrase")).stderr).toBe("")
    expect((await run("keygen -o b.key --algorithm ES256 --passphrase-file passphrase")).stderr).toBe("")
    writeFileSync(join(folder, "v7.devs"), numberedImage(7))
    writeFileSync(join(folder, "careless.devs"), numberedImage(4_294_967_295))
    expect((await run(`sign v7.devs -o v7.suit --key a.key ${RELEASE}`)).stderr).toBe("")
})

const refusal = async (line: string) => {
    const { status, stdout } = await run(`inspect ${line} --json`)
    return [status, JSON.parse(stdout).verdict.refusal]
}

test("a signed package is sound under the key that signed it, and under no other", async () => {
    expect(await refusal("v7.suit")).toEqual([0, "none"])
    expect(await refusal("v7.suit --key a.key.pub")).toEqual([0, "none"])
    expect((await refusal("v7.suit --key b.key.pub"))[0]).toBe(1)
    const told = await run("inspect v7.suit --key a.key.pub")
    expect(told.stdout).toContain("sound, and signed by every key given")
    expect(told.stdout).toMatch(/sequence.*7/)
})

test("a key becomes a module of device code, of its public half alone", async () => {
    for (const [file, algorithm, bytes] of [
        ["a.key", "EdDSA", 3168],
        ["b.key.pub", "ES256", 2112],
    ] as const) {
        const { keyId, publicKey } = JSON.parse(readFileSync(join(folder, file), "utf8"))
        const told = await run(`known-key ${file} -o key.ts --json`)
        expect(JSON.parse(told.stdout)).toEqual({ file: "key.ts", algorithm, keyId })
        const module = readFileSync(join(folder, "key.ts"), "utf8").replaceAll(/\s/g, "")
        expect(module).toContain(`publicKey:hex\`${publicKey}\`,`)
        const comb = knownKeyComb(algorithm, Buffer.from(publicKey, "hex"))
        expect(comb).toHaveLength(bytes)
        expect(module).toContain(`comb:hex\`${comb.toString("hex")}\`,`)
    }
})

test("a key without a table is refused", async () => {
    const { privateKey, ...key } = JSON.parse(readFileSync(join(folder, "a.key"), "utf8"))
    const refused = async (changed: object, why: string) => {
        writeFileSync(join(folder, "other.pub"), JSON.stringify({ ...key, ...changed }))
        const { status, stdout, stderr } = await run("known-key other.pub -o none.ts")
        expect([status, stdout, stderr]).toEqual([2, "", `domovoi: other.pub: ${why}\n`])
        expect(existsSync(join(folder, "none.ts"))).toBe(false)
    }
    expect(privateKey).toBeDefined()
    await refused({ algorithm: "SLH-DSA-SHA2-128s" }, "SLH-DSA-SHA2-128s is verified without multiples of the key")
    await refused({ algorithm: "ES256" }, `the key ${KEY_FAULTS.size}`)
    await refused({ publicKey: `01${"00".repeat(31)}` }, `the key ${KEY_FAULTS.order}`)
    await refused({ publicKey: `02${"00".repeat(31)}` }, `the key ${KEY_FAULTS.notAPoint}`)
})

test("one more signature makes it sound under both keys", async () => {
    expect((await run("sign v7.suit -o both.suit --key b.key --passphrase-file passphrase")).status).toBe(0)
    expect(await refusal("both.suit --key a.key.pub --key b.key.pub")).toEqual([0, "none"])
    expect((await refusal("v7.suit --key a.key.pub --key b.key.pub"))[0]).toBe(1)
})

test("a careless number is signed with a warning, on standard error and in the JSON", async () => {
    const line = `sign careless.devs -o careless.suit --key a.key ${RELEASE.replace("sequence 7", "sequence 4294967295")}`
    const { status, stdout, stderr } = await run(`${line} --json`)
    expect(status).toBe(0)
    const { warnings } = JSON.parse(stdout)
    expect(warnings).toEqual([expect.stringContaining("secure element"), expect.stringContaining("2147483648")])
    expect(stderr).toBe(warnings.map((warning: string) => `domovoi: careless.suit: ${warning}\n`).join(""))
    expect(JSON.parse((await run(`sign v7.devs -o v7.suit --key a.key ${RELEASE} --json`)).stdout).warnings).toEqual([])
})

test("a trust policy's number is counted by no element, and a careless one is signed with a warning, too", async () => {
    writeFileSync(join(folder, "policy.json"), JSON.stringify({ threshold: 1, keys: ["a.key.pub"] }))
    const warnings = async (sequence: number) =>
        JSON.parse(
            (
                await run(
                    `sign policy.json -o policy.suit --key a.key --sequence ${sequence} --vendor domovoi.example --model gas-valve --passphrase-file passphrase --json`,
                )
            ).stdout,
        ).warnings
    expect(await warnings(2)).toEqual([])
    expect(await warnings(20_000)).toEqual([expect.stringContaining("looks like no count of policies")])
    expect(await warnings(600_000)).toEqual([expect.not.stringContaining("element")])
    expect(await warnings(4_294_967_295)).toEqual([expect.stringContaining("no number more than 2147483648 above")])
})

test("one more signature warns of the package's own number", async () => {
    const line = "sign careless.suit -o twice.suit --key b.key --passphrase-file passphrase --json"
    expect(JSON.parse((await run(line)).stdout).warnings).toHaveLength(2)
})

test("a changed byte anywhere that is looked at is refused", async () => {
    const good = readFileSync(join(folder, "v7.suit"))
    const reasons = new Set<string>()
    for (const at of [20, 60, 120, 200, 260, good.length - 1]) {
        const bad = Buffer.from(good)
        bad[at] ^= 1
        writeFileSync(join(folder, "bad.suit"), bad)
        const [status, reason] = await refusal("bad.suit --key a.key.pub")
        expect([at, status]).toEqual([at, 1])
        reasons.add(reason)
    }
    expect(reasons.size).toBeGreaterThan(2)
})

test("private halves are kept for their owner alone, and under the passphrase", async () => {
    expect(statSync(join(folder, "a.key")).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(folder, "a.key"), "utf8")).not.toContain("correct horse")
})

test("a bill of materials lists the compiler, and is the same every time", async () => {
    const bills = [await run("sbom gas-valve"), await run("sbom gas-valve")].map(({ stdout }) => stdout)
    expect(bills[0]).toBe(bills[1])
    const { bomFormat, components, metadata } = JSON.parse(bills[0])
    expect(bomFormat).toBe("CycloneDX")
    expect(components.length).toBeGreaterThan(1)
    expect(JSON.stringify(metadata)).toContain("@devicescript/cli")
})

describe("bad input: one line on standard error, status 2, no file", () => {
    const CASES: Record<string, string> = {
        "keygen -o a.key --algorithm EdDSA --passphrase-file passphrase": "a.key: ",
        "keygen -o c.key --algorithm RSA --passphrase-file passphrase": "argument 'RSA' is invalid",
        "keygen -o c.key --algorithm EdDSA --passphrase-file nowhere": "the passphrase cannot be read",
        "sign nowhere.devs -o x.suit --key a.key --passphrase-file passphrase": "nowhere.devs: ",
        [`sign v7.devs -o x.suit --key passphrase ${RELEASE}`]: "passphrase: ",
        [`sign v7.devs -o x.suit --key a.key ${RELEASE.replace("file passphrase", "file wrong")}`]:
            "a.key: wrong passphrase",
        "sign v7.devs -o x.suit --key a.key --passphrase-file passphrase": "--sequence",
        [`sign v7.devs -o x.suit --key a.key ${RELEASE.replace("sequence 7", "sequence 8")}`]:
            "v7.devs: the program calls itself 7, its package 8",
        "sign v7.suit -o x.suit --key b.key --sequence 8 --passphrase-file passphrase": "v7.suit: leave out --sequence",
        [`sign v7.suit -o x.suit --key b.key ${RELEASE}`]: "leave out --sequence, --vendor, --model, --board",
        "sign v7.devs -o x.suit --key a.key --sequence -1": "a sequence number is a whole number",
        "sign v7.devs -o x.suit --key a.key --sequence 1e3": "a sequence number is a whole number",
        "sign v7.devs -o x.suit --key a.key --sequence 4294967296": "a sequence number is a whole number",
        "sign v7.devs -o x.suit --key a.key --sequence zero": "a sequence number is a whole number",
        "inspect nowhere.suit": "nowhere.suit: ",
        "inspect v7.suit --key passphrase": "passphrase: ",
        "sbom teapot": 'unknown device "teapot"',
    }
    test.each(Object.entries(CASES))("%s", async (line, message) => {
        const files = readdirSync(folder).sort()
        const { status, stdout, stderr } = await run(line)
        expect(stderr).toContain(message)
        expect(stderr.trimEnd()).not.toContain("\n")
        expect([status, stdout]).toEqual([2, ""])
        expect(readdirSync(folder).sort()).toEqual(files)
    })
})
