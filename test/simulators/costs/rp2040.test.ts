/**
 * The cost table against measurements that it was not made from, or only as a whole: statements, calls and kernels on the emulated RP2040.
 * Each program does the same work here, is metered, and priced.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { loadBoard } from "../../../simulators/board/definition"
import { predictCycles } from "../../../simulators/costs/cost-table"
import { RP2040_COSTS } from "../../../simulators/costs/rp2040"
import { runSections, type Section } from "../../../src/host/bench/sections"
import { buildFirmware } from "../../../src/host/build/firmware"

const LOOPS = 2000
const board = loadBoard("valve_pico", "boards")

let folder: string
beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "domovoi-costs-"))
    await writeFile(join(folder, "package.json"), '{ "name": "costs", "version": "0.0.0" }')
})
afterAll(() => rm(folder, { recursive: true }))

async function measured(name: string, source: string): Promise<Section[]> {
    const entry = join(folder, `${name}.ts`)
    const imports = `import { finish, section } from "devicescript-domovoi/devs/bench/section"`
    await writeFile(entry, `${imports}\n${source}\nawait finish()\n`)
    // The operations that were timed are those of the compiler.
    const { image } = await buildFirmware(entry, { cacheDir: join(folder, "cache"), optimised: false })
    return runSections(image, board)
}

/** Predicted cycles without the heap, which what a section prints is enough to make clear thousands of bytes. */
const cyclesOfWork = (section: Section) =>
    predictCycles({ ...section, allocations: 0, clearedBytes: 0, gcRuns: 0, gcBlocks: 0 }, RP2040_COSTS)

/** @returns predicted cycles of each section of a program, by its name */
async function predicted(
    name: string,
    source: string,
    price = (section: Section) => predictCycles(section, RP2040_COSTS),
): Promise<Record<string, number>> {
    const sections = await measured(name, source)
    return Object.fromEntries(sections.map(section => [section.name, price(section)]))
}

const loop = (name: string, locals: string, statement: string, loops = LOOPS) => `
function ${name}() {
    ${locals}
    for (let i = 0; i < ${loops}; i++) { ${statement} }
}
await section("${name}", async () => { ${name}(); return true })`

/** How far a prediction may be from what was measured. */
function expectWithin(part: number, prediction: number, measurement: number) {
    expect(
        Math.abs(prediction / measurement - 1),
        `${Math.round(prediction)} against ${Math.round(measurement)}`,
    ).toBeLessThan(part)
}

test("a board has the table that its file names, or its chip's; nobody has measured the ESP32-C3", () => {
    expect(board.costs).toBe(RP2040_COSTS)
    const { clockHz, measured, ...cycles } = loadBoard("doorbell_c3", "boards").costs
    expect([clockHz, measured]).toEqual([160_000_000, false])
    expect(RP2040_COSTS).toMatchObject({ ...cycles, clockHz: 125_000_000, measured: true })
})

describe("a statement", () => {
    const LOCALS = "let a = 7, b = 9, c = 0, k = 1; const A = [3, 4], B = Buffer.alloc(2)"
    /** Statement, what it is measured above, and cycles measured. */
    const STATEMENTS: Record<string, [string, string, number]> = {
        add: ["c = a + b", "c = a", 500],
        exclusiveOr: ["c = a ^ b", "c = a", 498],
        shift: ["c = a << 3", "c = a", 418],
        multiply: ["c = a * b", "c = a", 529],
        readArray: ["c = A[k]", "c = a", 779],
        writeArray: ["A[k] = c", "c = a", 791],
        readBuffer: ["c = B[k]", "c = a", 854],
        writeBuffer: ["B[k] = c", "c = a", 835],
        imul: ["c = Math.imul(a, b)", "c = a", 1764],
        emptyLoop: ["", "", 2112],
    }
    let cycles: Record<string, number>
    beforeAll(async () => {
        const loops = Object.entries(STATEMENTS).map(([name, [statement]]) => loop(name, LOCALS, statement))
        cycles = await predicted("statements", [...loops, loop("assignment", LOCALS, "c = a")].join("\n"), cyclesOfWork)
    })

    test.each(Object.keys(STATEMENTS))("%s", name => {
        const [, base, measured] = STATEMENTS[name]
        const above = base ? cycles.assignment : 0
        expectWithin(0.06, (cycles[name] - above) / LOOPS, measured)
    })
})

