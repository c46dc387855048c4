/** A device is declared without what it does not have, and not without what it did not say at that moment. */
import { afterAll, beforeAll, expect, test } from "vitest"
import type { Bench } from "../../src/host/conformance/bench"
import { draftOf } from "../../src/host/conformance/draft"
import { simulatedBench } from "../../src/host/conformance/simulated-device"
import { referenceBoard } from "../../src/host/unit/reference-board"
import { LinkError, type WholeLink } from "../../src/host/unit/unit-link"
import { lying } from "./lying"

const definition = referenceBoard("doorbell_c3")
let bench: Bench
beforeAll(async () => {
    bench = await simulatedBench({ device: "doorbell", definition, profile: "stock", seed: "draft" })
    await bench.begin()
})
afterAll(() => bench.close())

const silent = () => Promise.reject(new LinkError("the device does not answer"))
const draft = (lies: Partial<WholeLink> = {}) => draftOf(lying(bench.link, lies), definition, "stock")

test("what is left without an answer, each time, by a device that answers all else, is not there", async () => {
    const without = await draft({
        get: register => (register === "update" ? silent() : bench.link.get(register)),
        callOf: (service, ...of) => (service === "privacy" ? silent() : bench.link.callOf(service, ...of)),
    })
    expect(without.declares).toMatchObject({ updates: false, owner: true, uses: 0 })
})

test("an answer that is lost once is asked for again", async () => {
    const asked = new Set<string>()
    const lossy =
        <A extends unknown[], T>(ask: (...of: A) => Promise<T>) =>
        (...of: A) => {
            const what = JSON.stringify(of)
            const isFirst = of[0] !== "model" && !asked.has(what)
            asked.add(what)
            return isFirst && ["update", "exchange", "privacy"].includes(String(of[0])) ? silent() : ask(...of)
        }
    const lossless = await draft()
    expect(lossless.declares).toMatchObject({ updates: true, log: true, owner: true, uses: 2 })
    expect(
        await draft({
            get: lossy(register => bench.link.get(register)),
            call: lossy((...of) => bench.link.call(...of)),
            callOf: lossy((...of) => bench.link.callOf(...of)),
        }),
    ).toEqual(lossless)
    expect(asked.size).toBeGreaterThan(4)
})

test("a device that falls silent meanwhile is not declared at all", async () => {
    const goneAt = (register: string) => {
        let isGone = false
        return {
            get: (of: string) => {
                isGone ||= of === register
                return isGone ? silent() : bench.link.get(of)
            },
        }
    }
    for (const register of ["serial_number", "update"]) await expect(draft(goneAt(register))).rejects.toThrow(LinkError)
})
