import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { memoryOf } from "./cases"
import { judgeByModel } from "./model"
import { judgeByPage, RULES } from "./reading"
import { makeVectors, VECTORS_FILE, type Vector, vectorsFile } from "./vectors"

const file = readFileSync(VECTORS_FILE, "utf8")
const { vectors } = JSON.parse(file) as { vectors: Vector[] }

test(`${VECTORS_FILE} is what "npm run loader-vectors" makes`, async () => {
    expect(vectorsFile(await makeVectors())).toBe(file)
})

test("the simulator's verifier judges every vector so", () => {
    expect(wronglyJudged(judgeBySimulator)).toEqual([])
})

test("who knows only docs/loader.md judges every vector so", () => {
    expect(wronglyJudged(judgeByPage)).toEqual([])
})

test.each(RULES)("who leaves out %s does not", rule => {
    expect(wronglyJudged(vector => judgeByPage(vector, rule))).not.toEqual([])
})

function wronglyJudged(judge: (vector: Vector) => string): string[] {
    return vectors
        .map(vector => ({ ...vector, found: judge(vector) }))
        .filter(({ verdict, found }) => found !== verdict)
        .map(({ name, verdict, found }) => `${name}: ${found}, not ${verdict}`)
}

function judgeBySimulator({ chip, image, fram, element }: Vector): string {
    const memory = fram === "silent" ? fram : memoryOf(fram)
    return judgeByModel({ chip, image: Buffer.from(image, "hex"), memory, element })
}
