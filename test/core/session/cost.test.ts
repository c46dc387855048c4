/** What a message costs a device may not creep up, and none of it may keep the device from everything else. */
import { beforeAll, describe, expect, test } from "vitest"
import { buildBenchmark } from "../../../src/host/bench/programs"
import { runSections, type Section } from "../../../src/host/bench/sections"
import { readAccepted } from "../../bench/accepted"
import { BOARD } from "../../bench/crypto-sections"
import { SESSION_PROGRAMS } from "../../bench/session-programs"

const TOLERANCE = 1.02
/** As for the primitives, test/bench/accepted.test.ts. */
const LONGEST_MS = 10
const HOW_TO_ACCEPT = "If that has a reason, run: npm run bench -- --accept"

const accepted = readAccepted()
const names = Object.keys(accepted).flatMap(key => /^session\.(.+)\.opcodes$/.exec(key)?.[1] ?? [])

describe("the benchmark of the session layer", () => {
    let images: Uint8Array[]
    let sections: Map<string, Section>
    beforeAll(async () => {
        images = await Promise.all(SESSION_PROGRAMS.map(async program => (await buildBenchmark(program)).image))
        sections = new Map(images.flatMap(image => runSections(image, BOARD)).map(section => [section.name, section]))
    })

    test("has an accepted figure for every section, and for no other", () => {
        expect(names, HOW_TO_ACCEPT).toEqual([...sections.keys()])
    })

    test.each(names)("%s takes no more opcodes than accepted, and pauses often enough", name => {
        const { opcodes, longestStretchCycles } = sections.get(name)!
        expect(opcodes, HOW_TO_ACCEPT).toBeLessThanOrEqual(TOLERANCE * accepted[`session.${name}.opcodes`])
        expect((1000 * longestStretchCycles) / BOARD.costs.clockHz).toBeLessThanOrEqual(LONGEST_MS)
    })

    test("takes no more bytes than accepted", () => {
        const bytes = images.reduce((sum, { length }) => sum + length, 0)
        expect(bytes, HOW_TO_ACCEPT).toBeLessThanOrEqual(TOLERANCE * accepted["session.program.imageBytes"])
    })

    test("a frame that nobody has sealed costs less than the same frame sealed", () => {
        for (const suite of ["chacha20", "aesCtrHmac", "aesCcm"])
            expect(sections.get(`${suite}.forged`)!.opcodes).toBeLessThan(sections.get(`${suite}.open185`)!.opcodes)
    })
})
