import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Report } from "../../src/host/conformance/report"
import { writeReport } from "../../src/host/conformance/report/files"
import { junitOf } from "../../src/host/conformance/report/junit"
import { reportJsonSchema, reportSchema, reportText } from "../../src/host/conformance/report/schema"
import { signatureRefusal, signReport } from "../../src/host/conformance/report/sign"
import { SIGNATURE_ALGORITHMS } from "../../src/host/package/algorithms"
import { makeKey, saveKey, trustedKeyOf, unlockKey } from "../../src/host/package/signing-key"
import { sdkVersion } from "../../src/host/sdk-root"
import { commandAt } from "../cli/in-process"
import { seeded } from "../host/identity/factory"
import { DECLARED, HOSTILE, MADE, PROOF, RESULTS, reportBy, result } from "./made-report"

const folder = mkdtempSync(join(tmpdir(), "domovoi-report-"))
afterAll(() => rmSync(folder, { recursive: true }))

const PASSPHRASE = "correct horse battery"
const KEYS = Object.fromEntries(
    await Promise.all(SIGNATURE_ALGORITHMS.map(async name => [name, await makeKey(name, PASSPHRASE, seeded(name))])),
)
const domovoi = (...parameters: string[]) => commandAt(() => MADE, folder, "report", ...parameters)
const write = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, name), content)
    return name
}
const json = (report: object) => JSON.stringify(report)

beforeAll(() => {
    saveKey(join(folder, "lab.key"), KEYS.EdDSA)
    write("passphrase", `${PASSPHRASE}\n`)
})

describe("the schema", () => {
    test("takes what the suite writes, as the suite writes it", () => {
        const report = reportBy()
        expect(reportSchema.parse(JSON.parse(reportText(report)))).toEqual(JSON.parse(reportText(report)))
        const unproved = reportBy(RESULTS, {
            before: { refusal: "noAnswer" },
            after: { refusal: "chain" },
            isSame: false,
        })
        expect(reportSchema.safeParse(JSON.parse(reportText(unproved))).success).toBe(true)
    })

    test("is the published one: if not, npx domovoi report schema > docs/conformance-report.schema.json, and format it", () => {
        const published = JSON.parse(readFileSync("docs/conformance-report.schema.json", "utf8"))
        expect(published).toEqual(JSON.parse(json(reportJsonSchema())))
    })

    const spoilt = (change: (report: Report & Record<string, unknown>) => void) => {
        const report = JSON.parse(reportText(reportBy()))
        change(report)
        return json(report)
    }
    test.each([
        ["what is not JSON", "{", "is not JSON"],
        ["another format", spoilt(report => Object.assign(report, { format: 2 })), "format 1: format:"],
        ["what is unknown", spoilt(report => Object.assign(report, { claimed: true })), "claimed"],
        [
            "a verdict that is none",
            spoilt(report => Object.assign(report.results[0], { verdict: "passed" })),
            "results.0.verdict",
        ],
        [
            "a control that is none",
            spoilt(report => Object.assign(report.controls[0], { id: "C9.9" })),
            "controls.0.id",
        ],
        ["what is missing", spoilt(report => Reflect.deleteProperty(report, "seed")), "seed"],
        [
            "a detail that is a structure",
            spoilt(report => Object.assign(report.results[0].evidence[0], { bytes: [1] })),
            "results.0.evidence.0.bytes",
        ],
    ])("refuses %s", async (_, text, message) => {
        const { status, stderr } = await domovoi("diff", write("a.json", text), "a.json")
        expect([status, stderr]).toEqual([2, expect.stringContaining(message)])
    })
})