describe("a call with two arguments", () => {
    const CALLS = 400
    /** Bytes that a Buffer takes up before the calls, and cycles measured above an empty loop. */
    const BALLAST: [number, number][] = [
        [0, 30_120],
        [30_720, 13_650],
        [55_296, 3_780],
    ]
    let cycles: Record<string, number>
    beforeAll(async () => {
        const sections = BALLAST.map(([bytes], i) => {
            const more = bytes - (BALLAST[i - 1]?.[0] ?? 0)
            return `const ballast${i} = Buffer.alloc(${more})
await section("call${bytes}", async () => { call(); return true })`
        })
        const source = `
function callee(a: number, b: number) { return a }
function call() { for (let i = 0; i < ${CALLS}; i++) { callee(i, 1) } }
${loop("empty", "", "", CALLS)}
${sections.join("\n")}
console.log(${BALLAST.map((_, i) => `ballast${i}.length`).join(" + ")})`
        cycles = await predicted("calls", source)
    })

    test.each(BALLAST)("the heap filled with %i bytes", (bytes, measured) => {
        expectWithin(0.06, (cycles[`call${bytes}`] - cycles.empty) / CALLS, measured)
    })
})

test("what a native digest of 1,024 bytes takes more than one of 64", async () => {
    const loops = [64, 1024].map(bytes =>
        loop(
            `digest${bytes}`,
            `const digest = (Buffer as any).digest, parts = [Buffer.alloc(${bytes})]`,
            `digest(undefined, "sha256", parts)`,
        ),
    )
    const { digest64, digest1024 } = await predicted("digests", loops.join("\n"))
    expectWithin(0.08, (digest1024 - digest64) / LOOPS, 175_000 - 29_800)
})

describe("an unrolled product over locals, with carries: cycles an opcode, of", () => {
    const KERNEL_LOOPS = 30
    const CARRY = {
        integers: (k: number) => `h = c${k} >> 13; c${k} -= h << 13; c${k + 1} += h`,
        doubles: (k: number) => `h = c${k} + 1e23 - 1e23; c${k} -= h; c${k + 1} += h * 0.00000006`,
    }

    // The time of soft-float depends on its operands: the table has the mean of works on curves.
    test.each([
        ["20 limbs of 13 bits", 20, "integers", 4000, 590_808 / 2246, 0.1],
        ["11 limbs of 24 bits", 11, "doubles", 8388000, 408_826 / 926, 0.2],
    ] as const)("%s", async (_, count, numbers, limb, measurement, part) => {
        const limbs = Array.from({ length: count }, (_, i) => i)
        const columns = Array.from({ length: 2 * count - 1 }, (_, k) => {
            const terms = limbs.filter(i => k - i >= 0 && k - i < count).map(i => `a${i} * b${k - i}`)
            return `c${k} = ${terms.join(" + ")}`
        })
        const locals = limbs.flatMap(i => [`a${i} = ${limb} + ${i}`, `b${i} = ${limb} - ${i}`])
        const results = columns.map((_, k) => `c${k} = 0`)
        const body = [...columns, ...columns.slice(1).map((_, k) => CARRY[numbers](k))].join("\n")
        const source = loop("product", `let ${[...locals, ...results, "h = 0"].join(", ")}`, body, KERNEL_LOOPS)
        const [section] = await measured(`product${count}`, source)
        expectWithin(part, cyclesOfWork(section) / section.opcodes, measurement)
    })
})
