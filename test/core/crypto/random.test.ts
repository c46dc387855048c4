import { describe, expect, test } from "vitest"
import { Random as Seeded } from "../../../simulators/random"
import {
    PROPORTION_CUTOFF,
    PROPORTION_WINDOW,
    type Random,
    REPETITION_CUTOFF,
    STARTUP_BYTES,
    TestedRandom,
} from "../../../src/core/crypto/random"
import { runOnDevice } from "./device-program"

const good = (seed: string): Random => new Seeded(seed)

/** A good source that fails after the startup test: from then on, `byte(i)` says its i-th byte. */
function failing(byte: (i: number) => number): Random {
    const healthy = new Seeded("failing")
    let given = 0
    return {
        draw(target) {
            healthy.draw(target)
            for (let i = 0; i < target.length; i++, given++)
                if (given >= STARTUP_BYTES) target[i] = byte(given - STARTUP_BYTES)
        },
    }
}

describe("cutoffs of SP 800-90B for 4 bits of entropy a byte and one false alarm in 2^20", () => {
    test("repetition count, §4.4.1", () => expect(REPETITION_CUTOFF).toBe(1 + Math.ceil(20 / 4)))

    test("adaptive proportion, §4.4.2", () => {
        const p = 2 ** -4
        let quantile = 0
        let probability = (1 - p) ** PROPORTION_WINDOW
        let cumulative = probability
        while (cumulative < 1 - 2 ** -20) {
            quantile++
            probability *= ((PROPORTION_WINDOW - quantile + 1) / quantile) * (p / (1 - p))
            cumulative += probability
        }
        expect(PROPORTION_CUTOFF).toBe(1 + quantile)
    })
})

test("a good source passes: no false alarm in a million bytes, which come through unchanged", () => {
    const random = new TestedRandom(good("million"))
    const source = good("million")
    source.draw(Buffer.alloc(STARTUP_BYTES))
    for (let i = 0; i < 1000; i++) {
        const [given, expected] = [Buffer.alloc(1000), Buffer.alloc(1000)]
        random.draw(given)
        source.draw(expected)
        expect(given.equals(expected)).toBe(true)
    }
})

test.each([
    ["stuck at zero", () => 0, "repetition"],
    ["stuck at 255", () => 255, "repetition"],
    ["stuck for just so long", (i: number) => (i < REPETITION_CUTOFF ? 77 : i & 255), "repetition"],
    ["two values in turn", (i: number) => (i & 1 ? 3 : 4), "proportion"],
    ["eight values in turn", (i: number) => i & 7, "proportion"],
])("a source that is %s after start is found out", (_, byte, fault) => {
    const random = new TestedRandom(failing(byte))
    const target = Buffer.alloc(1500, 1)
    expect(() => random.draw(target)).toThrow(`failed its ${fault} test`)
    expect(target.every(byte => byte === 0)).toBe(true)
})

test("a source that has failed once gives nothing any more, even if it has recovered", () => {
    const random = new TestedRandom(failing(i => (i < 10 ? 9 : (i * 167) & 255)))
    expect(() => random.draw(Buffer.alloc(20))).toThrow("repetition")
    const target = Buffer.alloc(4, 1)
    expect(() => random.draw(target)).toThrow("repetition")
    expect(target).toEqual(Buffer.alloc(4))
})

test("repetitions are counted across requests", () => {
    const random = new TestedRandom(failing(() => 200))
    const requests = Array.from({ length: REPETITION_CUTOFF }, () => Buffer.alloc(1))
    expect(() => requests.forEach(target => void random.draw(target))).toThrow("repetition")
})

test("a source that is dead from the start is refused at the start", () => {
    expect(() => new TestedRandom({ draw: target => void target.fill(0) })).toThrow("repetition")
    // A source that writes nothing leaves the zeros of a fresh buffer.
    expect(() => new TestedRandom({ draw: () => {} })).toThrow("repetition")
})

test("what is no Buffer is refused", () => {
    const random = new TestedRandom(good("types"))
    expect(() => random.draw(new Uint8Array(4) as unknown as Buffer)).toThrow("target must be a Buffer")
})

test("on the device, over the runtime's own source: it passes, and a stuck one does not", async () => {
    const { printed, meter } = await runOnDevice("tested-random", "done")
    expect(printed).toEqual([
        "different",
        "the random source failed its repetition test: use no keys of this board until it is repaired",
        "done",
    ])
    expect(meter.longestRunOpcodes).toBeLessThan(60_000)
})
