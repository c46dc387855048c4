import { beforeAll, describe, expect, test } from "vitest"
import { brokenBoard } from "./broken-board"
import { type HostileSubject, hostileSubjects, ordeal } from "./hostile"

/** `npm run campaign -- hostile` plays 10,000 of each. */
const SEEDS = 30

const subjects = new Map<string, HostileSubject>()
beforeAll(async () => {
    for (const subject of await hostileSubjects()) subjects.set(subject.name, subject)
})

const seeds = (count: number) => Array.from({ length: count }, (_, seed) => seed)

test.each(["doorbell", "gas-valve"])("a hostile program on the %s breaks no promise, and comes close enough", name => {
    const subject = subjects.get(name)!
    const ordeals = seeds(SEEDS).map(seed => ordeal(subject, seed))
    expect(ordeals.filter(({ broken }) => broken.length > 0)).toEqual([])
    const reached = new Set(ordeals.flatMap(({ reached }) => reached))
    expect([...reached]).toEqual(expect.arrayContaining(subject.sights.moments.map(({ name }) => name)))
    expect(reached).toContain("ended: panic")
})

test("a seed tells its ordeal twice", () => {
    const subject = subjects.get("doorbell")!
    expect(ordeal(subject, 7)).toEqual(ordeal(subject, 7))
})

/** What is changed in a board's circuit, and the promise that a hostile program then breaks. */
const BROKEN: [string, name: string, board: string, from: string, to: string, promise: string][] = [
    [
        "the firmware can power the microphone past the switch",
        "doorbell",
        "doorbell_c3",
        "capture: { and: [capture_feed, CAPTURE, deadman] }",
        "capture: { or: [capture_feed, { and: [3V3, CAPTURE] }] }",
        "powered with the privacy switch open",
    ],
    [
        "the switch only tells the firmware",
        "doorbell",
        "doorbell_c3",
        "capture_feed: { and: [3V3, kill] }",
        "capture_feed: 3V3",
        "powered with the privacy switch open",
    ],
    [
        "the firmware lights the indicator",
        "doorbell",
        "doorbell_c3",
        "recording: { drive: capture,",
        "recording: { drive: CHIME,",
        "powered with a whole indicator dark",
    ],
    [
        "the camera has another supply",
        "doorbell",
        "doorbell_c3",
        "camera: { kind: camera, power: capture,",
        "camera: { kind: camera, power: 3V3,",
        "microphone or camera at work without power",
    ],
    [
        "the firmware drives the strike alone",
        "doorbell",
        "doorbell_c3",
        "strike_drive: { and: [STRIKE, deadman] }",
        "strike_drive: STRIKE",
        "strike released without a heartbeat",
    ],
    [
        "the dead-man waits twice as long",
        "gas-valve",
        "valve_pico",
        "timeoutMs: 500",
        "timeoutMs: 1000",
        "valve open without a heartbeat",
    ],
    [
        "the firmware drives the valve alone",
        "gas-valve",
        "valve_pico",
        "valve_drive: { and: [VALVE, deadman] }",
        "valve_drive: VALVE",
        "valve open without a heartbeat",
    ],
]

describe("within a few seeds it is caught that", () => {
    test.each(BROKEN)("%s", (_, name, board, from, to, promise) => {
        const subject = { ...subjects.get(name)!, definition: brokenBoard(board, [from, to]) }
        const caught = seeds(SEEDS).find(seed => ordeal(subject, seed).broken.includes(promise))
        expect(caught).toBeDefined()
    })
})
