import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { BEHIND_MS, Freshness, LATE_MS } from "../../../src/core/failsafe/freshness"

const PROBE_MS = 100
/** Just before a 32-bit count of milliseconds begins anew. */
const BEFORE_WRAP_MS = 2 ** 32 - 1000

describe("with nothing in its way", () => {
    test("nothing is fresh before the first probe is back", () => {
        const freshness = new Freshness()
        expect(freshness.look(0)).toBe(true)
        freshness.sent(7, 0)
        expect(freshness.look(0)).toBe(true)
        freshness.returned(7)
        expect(freshness.look(0)).toBe(false)
    })

    test("what was heard is as old as the sending of the probe, whenever it comes back", () => {
        const freshness = new Freshness()
        freshness.sent(7, 1000)
        freshness.returned(7)
        expect(freshness.heardUntilMs).toBe(1000)
        expect(freshness.look(1000 + LATE_MS)).toBe(false)
        expect(freshness.look(1001 + LATE_MS)).toBe(true)
    })

    test("a queue that is less than the limit behind is followed, though several probes are under way in it", () => {
        const freshness = new Freshness()
        for (let i = 0; i < 50; i++) {
            freshness.sent(1000 + i, PROBE_MS * i)
            // What comes back now was sent 199 ms ago.
            if (i > 0) freshness.returned(1000 + i - 1)
            if (i > 1) expect(freshness.look(PROBE_MS * i + 99)).toBe(false)
        }
    })

    test("others wait where a probe does, and not where none was sent", () => {
        const freshness = new Freshness()
        expect(freshness.isBehind(5000)).toBe(false)
        freshness.sent(7, 1000)
        expect(freshness.isBehind(1000 + BEHIND_MS)).toBe(false)
        expect(freshness.isBehind(1001 + BEHIND_MS)).toBe(true)
        freshness.returned(7)
        expect(freshness.isBehind(5000)).toBe(false)
        freshness.sent(8, 5000)
        freshness.sent(9, 5100)
        freshness.returned(8)
        expect(freshness.isBehind(5151)).toBe(true)
    })

    describe("a program that did not run", () => {
        function stoodStill(forMs: number): Freshness {
            const freshness = new Freshness()
            freshness.sent(7, 1000)
            freshness.returned(7)
            expect(freshness.look(1050)).toBe(false)
            expect(freshness.look(1100)).toBe(false)
            freshness.look(1100 + forMs)
            return freshness
        }

        test.each([251, 350, 399])("for %i ms is given time for a probe, once", ms => {
            const freshness = stoodStill(ms)
            expect(freshness.look(1100 + ms + 60)).toBe(false)
            expect(freshness.look(1100 + ms + 61)).toBe(true)
            // Nor does it help to stand still again.
            expect(freshness.look(1100 + ms + 61 + 200)).toBe(true)
        })

        test("and whose probe comes round is not late", () => {
            const freshness = stoodStill(350)
            freshness.sent(8, 1455)
            freshness.returned(8)
            expect(freshness.look(1455 + LATE_MS)).toBe(false)
        })

        test.each([400, 5000])("for %i ms is late at once: its dead-man may have fallen", ms => {
            expect(stoodStill(ms).look(1100 + ms)).toBe(true)
        })

        test("is late at once if it was further behind at the last look than a quiet bus lets it be: it may stand still again before it hears", () => {
            for (const [behindMs, late] of [
                [150, false],
                [151, true],
            ] as const) {
                const freshness = new Freshness()
                freshness.sent(7, 1000)
                freshness.returned(7)
                expect(freshness.look(1000 + behindMs)).toBe(false)
                expect(freshness.look(1000 + behindMs + 350)).toBe(late)
            }
        })

        test("is late at once if it was late before, or has heard nothing yet", () => {
            const freshness = new Freshness()
            expect(freshness.look(1000)).toBe(true)
            expect(freshness.look(1200)).toBe(true)
            freshness.sent(7, 1200)
            freshness.returned(7)
            for (let ms = 1250; ms <= 1500; ms += 50) expect(freshness.look(ms)).toBe(false)
            expect(freshness.look(1501)).toBe(true)
            expect(freshness.look(1700)).toBe(true)
        })
    })

    test("looks that never come close enough together are no way to be trusted for longer", () => {
        const freshness = new Freshness()
        freshness.sent(7, 0)
        freshness.returned(7)
        let trustedMs = 0
        for (let ms = 0; ms < 5000; ms += 151) if (!freshness.look(ms)) trustedMs = ms
        expect(trustedMs).toBeLessThan(150 + 400 + 60)
    })

    test("a foreign number says nothing", () => {
        const freshness = new Freshness()
        freshness.returned(0)
        freshness.sent(7, 1000)
        freshness.returned(8)
        freshness.returned(Number.NaN)
        expect(freshness.heardUntilMs).toBe(-Infinity)
    })
})

