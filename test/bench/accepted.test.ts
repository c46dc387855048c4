/** What programs of `devs/bench` cost may not creep up. Counts are exact, so a rise is a change of the code. */
import { beforeAll, describe, expect, test } from "vitest"
import { predictCycles, predictMs } from "../../simulators/costs/cost-table"
import { predictMissesMs } from "../../simulators/costs/flash-misses"
import { STRETCH_MS } from "../../src/core/ports"
import { type Section, stretchUs } from "../../src/host/bench/sections"
import { readAccepted } from "./accepted"
import { BOARD, coreBytes, runCryptoSections } from "./crypto-sections"

const TOLERANCE = 1.02
/**
 * Between two pauses, in milliseconds: `STRETCH_MS` and what a collection of garbage adds. These programs have a heap that is nearly empty, where an
 * allocation is dearest.
 */
const LONGEST_MS = 10
const HOW_TO_ACCEPT = "If that has a reason, run: npm run bench -- --accept"

const accepted = readAccepted()
const opcodes = (name: string) => `crypto.${name}.opcodes`
const names = Object.keys(accepted).flatMap(key => /^crypto\.(.+)\.opcodes$/.exec(key)?.[1] ?? [])

let sections: Map<string, Section>
beforeAll(async () => {
    sections = new Map((await runCryptoSections()).map(section => [section.name, section]))
})

describe("accepted figures", () => {
    test("are there for every section, and for no other", () => {
        expect(names, HOW_TO_ACCEPT).toEqual([...sections.keys()])
    })

    test.each(names)("%s takes no more opcodes than accepted", name => {
        const limit = TOLERANCE * accepted[opcodes(name)]
        expect(sections.get(name)!.opcodes, HOW_TO_ACCEPT).toBeLessThanOrEqual(limit)
    })

    test("all primitives together take no more bytes than accepted", async () => {
        expect(await coreBytes(), HOW_TO_ACCEPT).toBeLessThanOrEqual(TOLERANCE * accepted["crypto.core.bytecodeBytes"])
    })
})

test("the gate is a quarter above what the primitives promise", () => {
    expect(LONGEST_MS).toBe(1.25 * STRETCH_MS)
})

test.each(names.filter(name => !name.startsWith("tweetnacl.")))("%s pauses often enough", name => {
    expect((1000 * sections.get(name)!.longestStretchCycles) / BOARD.costs.clockHz).toBeLessThanOrEqual(LONGEST_MS)
})

test.each(names)("%s lets go no later than accepted", name => {
    const limit = TOLERANCE * accepted[`crypto.${name}.longestStretchUs`]
    expect(stretchUs(sections.get(name)!, BOARD.costs), HOW_TO_ACCEPT).toBeLessThanOrEqual(limit)
})

test.each(names)("%s takes the virtual time that its counts predict", name => {
    const section = sections.get(name)!
    expect(section.cycles / predictCycles(section, BOARD.costs)).toBeCloseTo(1, 9)
})

describe("predicted milliseconds on an RP2040 stay within what was asked for:", () => {
    const MUSTS = {
        "ed25519.verify": 7500,
        "ed25519.verifyKnownKey": 5000,
        "ed25519.sign": 5500,
        "x25519.agree": 7200,
        "x25519.publicKeyByComb": 5000,
        "p256.verify": 12_000,
        "p256.verifyKnownKey": 8000,
        "chacha20Poly1305.seal1024": 600,
        "chacha20Poly1305.open1024": 600,
    }

    test.each(Object.entries(MUSTS))("%s, %i", (name, ms) => {
        expect(predictMs(sections.get(name)!, BOARD.costs)).toBeLessThanOrEqual(ms)
    })

    test("slhDsaSha2128s.verify, 800, with misses of the flash cache", () => {
        const section = sections.get("slhDsaSha2128s.verify")!
        expect(predictMs(section, BOARD.costs) + predictMissesMs(section, BOARD.costs)).toBeLessThanOrEqual(800)
    })

    test("Ed25519 verification, a tenth of the TweetNaCl port's", () => {
        const [ours, port] = ["ed25519.verify", "tweetnacl.ed25519Verify"].map(name =>
            predictMs(sections.get(name)!, BOARD.costs),
        )
        expect(ours).toBeLessThanOrEqual(port / 10)
    })
})
