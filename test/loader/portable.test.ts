/** boards/loader, the stage in C, compiled with this machine's own compiler. */
import { describe, expect, test } from "vitest"
import { changedBy, VARIANTS } from "./broken-variants"
import { hasTool, SANITIZED, STRICT, Workshop } from "./compile"
import { expectations, failures } from "./portable"

const wanted = await expectations()

describe.skipIf(!hasTool("cc"))("the stage in C", () => {
    const strict = new Workshop([...STRICT, ...SANITIZED])
    const quick = new Workshop(["-std=c99", "-w", "-O1"])
    const guarded = new Workshop(["-std=c99", "-w", ...SANITIZED])

    test("is C99 without a warning, and judges every vector, trial and settings store so", () => {
        expect(failures(strict.build("answers"), wanted)).toEqual([])
        expect(failures(quick.build("answers"), wanted)).toEqual([])
    })

    test.each(Object.entries(VARIANTS))("without this it does not: %s", (_, variant) => {
        const changed = changedBy(variant)
        // What is not seen without the sanitizers is a reader that leaves its bytes.
        const found = failures(quick.build("answers", changed), wanted)
        expect(found.length > 0 ? found : failures(guarded.build("answers", changed), wanted)).not.toEqual([])
    })
})