describe("the files", () => {
    test("are the report and its views", () => {
        const out = join(folder, "out")
        writeReport(out, reportBy())
        const maps = ["cra-annex-1", "en-18031-1", "en-18031-2", "en-303-645", "iso-27402", "nistir-8425"]
        const names = [...maps.map(name => `${name}.csv`), "junit.xml", "report.html", "report.json"]
        expect(readdirSync(out).sort()).toEqual(names.sort())
    })

    test("come from the command, too, and leave the report as it was", async () => {
        writeReport(join(folder, "from"), reportBy())
        const { status } = await domovoi("view", "from/report.json", "-o", "to")
        expect(status).toBe(0)
        expect(existsSync(join(folder, "to/report.json"))).toBe(false)
        for (const name of ["report.html", "junit.xml", "iso-27402.csv"])
            expect(readFileSync(join(folder, "to", name), "utf8")).toBe(
                readFileSync(join(folder, "from", name), "utf8"),
            )
    })

    test("the circuit is drawn of the board that the report is about, and of no other", async () => {
        writeReport(join(folder, "from"), reportBy())
        const view = (...options: string[]) => domovoi("view", "from/report.json", "-o", "drawn", ...options)
        expect((await view("--board", "valve_pico")).status).toBe(0)
        expect(readFileSync(join(folder, "drawn/report.html"), "utf8")).toContain(
            "Drawn from the circuit of board valve_pico",
        )
        const other = await view("--board", "doorbell_c3")
        expect([other.status, other.stderr]).toEqual([
            2,
            expect.stringContaining("a device on valve_pico, not doorbell_c3"),
        ])
        const both = await view("--board", "valve_pico", "--drawing", "mine.svg")
        expect([both.status, both.stderr]).toEqual([2, expect.stringContaining("leave one out")])
    })

    test("JUnit XML counts what failed, erred and was skipped", () => {
        const xml = junitOf(reportBy())
        expect(xml).toContain('tests="7" failures="1" errors="1" skipped="2"')
        expect(xml).not.toContain("<script")
        expect(xml.match(/<testsuite /g)).toHaveLength(7)
        expect(xml).toContain('<skipped message="the bench has no dump" type="notAssessed"/>')
    })
})

