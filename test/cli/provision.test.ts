import { X509Certificate } from "node:crypto"
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { loadBoard } from "../../simulators/board/definition"
import type { Fram } from "../../simulators/parts/fram"
import { fingerprint } from "../../src/host/identity/fingerprint"
import { attest } from "../../src/host/unit/attestation"
import { SimulatedUnit } from "../../src/host/unit/simulated-unit"
import { readTrust } from "../../src/host/unit/trust"
import { later, seeded } from "../host/identity/factory"
import { commandInProcess } from "./in-process"

const folder = mkdtempSync(join(tmpdir(), "domovoi-provision-"))
afterAll(() => rmSync(folder, { recursive: true }))

const VALVE = "provision --board valve_pico --class 1 --passphrase-file passphrase"
const DOORBELL = "provision --board doorbell_c3 --class 2 --passphrase-file passphrase"
const run = (line: string) => commandInProcess(folder, ...line.split(" "))

beforeAll(async () => {
    writeFileSync(join(folder, "passphrase"), "correct horse battery\n")
    expect((await run("ca init --name Hearth --passphrase-file passphrase")).status).toBe(0)
    const { status, stderr } = await run(`${VALVE} --serial GV-1`)
    expect(status).toBe(0)
    expect(stderr).toMatch(
        /domovoi: GV-1: it takes no updates, and never will: it was given no trust policy \(--policy\)/,
    )
})

test("a provisioned unit attests, to people and to programs", async () => {
    const told = await run("attest --serial GV-1")
    expect(told.status).toBe(0)
    expect(told.stdout).toMatch(/^valid: GV-1, Domovoi gas valve by Hearth\nfirmware {5}v\d/)
    const { status, stdout, stderr } = await run("attest --serial GV-1 --json")
    expect([status, stderr]).toEqual([0, ""])
    expect(JSON.parse(stdout)).toMatchObject({ valid: true, serial: "GV-1", securityClass: 1, bootCount: 3 })
})

test("a simulated unit is a test unit, to people, to programs and in the manufacture log", async () => {
    expect((await run("attest --serial GV-1")).stdout).toContain("\ntest unit ")
    expect(JSON.parse((await run("attest --serial GV-1 --json")).stdout)).toMatchObject({
        valid: true,
        isTestUnit: true,
    })
    const [line] = readFileSync(join(folder, "domovoi-ca/manufacture.jsonl"), "utf8").split("\n")
    expect(JSON.parse(line)).toMatchObject({ serial: "GV-1", isTestUnit: true })
    expect(statSync(join(folder, "domovoi-units/GV-1.json")).mode & 0o777).toBe(0o600)
})

test("what a test unit has signed is believed elsewhere only by who is told to", async () => {
    expect((await run("log pull -o gv-1.log --serial GV-1")).stdout).toContain("log of test unit GV-1")
    const refused = await run("log verify gv-1.log --json")
    expect([refused.status, JSON.parse(refused.stdout)]).toMatchObject([1, { whole: false, refusal: "testUnit" }])
    expect((await run("log verify gv-1.log")).stdout).toContain("--allow-test-units takes it")
    const told = await run("log verify gv-1.log --allow-test-units --json")
    expect([told.status, JSON.parse(told.stdout)]).toMatchObject([0, { whole: true, isTestUnit: true }])
})

test("two projects have two keys for one serial number, unless a seed asks for the same unit", async () => {
    const keyOf = async (project: string, more: string) => {
        expect((await run(`ca init --dir ${project}/ca --passphrase-file passphrase`)).status).toBe(0)
        const line = `${VALVE} --serial GV-9 --ca ${project}/ca --unit ${project}/unit.json${more}`
        expect(await run(line)).toMatchObject({
            status: 0,
            stdout: expect.stringContaining("test unit    its certificate says so"),
        })
        const certificate = readFileSync(join(folder, project, "ca/units/GV-9/certificate.der"))
        return new X509Certificate(certificate).publicKey.export({ format: "der", type: "spki" }).toString("hex")
    }
    const keys = [
        await keyOf("one", ""),
        await keyOf("two", ""),
        await keyOf("three", " --seed a"),
        await keyOf("four", " --seed a"),
    ]
    expect(new Set(keys).size).toBe(3)
    expect(keys[2]).toBe(keys[3])
})

test("provisioning again changes nothing", async () => {
    const before = readFileSync(join(folder, "domovoi-ca/units/GV-1/certificate.der"))
    const { status, stdout } = await run(`${VALVE} --serial GV-1 --json`)
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
        serial: "GV-1",
        model: "Domovoi gas valve",
        wasDone: true,
        takesUpdates: false,
    })
    expect(readFileSync(join(folder, "domovoi-ca/units/GV-1/certificate.der"))).toEqual(before)
    const log = readFileSync(join(folder, "domovoi-ca/manufacture.jsonl"), "utf8")
    expect(log.match(/GV-1/g)).toHaveLength(1)
    expect(JSON.parse(log.split("\n")[0])).toMatchObject({ serial: "GV-1", certificateSha256: fingerprint(before) })
})

