import { createHash } from "node:crypto"
import { expect, test } from "vitest"
import { runOnDevice } from "../crypto/device-program"
import { Draws } from "../crypto/random-run"
import { LOG_ROUNDS, LOG_SEED, LogRun } from "../eventlog/device-run"
import { digest } from "../eventlog/rig"
import { OWNER_SEED, OWNER_STEPS, OwnerRun, ROLES_TRIED, rightsOf } from "../owner/device-run"
import { noPause } from "../store/slot-memory"
import { SAFETY_EVENTS, SAFETY_SEED, SafetyRun } from "./device-run"

/** Digest of everything that `step` shows, step after step. */
async function digestOf(steps: number, step: () => Buffer | Promise<Buffer>): Promise<string> {
    let seen = Buffer.alloc(32)
    for (let n = 0; n < steps; n++)
        seen = createHash("sha256")
            .update(seen)
            .update(await step())
            .digest()
    return seen.toString("hex")
}

test("fail-safe rules, event log and owner's rules decide on the device as they do on Node", async () => {
    const safety = new SafetyRun(new Draws(SAFETY_SEED))
    const log = new LogRun(digest, new Draws(LOG_SEED), noPause)
    const owner = new OwnerRun(new Draws(OWNER_SEED))
    const expected = [`safety ${await digestOf(SAFETY_EVENTS, () => safety.step())}`]
    for (let round = 0; round < LOG_ROUNDS; round++) expected.push(`log ${(await log.round()).toString("hex")}`)
    for (const role of ROLES_TRIED) expected.push(`rights ${rightsOf(role).toString("hex")}`)
    expected.push(`owner ${await digestOf(OWNER_STEPS, () => owner.step())}`)

    const { printed, meter } = await runOnDevice("safety-rules", "done")
    expect(printed).toEqual([...expected, "done"])
    expect(meter.longestRunOpcodes).toBeLessThan(60_000)
})
