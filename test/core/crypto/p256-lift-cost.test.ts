/** What y of a point takes on a board, as predicted: the figures of docs/secure-element.md. */
import { beforeAll, expect, test } from "vitest"
import { loadBoard } from "../../../simulators/board/definition"
import { STRETCH_MS } from "../../../src/core/ports"
import { runSections, stretchUs } from "../../../src/host/bench/sections"
import { buildFirmware } from "../../../src/host/build/firmware"

let image: Uint8Array
beforeAll(async () => {
    image = (await buildFirmware("test/programs/p256-lift-cost.ts")).image
})

/** Most seconds; a stretch has 10 ms, as elsewhere. */
test.each([
    ["doorbell_c3", 1.4],
    ["valve_pico", 1.8],
])("on %s it takes %s s at most, whether there is a point or not", (name, limitS) => {
    const board = loadBoard(name, "boards")
    const sections = runSections(image, board)
    expect(sections.map(section => section.name)).toEqual(["lift.point", "lift.none"])
    for (const section of sections) {
        const seconds = section.cycles / board.costs.clockHz
        const stretchMs = stretchUs(section, board.costs) / 1000
        console.log(`${name} ${section.name}: ${seconds.toFixed(2)} s, stretch ${stretchMs.toFixed(1)} ms`)
        expect(seconds).toBeLessThan(limitS)
        expect(stretchMs).toBeLessThan(STRETCH_MS + 2)
    }
})
