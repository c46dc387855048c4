/** The shorter way to a field finds what the runtime's own does, whatever string its name is. */
import { expect, test } from "vitest"
import { workbench } from "../board/workbench"

test("fields are found by the whole of their names, in the object before its class", async () => {
    const { entries, runMs } = await workbench("test/programs/field-names.ts")
    runMs(1500)
    const said = entries.filter(({ kind }) => kind === "log").map(({ line }) => String(line).replace(/^.*?> /, ""))
    expect(said).toEqual(
        expect.arrayContaining([
            "own 1 2 3 4",
            "class 6 7 meter",
            "none undefined undefined undefined undefined",
            "wide 5 undefined",
            "made 2 1 undefined",
            "added 9 6",
        ]),
    )
})
