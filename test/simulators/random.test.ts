import { describe, expect, test } from "vitest"
import { Random, randomStreams } from "../../simulators/random"

describe("seeded randomness", () => {
    const draw = (random: Random) => Array.from({ length: 8 }, () => random.uint32())

    test("equal seeds give equal streams, other seeds and names give others", () => {
        expect(draw(new Random(1))).toEqual(draw(new Random("1")))
        expect(draw(new Random(1))).not.toEqual(draw(new Random(2)))
        expect(draw(randomStreams(1)("bus"))).not.toEqual(draw(randomStreams(1)("flash")))
    })

    test("one stream does not disturb another", () => {
        const streams = randomStreams(5)
        const alone = draw(streams("bus"))
        const flash = streams("flash")
        const bus = streams("bus")
        flash.uint32()
        expect(draw(bus)).toEqual(alone)
    })

    test("bytes and bounded numbers are spread evenly (chi-square, 255 degrees of freedom, p > 0.001)", () => {
        const random = new Random("spread")
        const counts = new Array(256).fill(0)
        const bytes = new Uint8Array(65536)
        random.draw(bytes)
        for (const byte of bytes) counts[byte]++
        const chiSquare = counts.reduce((sum, n) => sum + (n - 256) ** 2 / 256, 0)
        expect(chiSquare).toBeLessThan(330.5)
        for (let i = 0; i < 1000; i++) expect(random.below(7)).toBeLessThan(7)
    })
})
