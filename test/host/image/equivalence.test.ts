/**
 * An optimised image does what the compiler's does, on random programs and on those that are known to be tricky; and the same programs show it of each
 * wrong version of the optimiser that it does not. `npm run fuzz -- image` tries many more.
 */
import { beforeAll, describe, expect, test } from "vitest"
import { buildFirmware } from "../../../src/host/build/firmware"
import { type ImageFiles, readImage } from "../../../src/host/image/format/image"
import { optimise } from "../../../src/host/image/optimise"
import { codeEnd } from "../../../src/host/image-header"
import { compileText, operationsIn, outcomeOf } from "./equivalence"
import { LETTING_GO } from "./letting-go"
import { PROTOTYPES } from "./prototypes"
import { programOf, randomCases } from "./random-programs"
import { TRICKY_CASES } from "./tricky-cases"
import { WRONG_VERSIONS, wrongOptimiser } from "./wrong-versions"

const CASES = 100
const SEED = 1

let stock: ImageFiles
let outcome: string[]
beforeAll(async () => {
    stock = await compileText(programOf([...TRICKY_CASES, ...randomCases(SEED, CASES)]))
    outcome = outcomeOf(stock.image)
})

describe("an optimised image", () => {
    test("does the same, in fewer bytes", () => {
        expect(outcome.at(-1)).toBe("> end")
        expect(new Set(outcome.map(line => line.replace(/case \d+/, ""))).size).toBeGreaterThan(CASES / 2)
        const { image } = optimise(stock)
        expect(outcomeOf(image)).toEqual(outcome)
        expect(codeEnd(image)).toBeLessThan(0.8 * codeEnd(stock.image))
    })

    test("runs no more operations", () =>
        expect(operationsIn(optimise(stock).image)).toBeLessThan(operationsIn(stock.image)))

    test("is the same each time, and not changed by optimising it again", () => {
        const once = optimise(stock)
        expect(Buffer.from(optimise(stock).image).equals(once.image)).toBe(true)
        expect(Buffer.from(optimise(once).image).equals(once.image)).toBe(true)
    })

    test("keeps its debug map: where functions lie, and what statements were compiled from", () => {
        const { image, map } = optimise(stock)
        const { functions, debug } = readImage({ image, map })
        expect(debug!.functions.map(({ size }) => size).reduce((a, b) => a + b)).toBe(codeEnd(image) - 112)
        const text = debug!.sources as { path: string; text: string; length: number }[]
        const before = text.slice(
            0,
            text.findIndex(({ path }) => path.endsWith("src/main.ts")),
        )
        const main = text[before.length]
        const shift = before.reduce((sum, { length }) => sum + length, 0)
        const quiet = debug!.functions.findIndex(({ name }) => name === "quiet")
        const [position, length] = functions[quiet].statements[0].source!
        expect(main.text.slice(position - shift, position - shift + length)).toContain("return q")
    })
})

/** Those of test/programs that say something, or die of something, by themselves. */
const PROGRAMS = ["unhandled-exception", "endless-loop", "heap-exhaustion"]

describe("an optimised program", () => {
    test.each(PROGRAMS)("does the same: %s", async name => {
        const [stock, optimised] = await Promise.all(
            [false, true].map(optimised => buildFirmware(`test/programs/${name}.ts`, { optimised })),
        )
        const meant = outcomeOf(stock.image)
        expect(meant).not.toEqual([])
        expect(outcomeOf(optimised.image)).toEqual(meant)
    })
})

describe("an optimised program lets go of what the compiler's does", () => {
    test.each(Object.entries(LETTING_GO))("%s", async (_, text) => {
        const stock = await compileText(text)
        const meant = outcomeOf(stock.image)
        expect(meant.at(-1)).toBe("> end")
        expect(outcomeOf(optimise(stock).image)).toEqual(meant)
    })
})

describe("an optimised program does the same with a prototype", () => {
    test.each(Object.entries(PROTOTYPES))("%s", async (_, text) => {
        const stock = await compileText(text)
        const meant = outcomeOf(stock.image)
        expect(meant.at(-1)).toBe("> end")
        expect(outcomeOf(optimise(stock).image)).toEqual(meant)
    })
})

/** The runtime ends a program that runs more than 131,072 operations at a stretch: the way taken each time must not take more of them. */
test("an optimised program that just keeps the limit of operations as it was compiled keeps it still", async () => {
    const skips = "        if (stop) continue\n".repeat(8)
    const stock = await compileText(`let count = 0
let stop = 0
function work(): void {
    for (; count < 4500; ) {
${skips}        count = count + 1
    }
}
work()
console.log(count)
console.log("end")`)
    const meant = outcomeOf(stock.image)
    expect(meant).toEqual(["> 4500", "> end"])
    const { image } = optimise(stock)
    expect(outcomeOf(image)).toEqual(meant)
    expect(operationsIn(image)).toBeLessThanOrEqual(operationsIn(stock.image))
})

describe("a wrong version is noticed", () => {
    test.each(WRONG_VERSIONS)("$fault", async version => {
        const wrong = await wrongOptimiser(version)
        const { program } = version
        const files = program === undefined ? stock : await compileText(program)
        const meant = program === undefined ? outcome : outcomeOf(files.image)
        const said = () => {
            try {
                return outcomeOf(wrong(files).image)
            } catch (error) {
                return (error as Error).message
            }
        }
        expect(said()).not.toEqual(meant)
    })
})
