import { beforeAll, describe, expect, test } from "vitest"
import { DEVICES, type Device } from "../host/update/releases"
import { caseOf, casesOf, isInTime, LateCampaign, type LateOutcome, RATES_MS } from "./late"
import { computingValve, type LateSubject, lateSubjects } from "./late-devices"
import { commandFor, lateReport } from "./late-report"

/** `npm run campaign -- late` plays 1,000 of each. */
const SEEDS = 48

let subjects: Record<Device, LateSubject>
beforeAll(async () => {
    subjects = await lateSubjects()
})

async function played(subject: LateSubject, count: number): Promise<LateOutcome[]> {
    const campaign = new LateCampaign(subject)
    const cases = casesOf(subject)
    const outcomes: LateOutcome[] = []
    for (let seed = 0; seed < count; seed++) outcomes.push(await campaign.play(caseOf(cases, seed), seed))
    return outcomes
}

describe.each(DEVICES)("%s", device => {
    test("whatever it computes and however often its sensor speaks, an output is safe in time", async () => {
        const outcomes = await played(subjects[device], SEEDS)
        expect(outcomes.filter(outcome => !isInTime(outcome)).map(commandFor)).toEqual([])
        // And that was asked of an output that was on, at each work and rate, mostly in the middle of the work.
        const asked = outcomes.filter(({ came }) => came === "safe")
        expect(new Set(asked.map(({ work }) => work)).size).toBe(subjects[device].works.length)
        expect(new Set(asked.map(({ everyMs }) => everyMs)).size).toBe(RATES_MS.length)
        expect(asked.filter(({ underWay }) => underWay).length).toBeGreaterThan(SEEDS / 2)
    })
})

test("a valve that computes for 40 ms at a time, and believes every reading to be new, is late", async () => {
    const outcomes = await played(await computingValve(), RATES_MS.length)
    const late = outcomes.filter(outcome => !isInTime(outcome))
    expect(late.length).toBeGreaterThan(RATES_MS.length / 2)
    expect(Math.max(...late.map(({ ms = Number.POSITIVE_INFINITY }) => ms))).toBeGreaterThan(1000)
})

test("a seed tells its story twice, and alone as among others", async () => {
    const subject = subjects["gas-valve"]
    const chosen = caseOf(casesOf(subject), 7)
    const alone = casesOf(subject, chosen.work.name, chosen.everyMs)
    const twice: LateOutcome[] = []
    for (const story of [chosen, caseOf(alone, 7)]) twice.push(await new LateCampaign(subject).play(story, 7))
    expect(alone).toEqual([chosen])
    expect(twice[1]).toEqual(twice[0])
})

test("a report has the worst of each work and rate, and the command that plays the worst of all again", () => {
    const outcome: LateOutcome = {
        device: "d",
        work: "attest",
        everyMs: 20,
        emergency: "gas",
        limitMs: 500,
        seed: 3,
        came: "safe",
        ms: 41.2,
        underWay: true,
    }
    const report = lateReport("d", [
        outcome,
        { ...outcome, seed: 4, ms: 500, underWay: false },
        { ...outcome, everyMs: 50, came: "held", ms: undefined },
        { ...outcome, everyMs: 100, came: "on", ms: undefined, seed: 9 },
        { ...outcome, everyMs: 100, came: "held", ms: undefined },
    ])
    expect(report.worst).toEqual({ attest: { "20 ms": 500, "50 ms": "held", "100 ms": "on" } })
    expect(report).toMatchObject({ seeds: 5, held: 2, underWay: 2 })
    expect(report.late.map(({ seed }) => seed)).toEqual([4, 9])
    expect(commandFor(report.worstOfAll!)).toBe(
        'npm run campaign -- late --device d --work "attest" --every 100 --only "gas" --seed 9',
    )
})