/** What happens to a queue: a probe is sent, somebody who hears all says a number, the oldest is handled; time passes before each. */
type Step =
    | { what: "probe"; lost: boolean; ms: number }
    | { what: "forge"; pick: number; lost: boolean; ms: number }
    | { what: "handle"; count: number; ms: number }

const ms = fc.nat({ max: 150 })
const lost = fc.integer({ min: 0, max: 3 }).map(n => n === 0)
const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 3, arbitrary: fc.record({ what: fc.constant("probe" as const), lost, ms }) },
    { weight: 3, arbitrary: fc.record({ what: fc.constant("forge" as const), pick: fc.nat(), lost, ms }) },
    { weight: 4, arbitrary: fc.record({ what: fc.constant("handle" as const), count: fc.nat({ max: 6 }), ms }) },
)
const story = fc.record({
    startMs: fc.constantFrom(0, 1150, BEFORE_WRAP_MS),
    steps: fc.array(step, { minLength: 1, maxLength: 60 }),
})

/** What an attacker may choose from, of all numbers that were ever sent and those that come next. */
type Knows = (sent: readonly number[], next: number) => readonly number[]

/**
 * Plays a story on a queue and compares with what is true: all that arrived before the oldest that still waits was handled, or until now if
 * nothing waits.
 * @returns whether more was ever said to be heard than that
 */
function saysTooMuch(
    freshness: Freshness,
    knows: Knows,
    { startMs, steps }: { startMs: number; steps: Step[] },
): boolean {
    const queue: { number: number; arrivedMs: number }[] = []
    const sent: number[] = []
    let nowMs = startMs
    // Numbers are drawn by a generator that the attacker does not have.
    let drawn = 12345
    const draw = () => (drawn = (Math.imul(drawn, 1664525) + 1013904223) >>> 0)
    let next = draw()
    for (const step of steps) {
        nowMs += step.ms
        if (step.what === "probe") {
            freshness.sent(next, nowMs)
            sent.push(next)
            if (!step.lost) queue.push({ number: next, arrivedMs: nowMs })
            next = draw()
        } else if (step.what === "forge") {
            const known = knows(sent, next)
            if (!step.lost && known.length > 0)
                queue.push({ number: known[step.pick % known.length], arrivedMs: nowMs })
        } else for (const { number } of queue.splice(0, step.count)) freshness.returned(number)
        const trueMs = queue[0]?.arrivedMs ?? nowMs
        if (freshness.heardUntilMs > trueMs) return true
    }
    return false
}

const replays: Knows = sent => sent
const foresees: Knows = (sent, next) => [...sent, next]

describe("in a first-in, first-out queue with losses, duplicates and replays", () => {
    test("it never says that something was heard later than it was", () => {
        fc.assert(
            fc.property(story, story => !saysTooMuch(new Freshness(), replays, story)),
            { numRuns: 5000 },
        )
    })

    test("nor does time ever run backwards in what it says, and a probe that returns is enough", () => {
        fc.assert(
            fc.property(fc.array(fc.tuple(fc.nat({ max: 5 }), fc.boolean()), { maxLength: 40 }), moves => {
                const freshness = new Freshness()
                let before = freshness.heardUntilMs
                moves.forEach(([back, sends], i) => {
                    if (sends) freshness.sent(i, PROBE_MS * i)
                    else freshness.returned(i - back)
                    expect(freshness.heardUntilMs).toBeGreaterThanOrEqual(before)
                    before = freshness.heardUntilMs
                })
                freshness.sent(1000, 1e6)
                freshness.returned(1000)
                expect(freshness.look(1e6 + LATE_MS)).toBe(false)
            }),
        )
    })
})

describe("the model notices", () => {
    const noticed = (make: () => Freshness, knows: Knows) =>
        fc.check(
            fc.property(story, story => !saysTooMuch(make(), knows, story)),
            { numRuns: 5000, seed: 1 },
        ).failed

    test("numbers that can be foreseen", () => {
        expect(noticed(() => new Freshness(), foresees)).toBe(true)
    })

    test("a rule that takes the time of the return", () => {
        class TimeOfReturn extends Freshness {
            #latest = -Infinity

            override sent(number: number, nowMs: number): void {
                super.sent(number, nowMs)
                this.#latest = nowMs
            }

            override returned(number: number): void {
                super.returned(number)
                // As late as it can know: the time of the probe sent last.
                if (this.heardUntilMs > -Infinity) this.heardUntilMs = this.#latest
            }
        }
        expect(noticed(() => new TimeOfReturn(), replays)).toBe(true)
    })

    test("a rule that takes any number", () => {
        class AnyNumber extends Freshness {
            #latest = -Infinity

            override sent(number: number, nowMs: number): void {
                super.sent(number, nowMs)
                this.#latest = nowMs
            }

            override returned(): void {
                this.heardUntilMs = this.#latest
            }
        }
        expect(noticed(() => new AnyNumber(), replays)).toBe(true)
    })
})