test("a class 2 unit is locked only when asked", async () => {
    const refused = await run(`${DOORBELL} --serial DB-1 --json`)
    expect(refused.status).toBe(1)
    expect(JSON.parse(refused.stdout)).toMatchObject({ refusal: "lockNeeded" })
    expect(readdirSync(join(folder, "domovoi-ca/units/DB-1"))).toEqual(["pairing-secret"])
    expect((await run(`${DOORBELL} --serial DB-1 --lock`)).status).toBe(0)
    const { stdout } = await run("attest --serial DB-1 --json")
    expect(JSON.parse(stdout)).toMatchObject({ valid: true, securityClass: 2 })
})

test("a bundle makes a unit that attests, on its own chip and on no other", async () => {
    const line = `${VALVE} --serial GV-2 --target bundle --device-id E6614C311B7E6F2A`
    expect((await run(line)).status).toBe(0)
    const bundle = join(folder, "domovoi-units/GV-2")
    expect(statSync(bundle).mode & 0o777).toBe(0o700)
    const memory = readFileSync(join(bundle, "fram.bin"))
    expect((await run(line)).status).toBe(0)
    expect(readFileSync(join(bundle, "fram.bin")).subarray(8192)).toEqual(memory.subarray(8192))

    const trust = await readTrust(join(folder, "domovoi-ca"), undefined, later())
    for (const [deviceId, answer] of [
        ["e6614c311b7e6f2a", "claims"],
        ["e6614c311b7e6f2b", "refusal"],
    ]) {
        const unit = new SimulatedUnit(loadBoard("valve_pico", "boards"), deviceId)
        unit.board.install(readFileSync(join(bundle, "program.devs")))
        ;(unit.board.parts.get("fram") as Fram).bytes.set(memory)
        await unit.powerOn()
        expect(await attest(unit, { ...trust, now: new Date(), serial: "GV-2" }, seeded(deviceId))).toHaveProperty(
            answer,
        )
    }
})

test("a verifier without the authority's folder takes its certificate and its revocation list", async () => {
    writeFileSync(join(folder, "ca.pem"), (await run("ca show --pem")).stdout)
    expect((await run("attest --serial GV-1 --ca ca.pem")).status).toBe(0)
    expect((await run(`${VALVE} --serial GV-3`)).status).toBe(0)
    expect((await run("ca revoke GV-3")).status).toBe(0)
    expect((await run("ca crl -o devices.crl --passphrase-file passphrase")).status).toBe(0)
    expect((await run("attest --serial GV-1 --ca ca.pem --crl devices.crl")).status).toBe(0)
    const revoked = await run("attest --serial GV-3 --ca ca.pem --crl devices.crl --json")
    expect([revoked.status, JSON.parse(revoked.stdout)]).toEqual([1, { valid: false, refusal: "revoked" }])
    expect((await run("attest --serial GV-3")).stdout).toBe("refused: revoked\n")
})

describe("bad input: one line on standard error, nothing on standard output, status 2", () => {
    const CASES: Record<string, string> = {
        "provision --serial A --class 1": "required option '--board <id>' not specified",
        [`${VALVE} --serial gv-1`]: "argument 'gv-1' is invalid. a serial number has 1 to 30 capital letters",
        "provision --board teapot --serial A --class 1 --passphrase-file passphrase": ": no board teapot; boards are ",
        "provision --board valve_pico --serial A --class 3":
            "option '--class <number>' argument '3' is invalid. give 1 or 2.",
        "provision --board valve_pico --serial A --class 1 --ca nowhere --passphrase-file passphrase":
            "no such file; make a CA",
        "provision --board valve_pico --serial A --class 1 --passphrase-file nowhere": "the passphrase cannot be read",
        [`${VALVE} --serial A --target bundle`]: "--target bundle needs --device-id",
        [`${VALVE} --serial A --target bundle --seed a`]: "--seed is for simulated units: a bundle unit makes a key of",
        [`${VALVE} --serial A --target bundle --device-id 12`]: "argument '12' is invalid. give 16 hex digits.",
        [`${DOORBELL} --serial A --target bundle --device-id e6614c311b7e6f2a`]: "a bundle is for class 1",
        [`${VALVE} --serial A --firmware doorbell`]: "doorbell is for doorbell_c3, not for valve_pico",
        [`${VALVE} --serial A --target serial`]: "--target serial needs --port",
        [`${VALVE} --serial A --target serial --port passphrase`]: "passphrase: ",
        [`${VALVE} --serial A --unit passphrase`]: "passphrase: this is no simulated unit of version 2",
        attest: "which simulated unit? give --unit or --serial",
        "attest --serial NONE": "domovoi-units/NONE.json: no such simulated unit",
        "attest --serial GV-1 --ca passphrase": "passphrase: this is no certificate",
        "attest --serial GV-1 --crl passphrase": "is a folder, which has its own list of revocations",
    }
    test.each(Object.entries(CASES))("%s", async (line, message) => {
        const units = readdirSync(folder, { recursive: true })
        const { status, stdout, stderr } = await run(line)
        expect(stderr).toContain(message)
        expect(stderr.trimEnd()).not.toContain("\n")
        expect([status, stdout]).toEqual([2, ""])
        expect(readdirSync(folder, { recursive: true })).toEqual(units)
    })
})
