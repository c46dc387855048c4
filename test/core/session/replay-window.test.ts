import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { ReplayWindow, WINDOW_SIZE } from "../../../src/core/session/replay-window"
import { Counting } from "./ends"

/** What RFC 8613 §7.4 asks for, without a window: nothing twice, and of what lies too far back nobody knows. */
class Remembering {
    readonly #received = new Set<number>()
    #highest = -1

    accept(number: number): boolean {
        if (this.#received.has(number) || this.#highest - number >= WINDOW_SIZE) return false
        this.#received.add(number)
        this.#highest = Math.max(this.#highest, number)
        return true
    }
}

const near = fc.tuple(fc.constantFrom(0, 100, 2 ** 31, 2 ** 32, 2 ** 40 - 100), fc.nat(99)).map(([a, b]) => a + b)

test("the window has 32 numbers", () => {
    expect(WINDOW_SIZE).toBe(32)
})

test("accepts what a memory of everything accepts", () => {
    fc.assert(
        fc.property(fc.array(near, { maxLength: 120 }), numbers => {
            const window = ReplayWindow.ofNewKeys()
            const memory = new Remembering()
            for (const number of numbers) {
                const admitted = window.admits(number)
                const accepted = memory.accept(number)
                expect(window.accept(number), `${number}`).toBe(accepted)
                expect(admitted).toBe(accepted)
            }
        }),
        { numRuns: 500 },
    )
})

test.each([
    [
        [0, 0],
        [true, false],
    ],
    [
        [0, 31, 0],
        [true, true, false],
    ],
    [
        [31, 0],
        [true, true],
    ],
    [
        [32, 0],
        [true, false],
    ],
    [
        [32, 1, 1],
        [true, true, false],
    ],
    [
        [5, 37, 5, 6],
        [true, true, false, true],
    ],
    [
        [5, 36, 5],
        [true, true, false],
    ],
    [
        [2 ** 40 - 1, 2 ** 40 - 1, 2 ** 40 - 32, 2 ** 40 - 33],
        [true, false, true, false],
    ],
])("%j: %j", (numbers, accepted) => {
    const window = ReplayWindow.ofNewKeys()
    expect(numbers.map(number => window.accept(number))).toEqual(accepted)
})

test("asking does not move it", () => {
    const window = ReplayWindow.ofNewKeys()
    expect([window.admits(7), window.admits(7), window.accept(7), window.admits(7)]).toEqual([true, true, true, false])
})

describe("after a start", () => {
    test("accepts nothing, and admits everything, until a sender says again what it was told", () => {
        const window = ReplayWindow.afterStart(new Counting())
        expect([window.accept(3), window.admits(3), window.accept(2 ** 40 - 1)]).toEqual([false, true, false])
        const echo = Buffer.from(window.echo!)
        for (let bit = 0; bit < 8 * echo.length; bit++) {
            const wrong = Buffer.from(echo)
            wrong[bit >> 3] ^= 1 << (bit & 7)
            expect(window.recover(3, wrong)).toBe(false)
        }
        for (const wrong of [undefined, Buffer.alloc(0), echo.subarray(0, 7), Buffer.concat([echo, echo])])
            expect(window.recover(3, wrong)).toBe(false)
        expect(window.recover(40, echo)).toBe(true)
        expect(window.echo).toBeUndefined()
    })

    test("and then accepts what has a higher number than that, and nothing below", () => {
        const window = ReplayWindow.afterStart(new Counting())
        expect(window.recover(40, Buffer.from(window.echo!))).toBe(true)
        for (let number = 0; number <= 40; number++) expect(window.accept(number)).toBe(false)
        expect([41, 43, 42, 41].map(number => window.accept(number))).toEqual([true, true, true, false])
    })

    test("each start says something else, in 8 bytes, and a word that was used is of no use again", () => {
        const random = new Counting()
        const [one, two] = [ReplayWindow.afterStart(random), ReplayWindow.afterStart(random)]
        const echo = Buffer.from(one.echo!)
        expect(echo).toHaveLength(8)
        expect(two.recover(1, echo)).toBe(false)
        expect(one.recover(1, echo)).toBe(true)
        expect(one.recover(2, echo)).toBe(false)
    })

    test("of new keys no word is asked for", () => {
        const window = ReplayWindow.ofNewKeys()
        expect(window.recover(1, Buffer.alloc(8))).toBe(false)
        expect(window.accept(1)).toBe(true)
    })

    test("a random source that has failed leaves no window", () => {
        const failed = {
            draw() {
                throw new Error("failed")
            },
        }
        expect(() => ReplayWindow.afterStart(failed)).toThrow("failed")
    })
})
