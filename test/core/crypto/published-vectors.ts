/** Runs published vectors on Node and on the device, and expects of both what the publications print. */
import { expect } from "vitest"
import type { Digest } from "../../../src/core/crypto/digest"
import { runOnDevice } from "./device-program"
import type { Suite } from "./vectors/suites"

/** No stretch of a computation may be longer without a pause. */
const LONGEST_STRETCH_OPCODES = 60_000

export const pause = async () => {}

/** @returns how many values were compared */
export async function compare(suites: readonly Suite[], digest: Digest): Promise<number> {
    let compared = 0
    for (const suite of suites)
        await suite({
            digest,
            pause,
            check(name, got, published) {
                compared++
                expect(got?.toString("hex"), name).toBe(published?.toString("hex"))
            },
        })
    return compared
}

/** @param program of `test/programs`, @param expected how many values it has to compare */
export async function expectOnDevice(program: string, expected: number): Promise<void> {
    const { printed, meter } = await runOnDevice(program, `${expected}`)
    expect(printed).toEqual([`${expected} compared, 0 wrong`])
    expect(meter.longestRunOpcodes).toBeLessThan(LONGEST_STRETCH_OPCODES)
}
