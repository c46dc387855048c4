import { describe, expect, test } from "vitest"
import { type Outcome, powerCutCampaign, type Subject } from "./power-cut"
import { subjects } from "./subjects"

/** `npm run campaign` cuts at every operation; here it is a sample. */
const STRIDE = { fram: 3, flash: 12 }

const all = await subjects()

async function outcomes(subject: Subject, { stride = 1, most = Number.POSITIVE_INFINITY } = {}): Promise<Outcome[]> {
    const found: Outcome[] = []
    for await (const outcome of powerCutCampaign(subject, stride)) if (found.push(outcome) >= most) break
    return found
}

describe.each(["valve", "doorbell"] as const)("%s: after a power cut", name => {
    test("at a write to FRAM, every record has its old or new value, outputs are safe and the program runs", async () => {
        const cuts = await outcomes({ ...all[name], memories: ["fram"] }, { stride: STRIDE.fram })
        expect(cuts.length).toBeGreaterThanOrEqual(24)
        for (const cut of cuts)
            expect(cut).toMatchObject({ records: "kept", safe: true, program: "runs", recovers: true })
    })

    test("at an operation on flash, records and outputs are as after one on FRAM, and a redeploy brings the program back", async () => {
        const cuts = await outcomes({ ...all[name], memories: ["flash"] }, { stride: STRIDE.flash })
        expect(cuts.length).toBeGreaterThanOrEqual(24)
        for (const cut of cuts) {
            expect(cut).toMatchObject({ records: "kept", safe: true })
            if (cut.program === "dead") expectTornEntry(cut)
            else expect(cut.recovers).toBe(true)
        }
    })
})

/**
 * What no program can mend: a cut inside the 24 bytes that say where the program lies leaves an entry that the stock runtime trips over at
 * every boot (docs/power-cuts.md).
 */
function expectTornEntry(cut: Outcome): void {
    expect(cut.cut.phase).toBe("inside")
    expect(cut.assertion).toContain("jd_fstor.c")
}

test("the same campaign over the runtime's settings loses records: the check can fail", async () => {
    // The first operations of that day are settings writes, two each.
    const cuts = await outcomes(all.bare, { most: 12 })
    expect(cuts.filter(({ records }) => records === "lost").length).toBeGreaterThan(0)
    expect(cuts.filter(({ records }) => records === "invented")).toEqual([])
})
