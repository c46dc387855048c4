/** What commands ask a unit for that has people: inside the session that is kept here, and without one. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { pairingCode } from "../../src/host/identity/pairing-secret"
import { simulatedPairingSecret, simulatedSerial, simulatedTrust } from "../../src/host/unit/simulated-factory"
import { type Device, newUnit, packageOf, release, UNIT_ID } from "../host/update/releases"
import { commandInProcess } from "./in-process"

const folder = mkdtempSync(join(tmpdir(), "domovoi-session-"))
const path = (name: string) => join(folder, name)
const SERIAL = simulatedSerial(UNIT_ID)
/** As it is found by its serial number. */
const KEPT = `sessions/domovoi/sessions/${SERIAL}.json`
const CONFIG = process.env.XDG_CONFIG_HOME

async function run(device: Device, line: string, ...more: string[]) {
    const { status, stdout, stderr } = await commandInProcess(
        folder,
        ...line.split(" "),
        "--unit",
        `${device}.json`,
        ...more,
    )
    return { status, stdout, stderr }
}
const json = ({ status, stdout }: { status: number | null; stdout: string }) => [status, JSON.parse(stdout)]
const CA = ["--ca", "ca.der"]

beforeAll(async () => {
    process.env.XDG_CONFIG_HOME = path("sessions")
    writeFileSync(path("ca.der"), (await simulatedTrust()).ca)
    for (const device of ["gas-valve", "doorbell"] as const) {
        const state = (await newUnit(device)).board.save()
        const board = device === "doorbell" ? "doorbell_c3" : "valve_pico"
        writeFileSync(
            path(`${device}.json`),
            JSON.stringify({ version: 2, board, deviceId: UNIT_ID, starts: 0, state }),
        )
    }
    writeFileSync(path("v2.suit"), await packageOf("gas-valve", 2, (await release("gas-valve", 2)).image))
    const label = pairingCode(simulatedPairingSecret(SERIAL))
    const by = ["--serial", SERIAL, "--label", label]
    expect(await run("gas-valve", "pair --press button", ...by)).toMatchObject({ status: 0 })
    expect(existsSync(path(KEPT))).toBe(true)
    expect(await run("doorbell", "pair --press release --session bell.json", ...by)).toMatchObject({ status: 0 })
})
afterAll(() => {
    process.env.XDG_CONFIG_HOME = CONFIG
    if (CONFIG === undefined) delete process.env.XDG_CONFIG_HOME
    rmSync(folder, { recursive: true })
})

describe("a unit that has people", () => {
    const commands = [
        ["attest --json", { valid: true, serial: SERIAL }, { valid: false, refusal: "noAnswer" }],
        ["log pull -o unit.log --json", { whole: true }, { whole: false, refusal: "noAnswer" }],
    ] as const

    test.each(commands)("answers %s inside the session that is kept here", async (line, told) => {
        expect(json(await run("gas-valve", line, ...CA))).toMatchObject([0, told])
    })

    test.each(commands)("does not answer %s without one, and it is said what to do", async (line, _, told) => {
        process.env.XDG_CONFIG_HOME = path("nowhere")
        const { status, stdout } = await run("gas-valve", line, ...CA)
        process.env.XDG_CONFIG_HOME = path("sessions")
        const printed = JSON.parse(stdout)
        expect([status, printed]).toMatchObject([1, told])
        expect(printed.detail).toContain("served inside their sessions (domovoi pair, --session)")
    })

    test("takes an update from its owner, and from nobody else", async () => {
        process.env.XDG_CONFIG_HOME = path("nowhere")
        const refused = await run("gas-valve", "update v2.suit --yes --json", ...CA, "--serial", SERIAL)
        process.env.XDG_CONFIG_HOME = path("sessions")
        expect(json(refused)).toMatchObject([
            1,
            { outcome: "interrupted", detail: expect.stringContaining("--session") },
        ])
        const updated = await run("gas-valve", "update v2.suit --yes --json", ...CA, "--serial", SERIAL)
        expect(json(updated)).toMatchObject([0, { outcome: "confirmed" }])
    })
})

