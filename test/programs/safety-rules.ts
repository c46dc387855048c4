/** Plays random events on the fail-safe rules, the event log and the owner's rules, and prints digests of all that is seen of them. */
import * as ds from "@devicescript/core"
import { openRuntimeDigest } from "../../devs/crypto"
import { Draws } from "../core/crypto/random-run"
import { LOG_ROUNDS, LOG_SEED, LogRun } from "../core/eventlog/device-run"
import { SAFETY_EVENTS, SAFETY_SEED, SafetyRun } from "../core/failsafe/device-run"
import { OWNER_SEED, OWNER_STEPS, OwnerRun, ROLES_TRIED, rightsOf } from "../core/owner/device-run"

const pause = async () => await ds.sleep(1)
const digest = await openRuntimeDigest(pause)

const safety = new SafetyRun(new Draws(SAFETY_SEED))
let seen: Buffer = Buffer.alloc(32)
for (let n = 0; n < SAFETY_EVENTS; n++) {
    seen = await digest.sha256([seen, safety.step()], pause)
    await pause()
}
console.log("safety", seen.toString("hex"))

const log = new LogRun(digest, new Draws(LOG_SEED), pause)
for (let round = 0; round < LOG_ROUNDS; round++) {
    seen = await log.round()
    console.log("log", seen.toString("hex"))
}

for (const role of ROLES_TRIED) {
    console.log("rights", rightsOf(role).toString("hex"))
    await pause()
}
const owner = new OwnerRun(new Draws(OWNER_SEED))
seen = Buffer.alloc(32)
for (let n = 0; n < OWNER_STEPS; n++) {
    seen = await digest.sha256([seen, await owner.step()], pause)
    await pause()
}
console.log("owner", seen.toString("hex"))
console.log("done")
