/** Computes random cases of the symmetric primitives, and prints for each primitive a digest of all results. */
import * as ds from "@devicescript/core"
import { openRuntimeDigest } from "../../devs/crypto"
import { DEVICE_CASES, DEVICE_SEED } from "../core/crypto/device-cases"
import { Ours } from "../core/crypto/ours"
import { Draws, PRIMITIVES, randomCase } from "../core/crypto/random-run"

const pause = async () => await ds.sleep(1)
const digest = await openRuntimeDigest(pause)
const ours = new Ours(digest, pause)

for (const primitive of PRIMITIVES) {
    const draws = new Draws(DEVICE_SEED)
    let results: Buffer = Buffer.alloc(0)
    for (let i = 0; i < DEVICE_CASES; i++) {
        results = await digest.sha256([results, await randomCase(primitive, ours, draws)], pause)
        await pause()
    }
    console.log(`${primitive} ${results.toString("hex")}`)
}
console.log("done")