describe("a session that was named", () => {
    test("has to be there, and to be one", async () => {
        const none = await run("gas-valve", "attest --session none.json", ...CA)
        expect([none.status, none.stderr]).toEqual([
            2,
            expect.stringContaining(`pair first: domovoi pair --serial ${SERIAL}`),
        ])
        writeFileSync(path("broken.json"), "{}")
        const broken = await run("gas-valve", "log pull -o unit.log --session broken.json", ...CA)
        expect([broken.status, broken.stderr]).toEqual([2, expect.stringContaining("that is no session of ours")])
    })

    test("is with that unit", async () => {
        const other = JSON.parse(readFileSync(path(KEPT), "utf8"))
        writeFileSync(path("other.json"), JSON.stringify({ ...other, serial: "GV-9" }))
        const { status, stderr } = await run("gas-valve", "attest --session other.json", ...CA)
        expect([status, stderr]).toEqual([2, expect.stringContaining(`the session is with GV-9, not with ${SERIAL}`)])
    })
})

describe("an owner", () => {
    const BELL = ["--session", "bell.json"]

    test("disables a unit from anywhere, and enables it at the unit", async () => {
        expect(json(await run("doorbell", "disable --json", ...BELL))).toEqual([0, { disabled: true }])
        const away = await run("doorbell", "enable", ...BELL)
        expect([away.status, away.stderr]).toEqual([
            1,
            expect.stringContaining("a hand on the unit's button is missing"),
        ])
        expect(json(await run("doorbell", "enable --json", ...BELL))).toEqual([1, { refused: "NotAllowed" }])
        const there = await run("doorbell", "enable --press release", ...BELL)
        expect([there.status, there.stdout]).toEqual([0, "enabled\n"])
        const far = await run("doorbell", "enable --target serial --port none --press release", ...BELL)
        expect([far.status, far.stderr]).toEqual([2, expect.stringContaining("press the button yourself")])
    })

    test("reads what is taken, and answers to the version that was read", async () => {
        const [status, { uses }] = json(await run("doorbell", "privacy list --json", ...BELL))
        expect(status).toBe(0)
        expect(uses).toMatchObject([
            { use: 0, version: 1, answer: "None" },
            { use: 1, version: 1, answer: "None" },
        ])
        expect(json(await run("doorbell", "privacy answer 0 1 yes --json", ...BELL))).toEqual([
            0,
            { use: 0, version: 1, answer: "yes" },
        ])
        const old = await run("doorbell", "privacy answer 1 2 yes", ...BELL)
        expect([old.status, old.stderr]).toEqual([1, expect.stringContaining("or in another version")])
        expect((await run("doorbell", "privacy list", ...BELL)).stdout).toMatch(
            /^0 {2}version 1, yes, not kept: .+\n1 {2}version 1, nobody has answered, kept 86400 s: .+\n$/,
        )
    })

    test.each([
        ["privacy answer 0 1 maybe", "an answer is yes or no"],
        ["privacy answer 256 1 yes", "no number from 0 to 255"],
        ["privacy answer 0 x yes", "no number from 0 to 255"],
    ])("gives %s in vain", async (line, complaint) => {
        const { status, stderr } = await run("doorbell", line, ...BELL)
        expect([status, stderr]).toEqual([2, expect.stringContaining(complaint)])
    })

    test("without a session is nobody", async () => {
        process.env.XDG_CONFIG_HOME = path("nowhere")
        const { status, stderr } = await run("doorbell", "disable")
        process.env.XDG_CONFIG_HOME = path("sessions")
        expect([status, stderr]).toEqual([1, expect.stringContaining("(domovoi pair, --session)")])
    })
})
