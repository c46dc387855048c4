import { readdirSync, readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { refusalName } from "../../src/host/package/refusals"
import { receive } from "../core/suit/device"
import { ALICE, BOB, CAROL } from "../core/suit/signers"
import { ANY, fuzz } from "./envelope-fuzz"
import { fuzzSeeds } from "./envelope-seeds"

/** `npm run fuzz` goes on for ten million. */
const INPUTS = 5_000
const CORPUS = new URL("../core/suit/corpus/", import.meta.url)

test("no input makes the readers throw, work without bound, or accept what was not signed", async () => {
    const reasons = new Set<string>()
    for await (const { input, refusal, fault } of fuzz(1, await fuzzSeeds(), INPUTS)) {
        expect(fault, input.toString("hex")).toBeUndefined()
        reasons.add(refusalName(refusal))
    }
    // A fuzzer that never gets past the first check would find nothing either.
    expect(reasons.size).toBeGreaterThan(40)
})

test("a device that takes any signature for good is caught", async () => {
    const seeds = await fuzzSeeds()
    let found: string | undefined
    for await (const { fault } of fuzz(1, { ...seeds, verifiers: ANY }, 4 * INPUTS)) if ((found = fault)) break
    expect(found).toBe("accepts what nobody signed")
})

test.each(readdirSync(CORPUS))("%s, which the fuzzer made, is refused", async file => {
    const policy = { version: 3, threshold: 1, keys: [ALICE.key, BOB.key, CAROL.key] }
    const { refusal } = await receive(readFileSync(new URL(file, CORPUS)), { policy })
    expect(refusal).not.toBe(0)
})
