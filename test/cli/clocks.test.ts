/** A machine whose clock is wrong, by a day or by centuries: nothing is dated by it, and whoever is refused because of it is told so. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { packageOf, release } from "../host/update/releases"
import { commandAt } from "./in-process"

const folder = mkdtempSync(join(tmpdir(), "domovoi-clocks-"))
afterAll(() => rmSync(folder, { recursive: true }))

const NOW = "2026-12-01T10:00:00.000Z"
const CLOCKS = {
    1970: "1970-01-01T00:00:00.000Z",
    2020: "2020-06-01T00:00:00.000Z",
    yesterday: "2026-11-30T10:00:00.000Z",
    now: NOW,
    2046: "2046-06-01T00:00:00.000Z",
    9999: "9999-12-31T23:59:59.000Z",
}
type Clock = `${keyof typeof CLOCKS}`
const ALL = Object.keys(CLOCKS) as Clock[]
const BEHIND: readonly Clock[] = ["1970", "2020", "yesterday"]

const at = (time: string, line: string) => commandAt(() => new Date(time), folder, ...line.split(" "))
const everything = () => readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()

const PROVISION = "provision --board valve_pico --class 1 --passphrase-file passphrase --serial"

beforeAll(async () => {
    writeFileSync(join(folder, "passphrase"), "correct horse battery\n")
    const { image } = await release("gas-valve", 2)
    writeFileSync(join(folder, "v2.suit"), await packageOf("gas-valve", 2, image))
    for (const line of [
        "ca init --name Hearth --passphrase-file passphrase",
        `${PROVISION} GV-1`,
        "ca crl -o devices.crl --passphrase-file passphrase",
        "log pull -o valve.log --serial GV-1",
    ])
        expect(await at(NOW, line)).toMatchObject({ status: 0, stderr: expect.not.stringContaining("clock") })
    writeFileSync(join(folder, "ca.pem"), (await at(NOW, "ca show --pem")).stdout)
})

/** What dates something for good, and the clocks by which it does. */
const ISSUING: Record<string, readonly string[]> = {
    "ca init --dir DIR --passphrase-file passphrase": ["yesterday", "now"],
    [`${PROVISION} SERIAL`]: ["now"],
    [`${PROVISION} SERIAL --target bundle --device-id e6614c311b7e6f2a`]: ["now"],
    "ca revoke SERIAL": ["now"],
    "ca crl -o DIR.crl --passphrase-file passphrase": ["now"],
}

describe.each(Object.entries(ISSUING))("%s", (line, rightBy) => {
    test.each(ALL.filter(clock => !rightBy.includes(clock)))("issues nothing in %s, and says why", async clock => {
        const before = everything()
        const concrete = line.replace("SERIAL", "GV-1").replace("DIR", `dir-${clock}`)
        const { status, stdout, stderr } = await at(CLOCKS[clock], concrete)
        expect([status, stdout]).toEqual([2, ""])
        expect(stderr).toMatch(
            /^domovoi: nothing was issued: this machine's clock says .*: the clock is (behind|ahead)/,
        )
        expect(stderr).toContain(CLOCKS[clock])
        expect(stderr).toContain("set the clock, or, if it is right, add --clock-is-right")
        expect(stderr.trimEnd()).not.toContain("\n")
        expect(everything()).toEqual(before)
    })

    test.each(rightBy.filter(() => !line.startsWith("provision")))("works %s", async clock => {
        if (line.startsWith("ca revoke")) {
            // A unit of its own, which is revoked for good.
            expect((await at(NOW, `${PROVISION} GV-7 --target bundle --device-id e6614c311b7e6f2a`)).status).toBe(0)
        }
        const concrete = line.replace("SERIAL", "GV-7").replace("DIR", `right-${clock}`)
        expect(await at(CLOCKS[clock as Clock], concrete)).toMatchObject({ status: 0, stderr: "" })
    })
})

