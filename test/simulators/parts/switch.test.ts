import { describe, expect, test } from "vitest"
import type { PartContext } from "../../../simulators/parts/part"
import { Switch, type SwitchKind } from "../../../simulators/parts/switch"
import { partOnBench } from "./bench"

function switchOf(kind: SwitchKind, closed = false, seed?: number) {
    const moves: { us: number; closed: boolean }[] = []
    const bench = partOnBench(
        (context: PartContext) =>
            new Switch(context, kind, closed, now => moves.push({ us: context.clock.nowUs, closed: now })),
        seed,
    )
    return { ...bench, moves, states: () => moves.map(({ closed }) => closed) }
}

describe("switches", () => {
    test.each<[SwitchKind, string, string, object, object]>([
        ["button", "press", "release", { pressed: true }, { pressed: false }],
        ["slide-switch", "close", "open", { closed: true }, { closed: false }],
        ["tamper-switch", "close", "open", { case: "closed" }, { case: "open" }],
    ])("%s: %s closes its contact, %s opens it", (kind, close, open, closed, opened) => {
        const { part, states } = switchOf(kind)
        part.act(close)
        expect(part.observe()).toEqual(closed)
        part.act(close)
        part.act(open)
        expect(part.observe()).toEqual(opened)
        expect(states()).toEqual([true, false])
    })

    test("begin as the circuit says", () => {
        expect(switchOf("slide-switch", true).part.observe()).toEqual({ closed: true })
        expect(switchOf("slide-switch", true).moves).toEqual([])
    })

    test("know their own moves and the faults of a contact, and no others", () => {
        const { part } = switchOf("button")
        expect(() => part.act("open")).toThrow('no action "open"; it knows press, release, stick, free, bounce')
    })

    test("stuck do not follow, and freed are where they were put", () => {
        const { part, states } = switchOf("button")
        part.act("stick", "closed")
        part.act("press")
        part.act("release")
        expect(part.observe()).toEqual({ pressed: true })
        part.act("press")
        part.act("free")
        expect(states()).toEqual([true])
        part.act("stick", "open")
        expect(part.observe()).toEqual({ pressed: false })
    })

    test("bounce for the time asked for, then rest where they were put", () => {
        const { part, moves, elapse, clock } = switchOf("button")
        part.act("press")
        const begin = clock.nowUs
        part.act("bounce", 20)
        elapse(100)
        expect(moves.length).toBeGreaterThan(20)
        expect(moves.at(-1)!.us - begin).toBeLessThan(21_000)
        expect(part.observe()).toEqual({ pressed: true })
        const count = moves.length
        elapse(1000)
        expect(moves.length).toBe(count)
        for (const [i, { closed }] of moves.entries()) expect(closed).toBe(i % 2 === 0)
    })

    test("told twice to bounce, bounce on to the later end, no faster", () => {
        const once = switchOf("button")
        once.part.act("bounce", 20)
        once.elapse(100)
        const twice = switchOf("button")
        twice.part.act("bounce", 10)
        twice.part.act("bounce", 20)
        twice.elapse(100)
        expect(twice.moves).toEqual(once.moves)
    })

    test("bounce by the seed", () => {
        const moves = (seed: number) => {
            const bench = switchOf("button", false, seed)
            bench.part.act("bounce", 20)
            bench.elapse(100)
            return bench.moves
        }
        expect(moves(1)).toEqual(moves(1))
        expect(moves(1)).not.toEqual(moves(2))
    })
})
