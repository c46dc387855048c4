/** Runs on devices that are not as they should be get verdicts, and no run ends by them. */
import { describe, expect, test } from "vitest"
import { conform, type Subject } from "../../src/host/conformance/conform"
import { Broken, type ConformanceTest, require, Unclear } from "../../src/host/conformance/scene"
import { referenceBoard } from "../../src/host/unit/reference-board"
import { LinkError, type WholeLink } from "../../src/host/unit/unit-link"
import { declaredSubject } from "./declared"
import { lying, withLink } from "./lying"

const what = { device: "gas-valve", definition: referenceBoard("valve_pico"), profile: "stock" as const, seed: "1" }
const NOW = new Date("2026-06-01T00:00:00Z")

const valve = () => declaredSubject(what, 1)

const testOf = (run: ConformanceTest["run"]): ConformanceTest => ({ id: "C1.1-x", title: "It holds.", needs: [], run })

async function resultOf(run: ConformanceTest["run"], change: (subject: Subject) => Subject = same => same) {
    const { subject, declared } = await valve()
    const options = { declared, subject: change(subject), now: NOW, tests: [testOf(run)] }
    return await conform(options).finally(() => subject.bench.close())
}

describe("a test", () => {
    test("that ends well has the verdict that it gives, and its evidence by the device's time", async () => {
        const { results, isSame, before } = await resultOf(async ({ bench, note }) => {
            await bench.link.wait(250)
            note("waited", { ms: 250 })
            return { verdict: "measured", expected: "a", seen: "a" }
        })
        expect(results).toMatchObject([{ verdict: "measured", evidence: [{ atMs: 250, what: "waited", ms: 250 }] }])
        expect(isSame).toBe(true)
        expect(before).toMatchObject({ model: "Domovoi gas valve", sequenceNumber: 1 })
    })

    test("that begins anew goes on with its time, also of what it hears", async () => {
        const { results } = await resultOf(async ({ bench, note }) => {
            await bench.link.wait(250)
            await bench.begin()
            note("begun again")
            const firstMs = bench.heard()[0].atMs
            note("heard", { isLater: firstMs >= 250 && firstMs <= bench.nowMs() })
            return { verdict: "measured", expected: "a", seen: "a" }
        })
        const [begun, heard] = results[0].evidence
        expect(begun.atMs).toBeGreaterThan(250)
        expect(heard.isLater).toBe(true)
    })

    test.each<[string, () => never, string]>([
        ["does not hold", () => raise(new Broken("a", "b")), "notMet"],
        ["saw another reason", () => void require("reason", "signature", "digest") as never, "notMet"],
        ["got no answer", () => raise(new LinkError("silent")), "inconclusive"],
        ["was not given what it needs", () => raise(new Unclear("nothing")), "inconclusive"],
    ])("that %s is that", async (_, fail, verdict) => {
        const { results } = await resultOf(async () => fail())
        expect(results).toMatchObject([{ verdict }])
    })

    test("with a fault of its own ends the run: it is no verdict on the device", async () => {
        await expect(resultOf(() => raise(new TypeError("ours")))).rejects.toThrow("ours")
    })
})

function raise(error: Error): never {
    throw error
}

const holds: ConformanceTest["run"] = async () => ({ verdict: "enforced", expected: "it", seen: "it" })

describe("nothing that was seen counts", () => {
    test("if another program runs at the end", async () => {
        let asked = 0
        const { isSame, after, controls } = await resultOf(holds, ({ bench, ...rest }) => {
            const lie = (link: WholeLink) => ({
                programSha256: async () => (asked++ === 0 ? await link.programSha256() : "program 1"),
            })
            return { ...rest, bench: withLink(bench, lie) }
        })
        expect([isSame, after]).toMatchObject([false, { program: "program 1" }])
        expect(controls.find(({ id }) => id === "C1.1")?.verdict).toBe("inconclusive")
    })

    test("if the unit is not the one that is declared, or does not answer at the end", async () => {
        const { subject, declared } = await valve()
        const other = { ...declared, device: { ...declared.device, serial: "OTHER" } }
        const options = { subject, now: NOW, tests: [testOf(holds)] }
        const foreign = await conform({ ...options, declared: other })
        expect([foreign.isSame, foreign.before]).toEqual([false, { refusal: "serialMismatch" }])
        let begins = 0
        const begin = () => (++begins === 3 ? Promise.reject(new LinkError("gone")) : subject.bench.begin())
        const bench = lying(subject.bench, { begin })
        const gone = await conform({ ...options, declared, subject: { ...subject, bench } })
        await subject.bench.close()
        expect([gone.isSame, gone.after]).toEqual([false, { refusal: "noAnswer" }])
    })
})

test("a device with another program than is declared is not tried in its place", async () => {
    const { subject, declared } = await valve()
    const other = { ...declared, device: { ...declared.device, program: "cd".repeat(32) } }
    const heard: string[] = []
    const options = { subject, now: NOW, onProof: () => heard.push("proof"), onResult: () => heard.push("result") }
    const tried = conform({ ...options, declared: other, tests: [testOf(holds)] })
    await expect(tried).rejects.toThrow(`runs program ${declared.device.program}`)
    await subject.bench.close()
    expect(heard).toEqual([])
})

test("equal seeds give equal reports", async () => {
    const [first, second] = await Promise.all(
        [1, 2].map(() =>
            resultOf(async ({ bench, random }) => {
                const challenge = random(32)
                const { refusal } = await bench.ask("domovoi", "attest", { challenge })
                return { verdict: "enforced", expected: Buffer.from(challenge).toString("hex"), seen: `${refusal}` }
            }),
        ),
    )
    expect(second).toEqual(first)
})
