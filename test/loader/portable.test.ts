/** boards/loader, the stage in C, compiled with this machine's own compiler. */
import { describe, expect, test } from "vitest"
import { changedBy, VARIANTS } from "./broken-variants"
import { MEMORY_BYTES, VERDICTS } from "./cases"
import { hasTool, SANITIZED, STRICT, Workshop } from "./compile"
import { ARM, deepest, footprint } from "./cortex-m0"
import { CortexM0Verdict } from "./cortex-m0-cycles"
import { compare } from "./differences"
import { fuzz } from "./fuzzing"
import { expectations, failures } from "./portable"
import { isPlain, makeTrials } from "./trials"

/** What the fuzzer has to find. */
const HARMFUL = [
    { name: "a value longer than there is room for", file: "copy.c", from: " || length > LOADER_VALUE_BYTES", to: "" },
    { name: "a record without room for its seal", file: "seal.c", from: " || value->size < SEAL_BYTES", to: "" },
    { name: "a verdict without a limit", file: "stage.c", from: "elapsed >= LIMIT_MS ||", to: "false ||" },
]

const plain = (await makeTrials()).filter(isPlain)

describe.skipIf(!hasTool(`${ARM}-gcc`))("the stage in C on an emulated Cortex-M0+", () => {
    const emulated = hasTool(`${ARM}-gcc`) ? new CortexM0Verdict() : undefined!

    test.each(plain)("judges so: $name", trial => {
        expect(emulated.run(trial).verdict).toBe(trial.verdict)
        expect(emulated.run({ ...trial, memory: Buffer.alloc(MEMORY_BYTES, 1) }).verdict).not.toBe(trial.verdict)
    })

    test("has no memory of its own, no function that calls itself, and a stack that is known", () => {
        const { stack } = footprint()
        expect([...stack.values()].every(bytes => bytes > 0 && bytes < 1024)).toBe(true)
    })
})

test.each([
    ["calls itself", "16 bytes (static)", "loader_judge"],
    ["takes a stack that is dynamic", "16 bytes (dynamic)", "memset"],
])("a function that %s is not one whose stack is known", (message, stack, callee) => {
    const node = `node: { title: "loader_judge" label: "loader_judge\\nverdict.c:1:1\\n${stack}" }`
    const edge = `edge: { sourcename: "loader_judge" targetname: "${callee}" label: "" }`
    expect(() => deepest(`${node}\n${edge}`, "loader_judge")).toThrow(message)
    expect(deepest(node.replace("dynamic", "static"), "loader_judge")).toBe(16)
})

const wanted = await expectations()

describe.skipIf(!hasTool("cc"))("the stage in C", () => {
    const strict = new Workshop([...STRICT, ...SANITIZED])
    const quick = new Workshop(["-std=c99", "-w", "-O1"])
    const guarded = new Workshop(["-std=c99", "-w", ...SANITIZED])

    test("is C99 without a warning, and judges every vector, trial and settings store so", () => {
        expect(failures(strict.build("answers"), wanted)).toEqual([])
        expect(failures(quick.build("answers"), wanted)).toEqual([])
    })

    test("differs about none of 2,000 memories from the simulator's verifier, or from the page", async () => {
        const { verdicts, differences } = await compare(quick.build("answers"), 2_000, 7)
        expect(differences).toEqual([])
        // All of them are reached, and none by luck.
        expect([...verdicts.values()].filter(times => times > 10)).toHaveLength(VERDICTS.length)
    })

    test("comes to no harm over 5,000 inputs that were made to do some", () => {
        fuzz(strict.build("mutate"), wanted, 5_000, 7)
    })

    test.each(HARMFUL)("would come to harm: $name", ({ file, from, to }) => {
        const mutate = guarded.build("mutate", changedBy([file, from, to]))
        expect(() => fuzz(mutate, wanted, 5_000, 7)).toThrow("seed 7")
    })

    test.each(Object.entries(VARIANTS))("without this it does not: %s", (_, variant) => {
        const changed = changedBy(variant)
        // What is not seen without the sanitizers is a reader that leaves its bytes.
        const found = failures(quick.build("answers", changed), wanted)
        expect(found.length > 0 ? found : failures(guarded.build("answers", changed), wanted)).not.toEqual([])
    })
})
