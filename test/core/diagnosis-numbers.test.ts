import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { jacdac } from "../../simulators/bus/jacdac"
import { PartFault } from "../../src/core/diagnosis/part-fault"

test("faults of parts have the names and numbers of the service", () => {
    const { enums } = jacdac.parseServiceSpecificationMarkdownToJSON(readFileSync("services/domovoi.md", "utf8"), {})
    const members = Object.entries(PartFault).filter(([, number]) => typeof number === "number")
    expect(Object.fromEntries(members)).toEqual(enums.PartFault.members)
})
