/** The same readers in the VM: good packages are accepted there, and changed ones refused for the same reasons as on Node. */
import { beforeAll, expect, test } from "vitest"
import { loadBoard } from "../../../simulators/board/definition"
import { EDDSA } from "../../../src/core/cose/eddsa"
import type { Verifier } from "../../../src/core/cose/verifier"
import { runSections } from "../../../src/host/bench/sections"
import { readAccepted } from "../../bench/accepted"
import { workbenchFor } from "../../simulators/board/workbench"
import { receive } from "./device"
import { buildJudge, JUDGE_SECTIONS, SIGNATURE, WHOLE_PACKAGE } from "./judge-program"
import { ALICE } from "./signers"

const BOARD = loadBoard("valve_pico", "boards")

/** As in the program. */
const KNOWN: Verifier = {
    ...EDDSA,
    verify: async (_key, _message, signature) => (await signature.read(64)).equals(SIGNATURE),
}

let image: Uint8Array
beforeAll(async () => {
    image = await buildJudge()
})

test("good packages are accepted, within the opcodes allowed between two pauses, and for no more than accepted", () => {
    const sections = runSections(image, BOARD)
    const accepted = readAccepted()
    expect(sections.map(({ name }) => name)).toEqual(JUDGE_SECTIONS)
    for (const { name, opcodes, longestRunOpcodes } of sections) {
        expect(longestRunOpcodes, name).toBeLessThanOrEqual(60_000)
        expect(opcodes, name).toBeLessThanOrEqual(1.02 * accepted[`update.${name}.opcodes`])
    }
})

test("with any byte changed, the package is refused there as it is here", async () => {
    const printed: string[] = []
    const { trace, runMs } = workbenchFor(image, BOARD)
    trace.watch(({ kind, line }) => {
        if (kind === "log" && /^> \d/.test(String(line))) printed.push(String(line).slice(2))
    })
    while (printed.length < WHOLE_PACKAGE.length) runMs(1000)
    const policy = { version: 3, threshold: 1, keys: [ALICE.key] }
    for (let i = 0; i < WHOLE_PACKAGE.length; i++) {
        const changed = Buffer.from(WHOLE_PACKAGE)
        changed[i] ^= 1 << (i & 7)
        const { refusal, refusedAt } = await receive(changed, { policy, verifiers: [KNOWN] })
        expect(refusal).not.toBe(0)
        expect(printed[i]).toBe(`${i}: ${refusal} at ${refusedAt}`)
    }
})
