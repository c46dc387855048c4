/** Who has a bench. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs"
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
        expect(leases.list(at(11))).toMatchObject([{ target: "ws://bench/", who: "ben" }])
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
        expect(() => leases.take(claim("ben", 20), at(1))).toThrow(/ada has the bench/)
        expect(() => leases.take(claim("ben", 20, " "), at(1))).toThrow(/say why/)
        expect(() => leases.take(claim(" ", 20, "no"), at(1))).toThrow(/say who/)
        const won = leases.take(claim("ben", 20, "the night run hangs"), at(1))
        expect(won.broke).toEqual({ who: "ada", why: "the night run hangs" })
        expect(leases.list(at(1))).toEqual([won])
        expect(() => leases.keep(lost, at(30), at(2))).toThrow(/ben has taken the bench: the night run hangs/)
        leases.end(lost)
        expect(leases.of("ws:bench", at(4))).toEqual(won)
    })

    test.each(["ended", "run out"])("is told to whoever lost it, also when whoever took it has %s meanwhile", how => {
        const lost = leases.take(claim("ada", 60), at(0))
        const won = leases.take(claim("ben", 2, "just a look"), at(1))
        if (how === "ended") leases.end(won)
        expect(() => leases.keep(lost, at(60), at(5))).toThrow(/ben has taken the bench: just a look/)
    })

    test("that was given back by another command is not kept", () => {
        const lease = leases.take(claim("ada", 10), at(0))
        leases.end(lease)
        expect(() => leases.keep(lease, at(20), at(1))).toThrow(/was given back/)
        leases.take(claim("ben", 20), at(1))
        expect(() => leases.keep(lease, at(20), at(2))).toThrow(/ben has the bench/)
    })

    test("that was given back is nobody's", () => {
        leases.end(leases.take(claim("ada", 10), at(0)))
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

    test("is the same one when its port goes, and when it comes back under another name", () => {
        const [first, second, link] = ["ttyACM0", "ttyACM1", "by-id"].map(name => join(folder, name))
        symlinkSync(first, link)
        const lease = leases.take({ ...claim("ada", 30), target: `serial:${link}` }, at(0))
        const taken = (port: string) => () => leases.take({ ...claim("ben", 10), target: `serial:${port}` }, at(1))
        expect(taken(link)).toThrow(/ada has the bench/)
        for (const port of [first, second]) {
            writeFileSync(port, "")
            rmSync(link)
            symlinkSync(port, link)
            expect(taken(port)).toThrow(/ada has the bench/)
            leases.keep(lease, at(20), at(1))
        }
        expect(taken(first)()).toMatchObject({ who: "ben" })
        leases.end(lease)
        expect(leases.list(at(2))).toMatchObject([{ target: `serial:${first}` }])
    })

    test.each([
        ["ws:localhost:8081", "ws://LOCALHOST:8081/"],
        ["serial:./ttyACM0", `serial:${process.cwd()}/ttyACM0`],
    ])("is the same one by %s and by %s", (one, other) => {
        leases.take({ ...claim("ada", 10), target: one }, at(0))
        expect(() => leases.take({ ...claim("ben", 10), target: other }, at(1))).toThrow(/ada has the bench/)
    })

    test("is not kept from others by who made the folder", () => {
        mkdirSync(join(folder, "leases"), { mode: 0o750 })
        leases.end(leases.take(claim("ada", 10), at(0)))
        expect(statSync(join(folder, "leases")).mode & 0o777).toBe(0o750)
        const others = new Leases(join(folder, "others"))
        const release = others.occupy("ws:bench")
        const modes = [".", ...readdirSync(join(folder, "others"))].map(
            name => statSync(join(folder, "others", name)).mode & 0o044,
        )
        expect(modes).toEqual([0o044, 0o044])
        release()
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
        expect(existsSync(join(folder, "leases/leases.lock"))).toBe(false)
    })
})
