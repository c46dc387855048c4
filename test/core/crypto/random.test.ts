import { describe, expect, test } from "vitest"
import { Random as Seeded } from "../../../simulators/random"
import {
    LONGEST_DRAW,
    openRandom,
    PROPORTION_CUTOFF,
    PROPORTION_WINDOW,
    type Random,
    REPETITION_CUTOFF,
    STARTUP_BYTES,
} from "../../../src/core/crypto/random"
import { runOnDevice } from "./device-program"

const pause = async () => {}
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

/** Draws any number of bytes, in as many requests as that takes. */
function drawAll(random: Random, target: Buffer): void {
    for (let at = 0; at < target.length; at += LONGEST_DRAW) random.draw(target.subarray(at, at + LONGEST_DRAW))
}

test("a good source passes: no false alarm in a million bytes, which come through unchanged", async () => {
    const random = await openRandom(good("million"), pause)
    const source = good("million")
    for (let at = 0; at < STARTUP_BYTES; at += LONGEST_DRAW) source.draw(Buffer.alloc(LONGEST_DRAW))
    for (let i = 0; i < 16_000; i++) {
        const [given, expected] = [Buffer.alloc(LONGEST_DRAW), Buffer.alloc(LONGEST_DRAW)]
        random.draw(given)
        source.draw(expected)
        expect(given.equals(expected)).toBe(true)
    }
})

test("the start is tested in stretches, and nobody has the source before the end of the test", async () => {
    const drawn: number[] = []
    const source = good("stretches")
    let pauses = 0
    const opening = openRandom(
        {
            draw: target => {
                drawn.push(pauses)
                source.draw(target)
            },
        },
        async () => void pauses++,
    )
    await opening
    expect(drawn).toEqual(Array.from({ length: STARTUP_BYTES / LONGEST_DRAW }, (_, i) => i + 1))
    expect(pauses).toBe(drawn.length + 1)
})

test("more than can be tested in a stretch is not drawn at once", async () => {
    const random = await openRandom(good("long"), pause)
    expect(() => random.draw(Buffer.alloc(LONGEST_DRAW + 1))).toThrow("65 random bytes are too many at once: draw 64")
    expect(() => random.draw(Buffer.alloc(LONGEST_DRAW))).not.toThrow()
})

test.each([
    ["stuck at zero", () => 0, "repetition"],
    ["stuck at 255", () => 255, "repetition"],
    ["stuck for just so long", (i: number) => (i < REPETITION_CUTOFF ? 77 : i & 255), "repetition"],
    ["two values in turn", (i: number) => (i & 1 ? 3 : 4), "proportion"],
    ["eight values in turn", (i: number) => i & 7, "proportion"],
])("a source that is %s after start is found out", async (_, byte, fault) => {
    const random = await openRandom(failing(byte), pause)
    expect(() => drawAll(random, Buffer.alloc(1500))).toThrow(`failed its ${fault} test`)
    const target = Buffer.alloc(40, 1)
    expect(() => random.draw(target)).toThrow(`failed its ${fault} test`)
    expect(target).toEqual(Buffer.alloc(40))
})

test("what a failed test has seen is not given away", async () => {
    const random = await openRandom(
        failing(() => 9),
        pause,
    )
    const target = Buffer.alloc(20, 1)
    expect(() => random.draw(target)).toThrow("repetition")
    expect(target).toEqual(Buffer.alloc(20))
})

test("a source that has failed once gives nothing any more, even if it has recovered", async () => {
    const random = await openRandom(
        failing(i => (i < 10 ? 9 : (i * 167) & 255)),
        pause,
    )
    expect(() => random.draw(Buffer.alloc(20))).toThrow("repetition")
    const target = Buffer.alloc(4, 1)
    expect(() => random.draw(target)).toThrow("repetition")
    expect(target).toEqual(Buffer.alloc(4))
})

test("repetitions are counted across requests", async () => {
    const random = await openRandom(
        failing(() => 200),
        pause,
    )
    const requests = Array.from({ length: REPETITION_CUTOFF }, () => Buffer.alloc(1))
    expect(() => requests.forEach(target => void random.draw(target))).toThrow("repetition")
})

test("a source that is dead from the start gives nothing", async () => {
    // A source that writes nothing leaves the zeros of a fresh buffer.
    for (const draw of [(target: Buffer) => void target.fill(0), () => {}]) {
        const random = await openRandom({ draw }, pause)
        expect(() => random.draw(Buffer.alloc(1))).toThrow("repetition")
    }
})

test("what is no Buffer is refused", async () => {
    const random = await openRandom(good("types"), pause)
    expect(() => random.draw(new Uint8Array(4) as unknown as Buffer)).toThrow("target must be a Buffer")
})

test("on the device, over the runtime's own source: it passes, and a stuck one does not", async () => {
    const { printed, meter } = await runOnDevice("tested-random", "done")
    expect(printed).toEqual([
        "different",
        "the random source failed its repetition test: use no keys of this board until it is repaired",
        "done",
    ])
    expect(meter.longestRunOpcodes).toBeLessThan(4000)
})