describe("a signature", () => {
    const report = Buffer.from(reportText(reportBy()))
    const signerOf = (name: string) => unlockKey("lab.key", KEYS[name], PASSPHRASE)
    const signed = async (name: string, content: Report) => {
        write(name, json(content))
        write(`${name}.cose`, await signReport(Buffer.from(json(content)), await lab))
        return name
    }
    const lab = signerOf("EdDSA")

    test.each(SIGNATURE_ALGORITHMS)("by %s holds for these bytes and this key alone", async name => {
        const key = trustedKeyOf(KEYS[name])
        const message = await signReport(report, await signerOf(name))
        expect(await signatureRefusal(report, message, key)).toBe("none")
        const altered = Buffer.from(report)
        altered[report.indexOf("notMet")] ^= 1
        expect(await signatureRefusal(altered, message, key)).toBe("signature")
        const other = SIGNATURE_ALGORITHMS.find(one => one !== name)!
        expect(await signatureRefusal(report, message, trustedKeyOf(KEYS[other]))).toBe("otherKey")
        expect(await signatureRefusal(report, message, { ...trustedKeyOf(KEYS[other]), keyId: key.keyId })).toBe(
            "algorithm",
        )
    })

    test("is refused for its own reason if it is something else", async () => {
        const key = trustedKeyOf(KEYS.EdDSA)
        const message = await signReport(report, await signerOf("EdDSA"))
        expect(await signatureRefusal(report, Buffer.concat([message, Buffer.of(0)]), key)).toBe("trailing")
        expect(await signatureRefusal(report, message.subarray(0, -1), key)).toBe("ended")
        expect(await signatureRefusal(report, Buffer.alloc(0), key)).toBe("ended")
        expect(await signatureRefusal(report, Buffer.concat([Buffer.of(0xd1), message.subarray(1)]), key)).toBe(
            "message",
        )
    })

    test("is made and checked by the command", async () => {
        write("signed.json", report)
        const made = await domovoi("sign", "signed.json", "--key", "lab.key", "--passphrase-file", "passphrase")
        expect(made).toMatchObject({ status: 0, stderr: "" })
        const good = await domovoi("verify", "signed.json", "--key", "lab.key.pub")
        expect(good).toMatchObject({ status: 0, stdout: expect.stringContaining("its verdicts follow from its tests") })
        expect(good.stdout).toContain("class 1: not met")

        write("altered.json", report.toString().replace('"notMet"', '"enforced"'))
        const altered = await domovoi(
            "verify",
            "altered.json",
            "--signature",
            "signed.json.cose",
            "--key",
            "lab.key.pub",
            "--json",
        )
        expect([altered.status, JSON.parse(altered.stdout)]).toMatchObject([1, { refusal: "signature" }])
        expect((await domovoi("verify", "altered.json", "--key", "lab.key.pub")).status).toBe(2)
        expect(
            (await domovoi("sign", "passphrase", "--key", "lab.key", "--passphrase-file", "passphrase")).status,
        ).toBe(2)
    })

    test.each<[string, (report: Report) => void, string]>([
        ["a control", report => Object.assign(report.controls[3], { verdict: "enforced" }), "C1.4"],
        [
            "a control of which nothing was tried",
            report => Object.assign(report.controls[2], { verdict: "enforced" }),
            "C1.3",
        ],
        ["a class", report => Object.assign(report.classes[0], { isMet: true, missing: [] }), "class 1"],
        ["the device", report => Object.assign(report.after, { program: "cd".repeat(32) }), "isSame"],
        [
            "the program that was tried",
            report => Object.assign(report.declared.device, { program: "cd".repeat(32) }),
            "isSame",
        ],
        ["a test, twice", report => report.results.push(report.results[0]), "C1.1-challenge"],
        ["the list of controls", report => report.controls.pop(), "controls"],
    ])("does not make true what a report says of %s", async (_, lie, where) => {
        const report: Report = JSON.parse(reportText(reportBy()))
        lie(report)
        await signed("lie.json", report)
        const { status, stdout } = await domovoi("verify", "lie.json", "--key", "lab.key.pub", "--json")
        expect([status, JSON.parse(stdout)]).toMatchObject([
            1,
            { refusal: "none", contradiction: expect.stringContaining(where) },
        ])
    })

    test("does not make a class of a part of the tests", async () => {
        const ids = ["C1.1-a", "C1.2-a", "C1.3-a", "C1.4-a", "C1.5-a", "C1.6-a"]
        const results = ids.map(id => result(id, { verdict: id === "C1.3-a" ? "notApplicable" : "enforced" }))
        expect(reportBy(results).classes[0].isMet).toBe(false)
        // As if the suite had no other tests.
        const lie = reportBy(results, {}, undefined, [])
        expect(lie.classes[0].isMet).toBe(true)
        await signed("lie.json", lie)
        const { status, stdout } = await domovoi("verify", "lie.json", "--key", "lab.key.pub", "--json")
        expect([status, JSON.parse(stdout)]).toMatchObject([1, { contradiction: expect.stringContaining("C1.1") }])
    })

    test("of another version's report says that nobody judged it again", async () => {
        await signed("old.json", { ...reportBy(), suite: "0.0.1" })
        const { status, stdout } = await domovoi("verify", "old.json", "--key", "lab.key.pub")
        expect([status, stdout]).toEqual([0, expect.stringContaining("not judged again")])
    })
})

describe("a comparison", () => {
    const compared = async (old: Report, now: Report) => {
        const { status, stdout } = await domovoi(
            "diff",
            write("v1.json", json(old)),
            write("v2.json", json(now)),
            "--json",
        )
        return [status, JSON.parse(stdout)]
    }
    /** Of a suite that has no other test. */
    const one = (verdict: Report["controls"][number]["verdict"]) =>
        reportBy([result("C1.1-challenge", { verdict })], {}, undefined, [])

    test("of equal reports finds nothing", async () => {
        expect(await compared(reportBy(), reportBy())).toEqual([
            0,
            { runs: [], classes: [], controls: [], tests: [], isWorse: false },
        ])
        expect((await domovoi("diff", "v1.json", "v2.json")).stdout).toBe("no verdict changed\n")
    })

    test.each([
        ["enforced", "notMet", "worse", 1],
        ["enforced", "measured", "worse", 1],
        ["measured", "notAssessed", "worse", 1],
        ["enforced", "notApplicable", "worse", 1],
        ["notAssessed", "inconclusive", "worse", 1],
        ["notMet", "enforced", "better", 0],
        ["notAssessed", "documented", "better", 0],
        ["notMet", "notAssessed", "unclear", 0],
        ["notMet", "inconclusive", "unclear", 0],
    ] as const)("from %s to %s: %s", async (was, is, direction, status) => {
        const change = { id: "C1.1", old: was, new: is, is: direction }
        expect(await compared(one(was), one(is))).toMatchObject([
            status,
            { controls: [change], tests: [{ ...change, id: "C1.1-challenge" }], isWorse: status === 1 },
        ])
    })

    test("misses a test that is gone", async () => {
        expect(await compared(one("enforced"), reportBy([]))).toMatchObject([
            1,
            { tests: [{ id: "C1.1-challenge", new: "notAssessed" }] },
        ])
    })

    test("says in what else the runs differ", async () => {
        const [, { runs }] = await compared(
            reportBy(),
            reportBy(RESULTS, { seed: "2", before: { ...PROOF, program: "cd".repeat(32) } }),
        )
        expect(runs.map(({ what }: { what: string }) => what)).toEqual(["seed", "program"])
    })
})

