/** Seals and opens random texts with each AEAD algorithm of the message layer, and prints of each a digest of all results. */
import * as ds from "@devicescript/core"
import { openRuntimeDigest, runtimeCounterMode } from "../../devs/crypto"
import { Draws } from "../core/crypto/random-run"
import { allSuites, DEVICE_CASES, DEVICE_SEED, suiteCase } from "../core/session/suite-run"

const pause = async () => await ds.sleep(1)
const digest = await openRuntimeDigest(pause)

for (const suite of allSuites(runtimeCounterMode)) {
    const draws = new Draws(DEVICE_SEED)
    let results: Buffer = Buffer.alloc(0)
    for (let i = 0; i < DEVICE_CASES; i++)
        results = await digest.sha256([results, await suiteCase(suite, digest, draws, pause)], pause)
    console.log(`${suite.algorithm} ${results.toString("hex")}`)
}
console.log("done")
