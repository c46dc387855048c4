/** Somebody pairs with a simulated unit and invites others, by commands. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { pairingCode } from "../../src/host/identity/pairing-secret"
import { commandInProcess } from "./in-process"

const folder = mkdtempSync(join(tmpdir(), "domovoi-pair-"))
afterAll(() => rmSync(folder, { recursive: true }))

const run = (...args: string[]) => commandInProcess(folder, ...args)
const OWNER = ["--serial", "GV-1", "--session", "owner.json"]
const GUEST = ["--serial", "GV-1", "--session", "guest.json"]
/** As it stands on the label. */
let label: string
const OTHER_LABEL = pairingCode(Buffer.alloc(16, 7))

beforeAll(async () => {
    writeFileSync(join(folder, "passphrase"), "correct horse battery\n")
    const maker = ["--passphrase-file", "passphrase"]
    expect((await run("ca", "init", "--name", "Hearth", ...maker)).status).toBe(0)
    const unit = ["--board", "valve_pico", "--class", "1", "--serial", "GV-1"]
    expect((await run("provision", ...unit, ...maker)).status).toBe(0)
    label = pairingCode(readFileSync(join(folder, "domovoi-ca/units/GV-1/pairing-secret")))
})

describe("pairing", () => {
    test("takes somebody at the unit: without a press nobody is paired, and nothing is kept", async () => {
        const { status, stdout } = await run("pair", ...OWNER, "--label", label, "--json")
        expect([status, JSON.parse(stdout)]).toEqual([1, { paired: false, reason: "NobodyThere" }])
        expect(readdirSync(folder)).not.toContain("owner.json")
    })

    test("takes the label of that unit", async () => {
        const wrong = await run("pair", ...OWNER, "--label", OTHER_LABEL, "--press", "button", "--json")
        expect([wrong.status, JSON.parse(wrong.stdout)]).toEqual([1, { paired: false, reason: "NotAuthentic" }])
        expect(readdirSync(folder)).not.toContain("owner.json")
        const another = await run("pair", ...OWNER, "--label", "DOMOVOI:1:GV-2:00000000000000000000000000")
        expect([another.status, another.stderr]).toEqual([
            2,
            expect.stringContaining("that label is of GV-2, not of GV-1"),
        ])
        const none = await run("pair", ...OWNER, "--label", "12345678")
        expect([none.status, none.stderr]).toEqual([2, expect.stringContaining("no label and no invitation")])
        const silent = await run("pair", ...OWNER)
        expect([silent.status, silent.stderr]).toEqual([2, expect.stringContaining("Give what the label says")])
        const both = await run("pair", ...OWNER, "--label", label, "--qr", "label.png")
        expect([both.status, both.stderr]).toEqual([2, expect.stringContaining("give one of them")])
    })

    test("with both gives the owner a session, which is theirs alone", async () => {
        const picture = "domovoi-ca/units/GV-1/label.png"
        const { status, stdout } = await run("pair", ...OWNER, "--qr", picture, "--press", "button")
        expect([status, stdout]).toEqual([0, expect.stringContaining("paired with GV-1; the session is in owner.json")])
        expect(stdout).toContain("it has proved that it is GV-1")
        expect(statSync(join(folder, "owner.json")).mode & 0o777).toBe(0o600)
        const again = await run("pair", ...GUEST, "--label", label, "--press", "button", "--json")
        expect([again.status, JSON.parse(again.stdout)]).toEqual([1, { paired: false, reason: "UnknownCredential" }])
    })
})

describe("people", () => {
    test("are invited with a role, come once, and are listed", async () => {
        const told = await run("people", "invite", "guest", ...OWNER, "--json")
        expect(told.status).toBe(0)
        const { invitation } = JSON.parse(told.stdout)
        expect(invitation).toMatch(/^DOMOVOI:I1:GV-1:[0-9A-Z]{26}$/)
        const shown = await run("people", "invite", "family", ...OWNER)
        expect(shown.stdout).toContain("\u2588")
        expect(shown.stdout).toMatch(/domovoi pair --label DOMOVOI:I2:GV-1:/)
        const paired = await run("pair", "--session", "guest.json", "--label", invitation, "--press", "button")
        expect([paired.status, paired.stderr]).toEqual([0, ""])
        const list = await run("people", "list", ...GUEST, "--json")
        expect([list.status, JSON.parse(list.stdout)]).toEqual([1, { refused: "Forbidden" }])
        const people = JSON.parse((await run("people", "list", ...OWNER, "--json")).stdout)
        expect(people).toEqual({
            people: [
                { place: 0, role: "owner", isMe: true },
                { place: 1, role: "guest", isMe: false },
            ],
        })
    })

    test("are removed by an owner, and are nobody then", async () => {
        const { status, stdout } = await run("people", "remove", "1", ...OWNER)
        expect([status, stdout]).toEqual([0, "the unit knows nobody at place 1 any more\n"])
        const { status: gone, stderr } = await run("people", "leave", ...GUEST)
        expect([gone, stderr]).toEqual([1, expect.stringContaining("the unit does not know this session")])
        expect((await run("people", "list", ...OWNER)).stdout).toBe("0  owner, this session\n")
    })

    test("of whom the last owner cannot leave", async () => {
        const { status, stdout } = await run("people", "leave", ...OWNER, "--json")
        expect([status, JSON.parse(stdout)]).toEqual([1, { refused: "Forbidden" }])
        expect(readdirSync(folder)).toContain("owner.json")
    })

    test("have no session where none was kept", async () => {
        const { status, stderr } = await run("people", "list", "--serial", "GV-1", "--session", "nobody.json")
        expect([status, stderr]).toEqual([2, expect.stringContaining("pair first: domovoi pair --serial GV-1")])
        writeFileSync(join(folder, "broken.json"), "{}")
        const broken = await run("people", "list", "--serial", "GV-1", "--session", "broken.json")
        expect([broken.status, broken.stderr]).toEqual([2, expect.stringContaining("that is no session of ours")])
    })
})

test("a session that was copied says nothing to the unit that the other has not moved on from", async () => {
    writeFileSync(join(folder, "copy.json"), readFileSync(join(folder, "owner.json")))
    expect((await run("people", "list", ...OWNER)).status).toBe(0)
    expect((await run("people", "list", ...OWNER)).status).toBe(0)
    const copied = await run("people", "list", "--serial", "GV-1", "--session", "copy.json")
    expect(copied.status).toBe(1)
    expect((await run("people", "list", ...OWNER)).status).toBe(0)
})
