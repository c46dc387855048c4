import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { judgeProgram, type ProgramVerdict } from "../../../src/core/update/program-start"
import { IMAGE_DIGEST_BYTES, type ProgramRecord } from "../../../src/core/update/records"

const image = (name: number) => Buffer.alloc(IMAGE_DIGEST_BYTES, name)
const record = (name: number, sequenceNumber: number): ProgramRecord => ({ digest: image(name), sequenceNumber })

describe("a program that is about to start", () => {
    const [OLD, NEW, FOREIGN] = [1, 2, 3]
    const cases: [string, number, ProgramRecord | undefined, ProgramRecord | undefined, number, ProgramVerdict][] = [
        ["is the one on record", OLD, record(OLD, 7), undefined, 7, "confirmed"],
        ["is the one on record, while another is pending", OLD, record(OLD, 7), record(NEW, 8), 7, "confirmed"],
        ["may take its place", NEW, record(OLD, 7), record(NEW, 8), 7, "trial"],
        ["is the first one, and pending", NEW, undefined, record(NEW, 1), 0, "trial"],
        ["is on record, but the floor has risen", OLD, record(OLD, 7), undefined, 8, "belowFloor"],
        ["is pending, but the floor has risen", NEW, record(OLD, 7), record(NEW, 8), 9, "belowFloor"],
        ["comes again under a higher number", OLD, record(OLD, 7), record(OLD, 8), 8, "trial"],
        ["is on no record", FOREIGN, record(OLD, 7), record(NEW, 8), 0, "unauthorised"],
        ["is on no record, and there is none", FOREIGN, undefined, undefined, 0, "unauthorised"],
        ["is on record with the highest number", OLD, record(OLD, 0xffff_ffff), undefined, 0xffff_ffff, "confirmed"],
    ]
    test.each(cases)("%s", (_, name, program, pending, floor, verdict) => {
        expect(judgeProgram({ digest: image(name), program, pending, floor })).toBe(verdict)
    })
})

test("one byte more or less, or another one anywhere, makes an image another", () => {
    const differing = fc.tuple(fc.nat({ max: IMAGE_DIGEST_BYTES - 1 }), fc.integer({ min: 1, max: 255 }))
    fc.assert(
        fc.property(differing, ([at, difference]) => {
            const digest = image(5)
            digest[at] ^= difference
            const records = { program: record(5, 1), pending: record(5, 1), floor: 0 }
            expect(judgeProgram({ digest, ...records })).toBe("unauthorised")
            expect(judgeProgram({ digest: image(5).subarray(0, at), ...records })).toBe("unauthorised")
        }),
    )
})

test("a higher floor never lets run what a lower one stops", () => {
    const maybe = fc.option(
        fc.record({ digest: fc.integer({ min: 1, max: 3 }).map(image), sequenceNumber: fc.nat({ max: 5 }) }),
        { nil: undefined },
    )
    const runs = (verdict: ProgramVerdict) => verdict === "confirmed" || verdict === "trial"
    fc.assert(
        fc.property(maybe, maybe, fc.nat({ max: 5 }), fc.nat({ max: 5 }), (program, pending, a, b) => {
            const at = (floor: number) => runs(judgeProgram({ digest: image(1), program, pending, floor }))
            if (at(Math.max(a, b))) expect(at(Math.min(a, b))).toBe(true)
        }),
    )
})