/** What measures certificates by the clock. */
const MEASURING = ["attest --serial GV-1 --json", "log verify valve.log --allow-test-units --json"]

describe.each(MEASURING)("%s", line => {
    test.each(ALL)("in %s", async clock => {
        const { status, stdout, stderr } = await at(CLOCKS[clock], line)
        // What has no end is good in 2046 and in 9999.
        if (!BEHIND.includes(clock)) {
            expect([status, stderr]).toEqual([0, ""])
            return
        }
        expect(status).toBe(1)
        const { refusal, detail } = JSON.parse(stdout)
        expect(refusal).toBe("notYetValid")
        expect(detail).toContain(`this machine's clock says ${CLOCKS[clock]}`)
        expect(detail).toContain("the clock is behind")
        expect(stderr).toMatch(/^domovoi: this machine's clock says .*; set the clock\n$/)
    })
})

test.each(ALL)("an update in %s says it if the clock is behind", async clock => {
    const { stderr } = await at(CLOCKS[clock], "update v2.suit --serial GV-1")
    if (BEHIND.includes(clock)) expect(stderr).toContain(`this machine's clock says ${CLOCKS[clock]}`)
    else expect(stderr).not.toContain("clock")
})

describe("a list of revocations", () => {
    const line = "attest --serial GV-1 --ca ca.pem --crl devices.crl"
    const SAYS: Record<string, string> = {
        1970: "begins later than now",
        2020: "begins later than now",
        yesterday: "begins later than now",
        2046: "is out of date",
        9999: "is out of date",
    }
    test.each(Object.keys(SAYS) as Clock[])("in %s", async clock => {
        const { status, stderr } = await at(CLOCKS[clock], line)
        expect(status).toBe(2)
        expect(stderr).toContain(`devices.crl: this list ${SAYS[clock]}`)
        expect(stderr).toContain(`this machine's clock says ${CLOCKS[clock]}`)
        expect(stderr).toContain(BEHIND.includes(clock) ? "the clock is behind" : "the clock is ahead")
    })

    test("is current now", async () => {
        expect(await at(NOW, line)).toMatchObject({ status: 0, stderr: "" })
    })

    test("of a time before the authority is not current by a clock of that time", async () => {
        // The list begins a month before the authority: whoever made it had a clock behind, and said that it was right.
        const early = "2026-11-30T12:00:00.000Z"
        const made = "ca crl -o early.crl --days 7 --passphrase-file passphrase --clock-is-right"
        expect((await at(early, made)).status).toBe(0)
        const { status, stderr } = await at(early, "attest --serial GV-1 --ca ca.pem --crl early.crl")
        expect(status).toBe(2)
        expect(stderr).toContain("whether this list is current cannot be said")
        // What was made last is what the next is measured by.
        expect((await at(NOW, "ca crl -o devices.crl --passphrase-file passphrase")).status).toBe(0)
    })
})

test("who was overruled finds the way back: what was dated wrongly is revoked, and no longer counts", async () => {
    const bundle = (serial: string) => `${PROVISION} ${serial} --target bundle --device-id e6614c311b7e6f2b`
    expect((await at(CLOCKS["2046"], `${bundle("GV-8")} --clock-is-right`)).status).toBe(0)
    const doubted = await at(NOW, bundle("GV-9"))
    expect(doubted.status).toBe(2)
    expect(doubted.stderr).toContain("unit GV-8 in the manufacture log is of 2046-06-01T00:00:00.000Z")
    expect((await at(NOW, "ca revoke GV-8 --clock-is-right")).status).toBe(0)
    expect(await at(NOW, "ca revoke GV-8")).toMatchObject({ status: 0, stderr: "" })
    rmSync(join(folder, "domovoi-units/GV-8"), { recursive: true })
    expect((await at(NOW, bundle("GV-9"))).status).toBe(0)
    expect(readFileSync(join(folder, "domovoi-ca/manufacture.jsonl"), "utf8")).toContain('"at":"2046-')
})
