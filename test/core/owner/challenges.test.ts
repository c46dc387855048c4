import fc from "fast-check"
import { beforeEach, describe, expect, test } from "vitest"
import type { Random } from "../../../src/core/crypto/random"
import { CHALLENGE_MS, Challenges, MAX_CHALLENGES, TOUCH_MS } from "../../../src/core/owner/challenges"
import { Place } from "../../../src/core/owner/rights"

/** Every draw differs from all others, and uses the upper bits of both words. */
class Counting implements Random {
    #count = 0

    draw(target: Buffer): void {
        target.fill(0xf0)
        target.writeUInt32BE(++this.#count, 2)
    }
}

type Words = [low: number, high: number]

let challenges: Challenges
beforeEach(() => {
    challenges = new Challenges(new Counting())
    challenges.watch(false, 0)
})

/** The button goes down and up at that time. */
function press(nowMs: number): void {
    challenges.watch(true, nowMs)
    challenges.watch(false, nowMs)
}

const take = ([low, high]: Words, nowMs: number) => challenges.take(low, high, nowMs)

describe("a challenge", () => {
    test("is 8 bytes of the random source, as two words without sign", () => {
        const bytes = Buffer.from("0102038405060788", "hex")
        const drawn = new Challenges({ draw: target => void bytes.copy(target) }).draw(0)
        expect(drawn).toEqual([bytes.readUInt32BE(4), bytes.readUInt32BE(0)])
    })

    test("is good once, whatever came of it", () => {
        const drawn = challenges.draw(0)
        expect(take(drawn, 1)).toBe(Place.Inside)
        expect(take(drawn, 2)).toBeUndefined()
    })

    test("is good for 60 s", () => {
        const [early, late] = [challenges.draw(0), challenges.draw(0)]
        expect(take(early, CHALLENGE_MS - 1)).toBe(Place.Inside)
        expect(take(late, CHALLENGE_MS)).toBeUndefined()
        expect(take(late, 1)).toBeUndefined()
    })

    test("makes way for the fourth after it", () => {
        const drawn = Array.from({ length: MAX_CHALLENGES + 1 }, (_, i) => challenges.draw(i))
        expect(take(drawn[0], 10)).toBeUndefined()
        for (const later of drawn.slice(1)) expect(take(later, 10)).toBe(Place.Inside)
    })

    test.each([
        ["nothing was drawn", (): Words => [0, 0]],
        ["the lower word is another", ([low, high]: Words): Words => [(low ^ 1) >>> 0, high]],
        ["the upper word is another", ([low, high]: Words): Words => [low, (high ^ 0x80000000) >>> 0]],
        ["the words are the other way round", ([low, high]: Words): Words => [high, low]],
        ["no number came", (): Words => [Number.NaN, undefined as unknown as number]],
    ])("is refused if %s, and stays good", (_, changed) => {
        expect(take([0, 0], 0)).toBeUndefined()
        const drawn = challenges.draw(0)
        expect(take(changed(drawn), 1)).toBeUndefined()
        expect(take(drawn, 1)).toBe(Place.Inside)
    })

    test("is not handed out if the random source has failed", () => {
        const broken = new Challenges({
            draw() {
                throw new Error("failed its test")
            },
        })
        expect(() => broken.draw(0)).toThrow("failed its test")
        expect(broken.take(0, 0, 0)).toBeUndefined()
    })
})

describe("a press", () => {
    test("belongs to the one challenge that can be used, for 30 s", () => {
        for (const [laterMs, place] of [
            [TOUCH_MS - 1, Place.Touch],
            [TOUCH_MS, Place.Inside],
        ]) {
            const drawn = challenges.draw(0)
            press(1000)
            expect(take(drawn, 1000 + laterMs)).toBe(place)
        }
    })

    test.each<[string, (first: Words) => void]>([
        ["was used", first => take(first, 5)],
        ["is too old", () => {}],
    ])("is not kept from it by one that %s", (what, use) => {
        const first = challenges.draw(0)
        use(first)
        const nowMs = what === "was used" ? 10 : CHALLENGE_MS
        const second = challenges.draw(nowMs)
        press(nowMs)
        expect(take(second, nowMs)).toBe(Place.Touch)
    })

    test("belongs to none of two", () => {
        const drawn = [challenges.draw(0), challenges.draw(1)]
        press(2)
        for (const words of drawn) expect(take(words, 3)).toBe(Place.Inside)
    })

    test("belongs to none that is drawn later, while it lasts or after it", () => {
        challenges.watch(true, 0)
        const during = challenges.draw(1)
        challenges.watch(true, 2)
        challenges.watch(false, 3)
        expect(take(during, 4)).toBe(Place.Inside)
        expect(take(challenges.draw(5), 6)).toBe(Place.Inside)
    })

    test("is none if the button was held at the start", () => {
        challenges = new Challenges(new Counting())
        const drawn = challenges.draw(0)
        challenges.watch(true, 1)
        expect(take(drawn, 2)).toBe(Place.Inside)
    })
})

type Act = { do: "draw" } | { do: "watch"; down: boolean } | { do: "take"; which: number } | { do: "wait"; ms: number }

const acts = fc.array(
    fc.oneof(
        fc.constant<Act>({ do: "draw" }),
        fc.record({ do: fc.constant("watch" as const), down: fc.boolean() }),
        fc.record({ do: fc.constant("take" as const), which: fc.nat({ max: 5 }) }),
        fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(0, 1000, 29_999, 30_000, 59_999, 60_000) }),
    ),
    { maxLength: 60 },
)

