import fc from "fast-check"
import { expect, test } from "vitest"
import { Arbiter, type Command } from "../../../src/core/failsafe/arbiter"
import type { Level } from "../../../src/core/failsafe/fail-safe"

const level = fc.constantFrom<Level>(0, 1)
/** Few different times, so that many commands coincide. */
const command: fc.Arbitrary<Command> = fc
    .record({ byPerson: fc.boolean(), atMs: fc.nat({ max: 5 }), lastsMs: fc.nat({ max: 5 }), level })
    .map(({ lastsMs, ...rest }) => ({ ...rest, untilMs: rest.atMs + lastsMs }))

function decisions(safeLevel: Level, commands: Command[]): Level[] {
    const arbiter = new Arbiter(safeLevel)
    for (const one of commands) arbiter.take(one)
    return Array.from({ length: 12 }, (_, nowMs) => arbiter.wanted(nowMs))
}

test("the same commands give the same decision in whatever order they come", () => {
    fc.assert(
        fc.property(
            level,
            fc
                .array(command, { maxLength: 6 })
                .chain(list =>
                    fc.tuple(
                        fc.constant(list),
                        fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
                    ),
                ),
            (safeLevel, [commands, shuffled]) => {
                expect(decisions(safeLevel, shuffled)).toEqual(decisions(safeLevel, commands))
            },
        ),
        { numRuns: 2000 },
    )
})

test("a person's command that stands decides, whatever automations say", () => {
    fc.assert(
        fc.property(level, level, fc.array(command), fc.nat({ max: 4 }), (safeLevel, wanted, others, atMs) => {
            const arbiter = new Arbiter(safeLevel)
            for (const other of others) arbiter.take({ ...other, byPerson: false })
            arbiter.take({ byPerson: true, atMs, untilMs: 10, level: wanted })
            for (const other of others) arbiter.take({ ...other, byPerson: false })
            expect(arbiter.wanted(9)).toBe(wanted)
        }),
    )
})

const on: Command = { byPerson: false, atMs: 100, untilMs: 200, level: 1 }
test.each<[string, Command[], number, Level]>([
    ["nothing said", [], 0, 0],
    ["an automation alone", [on], 150, 1],
    ["a command that has ended", [on], 200, 0],
    [
        "a person against a later automation",
        [
            { ...on, byPerson: true, level: 0 },
            { ...on, atMs: 150 },
        ],
        160,
        0,
    ],
    [
        "an automation after the person's command has ended",
        [{ ...on, byPerson: true, untilMs: 120, level: 0 }, on],
        120,
        1,
    ],
    [
        "two persons: the later",
        [
            { ...on, byPerson: true },
            { ...on, byPerson: true, atMs: 101, level: 0 },
        ],
        150,
        0,
    ],
    [
        "two at once: the safe level",
        [
            { ...on, byPerson: true },
            { ...on, byPerson: true, level: 0 },
        ],
        150,
        0,
    ],
    ["two at once for the same level: the longer", [on, { ...on, untilMs: 300 }], 250, 1],
    ["the same the other way round", [{ ...on, untilMs: 300 }, on], 250, 1],
    ["a later command that ends before the earlier does", [on, { ...on, atMs: 110, untilMs: 120 }], 130, 0],
])("%s", (_, commands, nowMs, expected) => {
    const arbiter = new Arbiter(0)
    for (const command of commands) arbiter.take(command)
    expect(arbiter.wanted(nowMs)).toBe(expected)
})
