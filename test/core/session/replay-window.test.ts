import fc from "fast-check"
import { expect, test } from "vitest"
import { ReplayWindow } from "../../../src/core/session/replay-window"

const near = fc.tuple(fc.constantFrom(0, 100, 2 ** 31, 2 ** 32, 2 ** 40 - 100), fc.nat(99)).map(([a, b]) => a + b)

test("accepts what is higher than all before, and nothing else", () => {
    fc.assert(
        fc.property(fc.array(near, { maxLength: 120 }), numbers => {
            const window = new ReplayWindow()
            numbers.forEach((number, i) => {
                const isHigher = numbers.slice(0, i).every(before => before < number)
                expect(window.admits(number), `${number}`).toBe(isHigher)
                expect(window.accept(number), `${number}`).toBe(isHigher)
            })
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
        [0, 31, 30, 31, 32],
        [true, true, false, false, true],
    ],
    [
        [2 ** 32 - 1, 2 ** 32, 2 ** 32 - 1, 2 ** 40 - 1, 2 ** 40 - 1],
        [true, true, false, true, false],
    ],
])("%j: %j", (numbers, accepted) => {
    const window = new ReplayWindow()
    expect(numbers.map(number => window.accept(number))).toEqual(accepted)
})

test("asking does not move it", () => {
    const window = new ReplayWindow()
    expect([window.admits(7), window.admits(7), window.accept(7), window.admits(7)]).toEqual([true, true, true, false])
})
