import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { ProgramVerifier, type StartVerdict, type Transact } from "../../simulators/board/verifier"
import { Bus } from "../../simulators/bus/bus"
import { VirtualClock } from "../../simulators/clock"
import { Atecc608 } from "../../simulators/parts/atecc608"
import { ElementMemory } from "../../simulators/parts/atecc608/memory"
import { Fram } from "../../simulators/parts/fram"
import { Random } from "../../simulators/random"
import { Trace } from "../../simulators/trace"
import { FLOOR_COUNTER } from "../../src/core/identity/element-counters"
import { judgeByPage, RULES } from "./reading"
import { makeVectors, VECTORS_FILE, type Vector, vectorsFile } from "./vectors"

const file = readFileSync(VECTORS_FILE, "utf8")
const { vectors } = JSON.parse(file) as { vectors: Vector[] }

test(`${VECTORS_FILE} is what "npm run loader-vectors" makes`, async () => {
    expect(vectorsFile(await makeVectors())).toBe(file)
})

test("the simulator's verifier judges every vector so", () => {
    expect(wronglyJudged(judgeInSimulator)).toEqual([])
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

function judgeInSimulator({ chip, image, fram, element }: Vector): StartVerdict {
    const clock = new VirtualClock()
    const trace = new Trace(clock)
    const random = new Random("a board")
    const context = { name: "part", clock, bus: new Bus({ name: "bus", clock, trace, random }), random, note() {} }
    const memory = new Fram(context, 0x50)
    memory.setPower(fram !== "silent")
    if (fram !== "silent") {
        memory.bytes.fill(Number.parseInt(fram.blank, 16))
        for (const [slot, bytes] of Object.entries(fram.slots))
            memory.bytes.set(Buffer.from(bytes, "base64"), Number(slot) * 128)
    }
    const counting = new Atecc608(context)
    counting.setPower(element !== "silent")
    if (typeof element === "number") {
        const state = new ElementMemory(random)
        state.setCounter(FLOOR_COUNTER, element)
        counting.load(state.save())
    }
    const transact: Transact = (_address, write, read) => {
        const answer = memory.transfer(write, read.length)
        if (answer) read.set(answer)
        return answer !== undefined
    }
    const parts = element === null ? [memory] : [memory, counting]
    return new ProgramVerifier(chip, parts).judge(Buffer.from(image, "hex"), transact)
}
