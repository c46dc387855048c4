/** What a unit that computes, or a bus that is full, does to a host's questions in the middle of an update: it costs time and nothing else. */
import { expect, test } from "vitest"
import { UpdateRefusal } from "../../../src/core/update/update-refusal"
import { LinkError } from "../../../src/host/unit/unit-link"
import { paperReleases, trust } from "./paper-releases"
import { PaperUnit } from "./paper-unit"
import { update } from "./releases"

const { images, packages } = await paperReleases(1, 2)

/** A unit that waits for its owner's yes; `call` of this command is what the test makes of it. */
async function unitWith(command: string, answer: (call: () => Promise<unknown>, times: number) => unknown) {
    const unit = await PaperUnit.make(images)
    unit.asks = true
    const call = unit.call.bind(unit)
    let times = 0
    unit.call = async (asked, values) => {
        const really = () => call(asked, values)
        return (asked === command ? await answer(really, ++times) : await really()) as never
    }
    return { unit, times: () => times }
}

const run = (unit: PaperUnit) => update(unit, packages.get(2)!, { policy: unit.policy, trust, consent: true })

test.each([
    ["did not arrive", false],
    ["arrived, and was not acknowledged", true],
])("the owner's answer %s: it is given again where it is still asked for", async (_, arrives) => {
    const { unit, times } = await unitWith("answer_update", async (call, time) => {
        if (time > 1) return call()
        if (arrives) await call()
        throw new LinkError("no answer")
    })
    expect(await run(unit)).toEqual({ outcome: "confirmed" })
    expect(times()).toBe(arrives ? 1 : 2)
})

test("a unit that is at work on another's request is asked for its grant again, for longer than that takes", async () => {
    const busy = { refusal: UpdateRefusal.Busy }
    const { unit, times } = await unitWith("grant_update", (call, time) => (time <= 100 ? busy : call()))
    expect(await run(unit)).toEqual({ outcome: "confirmed" })
    expect(times()).toBe(101)
})

test("one that stays busy for two minutes is not", async () => {
    const { unit, times } = await unitWith("grant_update", () => ({ refusal: UpdateRefusal.Busy }))
    expect(await run(unit)).toMatchObject({ outcome: "refused", refusal: "busy" })
    expect(times()).toBe(221)
    expect(unit.installs).toBe(0)
})
