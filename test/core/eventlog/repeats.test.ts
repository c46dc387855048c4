import { describe, expect, test } from "vitest"
import { Event, newsOf } from "../../../src/core/eventlog/event"
import { MAX_KINDS, QUIET_S, Repeats } from "../../../src/core/eventlog/repeats"

describe("kinds of events", () => {
    test("are kept apart up to a number, before anything was written too", () => {
        const repeats = new Repeats()
        for (let cause = 0; cause < MAX_KINDS; cause++) expect(repeats.note(Event.State, cause, 0).cause).toBe(cause)
        expect(repeats.note(Event.State, MAX_KINDS, 0).event).toBe(Event.Flood)
    })

    test("that have not happened again are forgotten when they are due, and not sooner", () => {
        const repeats = new Repeats()
        const noted = () => repeats.note(Event.State, 1, 2)
        const written = { count: 0, uncounted: 0, dueS: QUIET_S }
        const kind = Object.assign(noted(), written)
        expect(repeats.next(QUIET_S - 1)).toBeUndefined()
        expect(noted()).toBe(kind)
        Object.assign(kind, written)
        expect(repeats.next(QUIET_S)).toBeUndefined()
        expect(noted()).not.toBe(kind)
    })
})

describe("what an event is news of", () => {
    test("is event, cause and detail, each in its place", () => {
        expect(newsOf(Event.Tamper, 3, 0xffff_ffff)).toBe(0x203_ffff_ffff)
        expect(newsOf(Event.State, 255, 0)).toBe(0x10ff_0000_0000)
    })

    test("is none of the reasons of a refusal", () => {
        expect(newsOf(Event.Refusal, 2, 7)).toBe(0x1102_0000_0000)
    })
})