/** Plays acts, and compares each answer with what the whole history says. @returns the places that were told */
function play(machine: Challenges, list: readonly Act[]): Set<Place | undefined> {
    const history: { words: Words; drawnMs: number; used: boolean; touchedMs: number | undefined }[] = []
    const told = new Set<Place | undefined>()
    let nowMs = 0
    let down = true
    const canBeUsed = () =>
        history.slice(-MAX_CHALLENGES).filter(({ used, drawnMs }) => !used && nowMs - drawnMs < CHALLENGE_MS)
    for (const act of list) {
        if (act.do === "wait") nowMs += act.ms
        else if (act.do === "draw")
            history.push({ words: machine.draw(nowMs), drawnMs: nowMs, used: false, touchedMs: undefined })
        else if (act.do === "watch") {
            machine.watch(act.down, nowMs)
            const usable = canBeUsed()
            if (act.down && !down) {
                for (const challenge of history) challenge.touchedMs = undefined
                if (usable.length === 1) usable[0].touchedMs = nowMs
            }
            down = act.down
        } else {
            const meant = history.at(-1 - act.which)
            const usable = meant && canBeUsed().includes(meant)
            const touched = meant?.touchedMs !== undefined && nowMs - meant.touchedMs < TOUCH_MS
            const expected = usable ? (touched ? Place.Touch : Place.Inside) : undefined
            const place = meant ? machine.take(...meant.words, nowMs) : machine.take(0, 0, nowMs)
            expect(place).toBe(expected)
            if (meant) meant.used = true
            told.add(place)
        }
    }
    return told
}

describe("over random lives", () => {
    const RUNS = { numRuns: 500, seed: 20_261_201 }

    test("what is told of a command follows from what was drawn, pressed and used before it", () => {
        const told = new Set<Place | undefined>()
        fc.assert(
            fc.property(acts, list => {
                for (const place of play(new Challenges(new Counting()), list)) told.add(place)
            }),
            RUNS,
        )
        expect(told).toEqual(new Set([undefined, Place.Inside, Place.Touch]))
    })

    class Repeatable extends Challenges {
        override take(low: number, high: number, nowMs: number): Place | undefined {
            return super.take(low, high, nowMs) ?? (nowMs > 0 ? Place.Inside : undefined)
        }
    }
    class Nervous extends Challenges {
        override watch(down: boolean, nowMs: number): void {
            super.watch(false, nowMs)
            super.watch(down, nowMs)
        }
    }
    class Timeless extends Challenges {
        override take(low: number, high: number): Place | undefined {
            return super.take(low, high, 0)
        }
    }
    class Deaf extends Challenges {
        override watch(): void {}
    }

    test.each([Repeatable, Nervous, Timeless, Deaf])("%o is found out", Broken => {
        const property = fc.property(acts, list => void play(new Broken(new Counting()), list))
        expect(fc.check(property, RUNS).failed).toBe(true)
    })
})
