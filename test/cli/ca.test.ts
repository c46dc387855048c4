import { X509Certificate } from "node:crypto"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { caCommand } from "../../src/cli/ca-command"
import { openCaFolder, unlockCa } from "../../src/host/identity/ca-folder"
import { readCrl } from "../../src/host/identity/revocation"
import { UnitRegister } from "../../src/host/identity/unit-register"
import { certify } from "../host/identity/factory"
import { commandInProcess } from "./in-process"

const folder = mkdtempSync(join(tmpdir(), "domovoi-ca-"))
const PASSPHRASE = "correct horse battery"
const FILES = { passphrase: `${PASSPHRASE}\n`, wrong: "incorrect horse battery\n", short: "eleven char\n" }

let certificate: X509Certificate
beforeAll(async () => {
    for (const [file, text] of Object.entries(FILES)) writeFileSync(join(folder, file), text)
    expect((await ca("init --dir ca --name Hearth --years 20 --passphrase-file passphrase")).stderr).toBe("")
    certificate = new X509Certificate((await ca("show --dir ca --pem")).stdout)
    // Two units, as `domovoi provision` certifies them.
    const made = openCaFolder(join(folder, "ca"))
    const authority = await unlockCa(made, PASSPHRASE)
    const units = new UnitRegister(made)
    for (const serial of ["DB-1", "DB-2"]) await certify(units, authority, serial, { serial }, new Date())
})
afterAll(() => rmSync(folder, { recursive: true }))

function ca(parameters: string) {
    return commandInProcess(folder, "ca", ...parameters.split(" "))
}

test("an authority is made, and shown to programs and to people", async () => {
    const { fingerprint256, publicKey, validFrom, validTo } = certificate
    expect(certificate.verify(publicKey)).toBe(true)
    expect(new Date(validTo).getUTCFullYear() - new Date(validFrom).getUTCFullYear()).toBe(20)

    const fingerprint = fingerprint256.replaceAll(":", "").toLowerCase()
    const { status, stdout } = await ca("show --dir ca --json")
    expect(status).toBe(0)
    const shown = { subject: "O=Hearth, CN=Device CA", algorithm: "p256", fingerprint, issued: 2, revoked: 0 }
    expect(JSON.parse(stdout)).toMatchObject(shown)
    expect((await ca("show --dir ca")).stdout.split("\n")).toEqual([
        "O=Hearth, CN=Device CA",
        "key          p256",
        `fingerprint  ${fingerprint} (SHA-256 of the certificate)`,
        expect.stringMatching(/^valid {8}from .*Z until .*Z$/),
        "units        2 certified, 0 of them revoked",
        "",
    ])
})

test("the passphrase can come from the environment", async () => {
    process.env.DOMOVOI_CA_PASSPHRASE = PASSPHRASE
    const { status, stdout } = await ca("init --algorithm ed25519 --dir other --json")
    delete process.env.DOMOVOI_CA_PASSPHRASE
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ algorithm: "ed25519", notAfter: "9999-12-31T23:59:59.000Z", issued: 0 })
    expect(readFileSync(join(folder, "other/ca.json"), "utf8")).not.toContain(PASSPHRASE)
})

test("what was revoked is listed, and stays revoked for the first reason", async () => {
    const { stdout } = await ca("revoke DB-2 --dir ca --reason keyCompromise")
    expect(stdout).toMatch(/^DB-2: revoked at 2.*Z \(keyCompromise\)\n$/)
    const again = JSON.parse((await ca("revoke DB-2 --dir ca --json")).stdout)
    expect(again).toMatchObject({ serial: "DB-2", reason: "keyCompromise" })

    const crl = await ca("crl --dir ca --passphrase-file passphrase -o devices.crl --days 7 --json")
    expect(JSON.parse(crl.stdout)).toEqual({ file: "devices.crl", revoked: 1 })
    const list = readFileSync(join(folder, "devices.crl"))
    const read = (days: number) =>
        readCrl(list, "devices.crl", certificate.raw, new Date(Date.now() + days * 86_400_000))
    expect(read(6)).toEqual(new Set([again.certificateSerial]))
    expect(() => read(8)).toThrow("out of date")
})

test("help has examples for every command", async () => {
    const command = caCommand()
    for (const each of [command, ...command.commands]) {
        let help = ""
        each.configureOutput({ writeOut: text => (help += text) }).outputHelp()
        expect(help).toMatch(/\nExamples:\n {2}domovoi ca /)
    }
})

describe("bad input: one line on standard error, exit status 2, nothing half-written", () => {
    const CASES: Record<string, string> = {
        "init --dir ca --passphrase-file passphrase": "ca/ca.json: there is a CA already, and it is never overwritten",
        "init --dir new --passphrase-file short": "the passphrase is short: give at least 12 characters",
        "init --dir new": "no passphrase: give --passphrase-file, set DOMOVOI_CA_PASSPHRASE, or run at a terminal",
        "init --dir passphrase/new --passphrase-file passphrase": "passphrase/new/ca.json: cannot be read: ENOTDIR",
        "init --years 0": "option '--years <number>' argument '0' is invalid. give a whole number from 1 to 999.",
        "init --passphrase correct": "unknown option '--passphrase'",
        show: 'domovoi-ca/ca.json: no such file; make a CA with "domovoi ca init", or give its --dir',
        "revoke DB-3 --dir ca": "unit DB-3: this CA has issued no certificate for it",
        "crl --dir ca -o new.crl --passphrase-file wrong": "ca/ca.json: wrong passphrase (or the file was changed)",
        "crl --dir ca -o nowhere/new.crl --passphrase-file passphrase": "nowhere/new.crl: cannot be written: ENOENT",
        dance: "unknown command 'ca dance'",
    }
    test.each(Object.entries(CASES))("%s", async (parameters, complaint) => {
        const before = readdirSync(folder, { recursive: true }).sort()
        const { status, stdout, stderr } = await ca(parameters)
        const expected = `domovoi: ${complaint}`
        expect(stderr.slice(0, expected.length)).toBe(expected)
        expect(stderr.split("\n")).toEqual([expect.any(String), ""])
        expect(stdout).toBe("")
        expect(status).toBe(2)
        expect(readdirSync(folder, { recursive: true }).sort()).toEqual(before)
    })
})
