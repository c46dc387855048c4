/** Who has a bench. */
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { type Claim, Leases } from "../../src/host/conformance/lease"

let folder: string
let leases: Leases
beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "domovoi-lease-"))
    leases = new Leases(join(folder, "leases"))
})
afterEach(() => rmSync(folder, { recursive: true }))

const at = (minute: number) => new Date(Date.UTC(2026, 5, 1, 12, minute))
const claim = (who: string, minutes: number, breaks?: string): Claim => ({
    target: "ws:bench",
    who,
    until: at(minutes),
    breaks,
})

describe("a bench", () => {
    test("is one person's until their time is over, and then whoever's asks first", () => {
        leases.take(claim("ada", 10), at(0))
        expect(() => leases.take(claim("ben", 20), at(9))).toThrow(/ada has the bench until 2026-06-01T12:10/)
        expect(leases.take(claim("ben", 20), at(10))).toMatchObject({ who: "ben" })
        expect(leases.list(at(11))).toMatchObject([{ target: "ws:bench", who: "ben" }])
        expect(leases.list(at(20))).toEqual([])
    })

    test("is kept for longer by whoever has it, and never for less long", () => {
        const first = leases.take(claim("ada", 10), at(0))
        expect(leases.take(claim("ada", 5), at(1))).toEqual(first)
        expect(leases.take(claim("ada", 30), at(2))).toEqual({ ...first, until: at(30).toISOString() })
        leases.keep(first, at(20), at(3))
        expect(leases.of("ws:bench", at(4))?.until).toBe(at(30).toISOString())
        leases.keep(first, at(40), at(5))
        expect(leases.of("ws:bench", at(6))?.until).toBe(at(40).toISOString())
    })

    test("is taken away with a word alone, which whoever had it is told", () => {
        const lost = leases.take(claim("ada", 10), at(0))
        expect(() => leases.take(claim("ben", 20, ""), at(1))).toThrow(/ada has the bench/)
        const won = leases.take(claim("ben", 20, "the night run hangs"), at(1))
        expect(won.broke).toEqual({ who: "ada", until: at(10).toISOString(), why: "the night run hangs" })
        expect(() => leases.keep(lost, at(30), at(2))).toThrow(
            /ben has the bench.*ada was broken \(the night run hangs\)/,
        )
        leases.end(lost, at(3))
        expect(leases.of("ws:bench", at(4))).toEqual(won)
    })

    test("that was given back is nobody's", () => {
        leases.end(leases.take(claim("ada", 10), at(0)), at(1))
        expect(leases.of("ws:bench", at(1))).toBeUndefined()
        expect(leases.take(claim("ben", 20), at(2)).broke).toBeUndefined()
    })

    test("whose lease has run out meanwhile is kept if nobody else has come", () => {
        const lease = leases.take(claim("ada", 10), at(0))
        leases.keep(lease, at(40), at(20))
        expect(leases.of("ws:bench", at(30))?.who).toBe("ada")
    })

    test("is the same one by each name of its port", () => {
        const [port, link] = ["ttyACM0", "by-id"].map(name => join(folder, name))
        writeFileSync(port, "")
        symlinkSync(port, link)
        leases.take({ ...claim("ada", 10), target: `serial:${link}` }, at(0))
        expect(() => leases.take({ ...claim("ben", 10), target: `serial:${port}` }, at(1))).toThrow(/ada has the bench/)
    })

    test("is the same one when its port has gone", () => {
        const [port, link] = ["ttyACM0", "by-id"].map(name => join(folder, name))
        writeFileSync(port, "")
        symlinkSync(port, link)
        const lease = leases.take({ ...claim("ada", 10), target: `serial:${link}` }, at(0))
        rmSync(link)
        rmSync(port)
        leases.keep(lease, at(20), at(1))
        expect(leases.list(at(2))).toMatchObject([{ target: `serial:${port}`, until: at(20).toISOString() }])
        leases.end(lease, at(3))
        expect(leases.list(at(4))).toEqual([])
    })

    test("has one run at a time, whoever has it", () => {
        const release = leases.occupy("ws:bench")
        expect(() => leases.occupy("ws:bench")).toThrow(/ws:bench: a run is at work there/)
        leases.occupy("ws:another")()
        release()
        leases.occupy("ws:bench")()
    })

    test("whose lease is not to be read is nobody's to take", () => {
        leases.take(claim("ada", 10), at(0))
        const [name] = readdirSync(join(folder, "leases"))
        for (const text of ["{", JSON.stringify({ who: "ada", until: "tomorrow" })]) {
            writeFileSync(join(folder, "leases", name), text)
            expect(() => leases.take(claim("ben", 20, "it is broken"), at(1))).toThrow(
                /this is no lease of ours; remove it/,
            )
        }
        expect(existsSync(join(folder, "leases", `${name}.lock`))).toBe(false)
    })
})
