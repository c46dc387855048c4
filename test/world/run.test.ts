import { describe, expect, test } from "vitest"
import { play, VALVE } from "./play"

const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1)

describe("a run is a function of firmware, world and seed", () => {
    /** Every source of randomness at work: chips, packets lost and late, a bouncing contact, a torn write. */
    const eventful = `scenario:
    - { at: 2s, fault: packet-loss, bus: home, probability: 0.2 }
    - { at: 2s, fault: packet-reordering, bus: home, probability: 0.2, up-to: 20ms }
    - { at: 3s, do: bounce, part: valve.button, to: 50 }
    - { at: 5s, do: press, part: door.button, for: 200ms }
    - { at: 8s, fault: power-cut, device: valve, memory: fram, for: 5s }
    - { at: 9s, do: press, part: valve.button, for: 200ms }`

    test(`${SEEDS.length} seeds, each played twice: equal hashes for equal seeds, different ones for different seeds`, async () => {
        const hashes = new Set<string>()
        for (const seed of SEEDS) {
            const [first, second] = [await play(eventful, { seed }), await play(eventful, { seed })]
            expect(second.result.traceSha256).toBe(first.result.traceSha256)
            hashes.add(first.result.traceSha256)
        }
        expect(hashes.size).toBe(SEEDS.length)
    })

    test("a different scenario gives another hash", async () => {
        const [first, second] = [
            await play(eventful),
            await play(`${eventful}\n    - { at: 29s, do: press, part: valve.button }`),
        ]
        expect(second.result.traceSha256).not.toBe(first.result.traceSha256)
    })
})

describe("a step", () => {
    test("happens at its time, and what it did ends after its for", async () => {
        const { times } = await play(
            `scenario:
    - { at: 5s, do: press, part: valve.button, for: 1500ms }
    - { at: 10s, do: unplug, part: valve.gas, for: 2s }`,
            { devices: VALVE },
        )
        expect(times("valve.button", "act", { action: "press" })).toEqual([5])
        expect(times("valve.button", "act", { action: "release" })).toEqual([6.5])
        expect(times("valve.gas", "state", { present: false })).toEqual([10])
        expect(times("valve.gas", "state", { present: true })).toEqual([0, 12])
    })

    test("without a for lasts until the end", async () => {
        const { times } = await play("scenario: [{ at: 5s, do: press, part: valve.button }]", { devices: VALVE })
        expect(times("valve.button", "act")).toEqual([5])
    })
})

describe("an expectation", () => {
    /** The valve is open from about 5.1 s to 10.1 s. */
    const scenario = `scenario:
    - { at: 5s, do: press, part: valve.button, for: 200ms }
    - { at: 10s, do: press, part: valve.button, for: 200ms }
`
    const verdictOf = async (expectation: string) => {
        const { result } = await play(`${scenario}expect: [${expectation}]`, { devices: VALVE })
        const [{ kept, us, seen }] = result.expectations
        expect(result.ok).toBe(kept)
        return { kept, seconds: us / 1_000_000, seen }
    }

    test.each([
        ["{ at: 4s, part: valve.valve, is: { state: shut } }", true],
        ["{ at: 7s, part: valve.valve, is: { state: shut } }", false],
        ["{ from: 6s, until: 9s, part: valve.valve, is: { state: open } }", true],
        ["{ from: 4s, until: 9s, part: valve.valve, is: { state: open } }", false],
        ["{ from: 6s, until: 12s, part: valve.valve, is: { state: open } }", false],
        ["{ after: 1s, within: 20s, part: valve.valve, is: { state: open } }", true],
        ["{ after: 11s, within: 10s, part: valve.valve, is: { state: open } }", false],
        ["{ at: 20s, part: valve.valve, is: { openings: { at-least: 1, at-most: 1 } } }", true],
        ["{ at: 20s, device: valve, is: running }", true],
        ["{ at: 20s, device: valve, is: off }", false],
        ["{ at: 20s, device: valve, register: model, is: Domovoi gas valve }", true],
        ["{ at: 20s, device: valve, register: state, is: { state: Lockdown } }", false],
        ["{ from: 20s, until: 25s, device: valve, register: state, is: { state: Normal, cause: None } }", true],
    ])("%s: %s", async (expectation, kept) => expect((await verdictOf(expectation)).kept).toBe(kept))

    test("is decided as soon as it can be", async () => {
        const broken = await verdictOf("{ from: 6s, until: 20s, part: valve.valve, is: { state: open } }")
        expect(broken).toMatchObject({ kept: false, seen: { state: "shut" } })
        expect(broken.seconds).toBeGreaterThan(10)
        expect(broken.seconds).toBeLessThan(10.5)
    })

    test("of a register fails when nobody answers", async () => {
        const { result } = await play(
            `scenario: [{ at: 5s, fault: power-off, device: valve }]
expect: [{ at: 10s, device: valve, register: state, is: { state: Normal } }]`,
            { devices: VALVE },
        )
        expect(result.expectations[0]).toMatchObject({ kept: false, seen: undefined })
    })
})

test("devices without a bus in common do not hear each other", async () => {
    const devices = `    a: { board: valve_pico, firmware: gas-valve }
    b: { board: valve_pico, firmware: gas-valve }`
    const { entries } = await play("scenario: []", { devices })
    const senders = (bus: string) =>
        new Set(entries.filter(({ source, kind }) => source === bus && kind === "frame").map(({ from }) => from))
    expect([...senders("a")].sort()).toEqual(["a", "a.gas"])
    expect([...senders("b")].sort()).toEqual(["b", "b.gas"])
})
