import { beforeAll, describe, expect, test } from "vitest"
import type { BoardDefinition } from "../../../simulators/board/definition"
import { bench, predictable } from "../../../src/host/bench/bench"
import { type BenchedBoard, simulatedBoard } from "../../../src/host/bench/benched-board"
import { buildBenchmark } from "../../../src/host/bench/programs"
import type { Firmware } from "../../../src/host/build/firmware"
import { referenceBoard } from "../../../src/host/unit/reference-board"

const VALVE = referenceBoard("valve_pico")

/** The same board, which takes so many times as long for everything. */
function slower(by: number): BoardDefinition {
    return { ...VALVE, costs: { ...VALVE.costs, clockHz: VALVE.costs.clockHz / by } }
}

let hashes: Firmware
let slhdsa: Firmware
beforeAll(async () => {
    hashes = await buildBenchmark("hashes")
    slhdsa = await buildBenchmark("slhdsa")
})

async function benched(board: BenchedBoard, predictedFor: BoardDefinition | undefined, ...programs: Firmware[]) {
    return bench({ board, programs, predictedFor, progress: () => {} }).finally(() => board.link.close())
}

describe("a board is predicted well", () => {
    test("if its clock says what its costs say, of every program and section", async () => {
        const results = await benched(await simulatedBoard(VALVE), VALVE, hashes, slhdsa)
        expect(results).toMatchObject([
            { program: "hashes", sha256: hashes.sha256, verdict: "good" },
            { program: "slhdsa", sha256: slhdsa.sha256, verdict: "good" },
        ])
        for (const { ratio, sections, predictedMs, withMissesMs } of results) {
            expect(withMissesMs).toBeGreaterThan(predictedMs!)
            expect(Math.abs(ratio! - 1)).toBeLessThan(0.01)
            // Whole milliseconds.
            for (const { measuredMs, predictedMs } of sections)
                expect(Math.abs(measuredMs - predictedMs!)).toBeLessThan(2)
        }
        expect(results[0].sections.length).toBe(10)
    })

    test.each([
        [1.12, "differs"],
        [1.08, "good"],
        [0.92, "good"],
        [0.88, "differs"],
    ])("or not: one that takes %s times as long is %s", async (by, verdict) => {
        const [{ ratio, ...result }] = await benched(await simulatedBoard(slower(by)), VALVE, hashes)
        expect(result).toMatchObject({ verdict })
        expect(Math.abs(ratio! - by)).toBeLessThan(0.01)
    })

    test("or not, if its costs are another chip's", async () => {
        const definition = referenceBoard("doorbell_c3")
        expect(predictable(definition)).toBeUndefined()
        const [result] = await benched(await simulatedBoard(definition), predictable(definition), hashes)
        expect(result).toMatchObject({ verdict: "noPrediction", measuredMs: expect.any(Number) })
        expect(result.ratio).toBeUndefined()
    })
})

describe("nothing is measured", () => {
    test("of a program that was there before", async () => {
        const board = await simulatedBoard(VALVE)
        await board.link.install(slhdsa.image, () => {})
        // It says that it is done, and what was there before begins anew.
        const { install } = board.link
        board.link.install = async (_, onProgress) => install.call(board.link, slhdsa.image, onProgress)
        const [result] = await benched(board, VALVE, hashes)
        expect(result).toMatchObject({ verdict: "failed", sections: [] })
        expect(result.why).toBe(`the board runs another program (${slhdsa.sha256}): it has not taken this one`)
    })

    test("of a program that is replaced while it runs", async () => {
        const board = await simulatedBoard(VALVE)
        const { programSha256 } = board.link
        let asked = 0
        board.link.programSha256 = async () => (asked++ === 0 ? programSha256.call(board.link) : slhdsa.sha256)
        const [result] = await benched(board, VALVE, hashes)
        expect(result).toMatchObject({ verdict: "failed", why: expect.stringContaining("runs another program") })
    })

    test("of a log that lacks a section, and the next program is tried all the same", async () => {
        const board = await simulatedBoard(VALVE)
        const lossy: BenchedBoard = {
            link: board.link,
            set onLine(hear: (line: string) => void) {
                board.onLine = line => {
                    if (!line.includes("sha512.hash64")) hear(line)
                }
            },
        }
        const results = await benched(lossy, VALVE, hashes, slhdsa)
        expect(results).toMatchObject([
            {
                verdict: "failed",
                why: expect.stringContaining("its log lacks lines: it tells of sha256.hash64, digest"),
            },
            { verdict: "good" },
        ])
    })
})