describe("parts", () => {
    const merged = async (...parts: Report[]) => {
        const files = parts.map((part, at) => write(`part${at}.json`, json(part)))
        return domovoi("merge", ...files, "-o", "whole.json")
    }
    const [first, second] = [
        reportBy([result("C1.1-challenge"), result("C1.1-kept")]),
        reportBy([result("C1.1-replay", { verdict: "notMet" }), result("C1.4-refuses-equal")]),
    ]

    test("make the whole, judged again, in the suite's order; what is in none of them is not assessed", async () => {
        expect((await merged(second, first)).status).toBe(0)
        const whole: Report = JSON.parse(readFileSync(join(folder, "whole.json"), "utf8"))
        expect(whole.results.slice(0, 3).map(({ id, verdict }) => [id, verdict])).toEqual([
            ["C1.1-challenge", "enforced"],
            ["C1.1-replay", "notMet"],
            ["C1.1-kept", "enforced"],
        ])
        expect(whole.controls.find(({ id }) => id === "C1.1")?.verdict).toBe("notMet")
        // One of its tests alone was in the parts.
        expect(whole.controls.find(({ id }) => id === "C1.4")?.verdict).toBe("notAssessed")
        expect(whole.suite).toBe(sdkVersion())
    })

    const declared = { ...DECLARED, device: { ...DECLARED.device, class: 2 as const } }
    test.each([
        ["another seed", reportBy(second.results, { seed: "2" }), 'seed: "1" there, "2" here'],
        [
            "another program",
            reportBy(second.results, { before: { ...PROOF, program: "cd" }, after: { ...PROOF, program: "cd" } }),
            "before, program",
        ],
        ["another declaration", reportBy(second.results, {}, declared), "declaration, device.class: 1 there, 2 here"],
        ["a test that is there already", first, "C1.1-challenge is in another part"],
        [
            "a test that nobody knows",
            reportBy([result("C1.1-unheard-of")]),
            "C1.1-unheard-of: this suite has no such test",
        ],
        [
            "a verdict that does not follow",
            { ...second, classes: first.classes.map(of => ({ ...of, isMet: true })) },
            "class 1",
        ],
    ])("of %s are refused", async (_, other, message) => {
        const { status, stderr } = await merged(first, other)
        expect([status, stderr]).toEqual([2, expect.stringContaining(message)])
    })

    test("of a device that was not proved, or of another suite, are refused", async () => {
        const unproved = { before: { refusal: "noAnswer" }, after: { refusal: "noAnswer" }, isSame: false }
        const parts = [first, second].map(({ results }) => reportBy(results, unproved))
        expect((await merged(...parts)).stderr).toContain("the device was not proved")
        expect((await merged({ ...first, suite: "0.0.1" })).stderr).toContain("made by suite 0.0.1")
    })
})

test("a hostile text is no part of a message that a terminal would obey", async () => {
    const report = reportBy([result("C1.1-challenge")], { target: HOSTILE })
    const { stdout } = await domovoi("diff", write("v1.json", json(reportBy())), write("v2.json", json(report)))
    expect(stdout.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u)
})
