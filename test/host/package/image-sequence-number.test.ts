import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { buildFirmware } from "../../../src/host/build/firmware"
import { imageSequenceNumber } from "../../../src/host/package/image-sequence-number"
import { DEVICES, newUnit, release } from "../update/releases"

const folder = mkdtempSync(join(tmpdir(), "domovoi-number-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The number found in an image of this source. */
async function found(source: string): Promise<number | undefined> {
    const project = mkdtempSync(join(folder, "project-"))
    writeFileSync(join(project, "package.json"), '{ "name": "home", "version": "1.0.0" }')
    mkdirSync(join(project, "src"))
    writeFileSync(join(project, "src/main.ts"), source)
    return imageSequenceNumber(Buffer.from((await buildFirmware(join(project, "src/main.ts"))).image))
}

describe.each(DEVICES)("%s", device => {
    test("is found to have the number that it answers", async () => {
        const { image } = await release(device, 70_001)
        expect(imageSequenceNumber(Buffer.from(image))).toBe(70_001)
        const unit = await newUnit(device)
        unit.board.install(image)
        await unit.powerOn()
        expect(await unit.get("sequence_number")).toBe(70_001)
    })
})

/** The compiler has a form of its own for each of these sizes. */
test.each([112, 248, 65_536, 4_294_967_295])("%d is found, whatever form the compiler gives it", async number => {
    expect(await found(`console.log({ model: "x", sequenceNumber: ${number}, more: 1 })\n`)).toBe(number)
})

test("it is found behind many other strings", async () => {
    const names = Array.from({ length: 400 }, (_, i) => `console.log("string number ${i}")\n`)
    expect(await found(`${names.join("")}console.log({ sequenceNumber: 7 })\n`)).toBe(7)
})

test("a program with two of them has none", async () => {
    expect(await found("console.log({ sequenceNumber: 7 }, { sequenceNumber: 8 })\n")).toBeUndefined()
})

test("what is computed, 0, negative, no whole number, compared, or of a longer name is none", async () => {
    const source = `const a: any = {}
if (a.sequenceNumber === 7) console.log({ mySequenceNumber: 8, sequenceNumbers: 9 })
console.log({ sequenceNumber: 0 }, { sequenceNumber: -7 }, { sequenceNumber: -700 }, { sequenceNumber: 1.5 })
console.log({ sequenceNumber: "computed".length + a.b })
`
    expect(await found(source)).toBeUndefined()
    expect(await found(`${source}console.log({ sequenceNumber: 10 })\n`)).toBe(10)
})

test("what is no image, or only the start of one, has none", async () => {
    expect(imageSequenceNumber(Buffer.from("{}"))).toBeUndefined()
    const { image } = await buildFirmware("gas-valve")
    for (let length = 0; length < image.length; length += 997)
        expect([undefined, 1]).toContain(imageSequenceNumber(Buffer.from(image.subarray(0, length))))
})
