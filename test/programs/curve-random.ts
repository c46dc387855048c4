/** Computes random cases of the elliptic curves, and prints for each primitive a digest of all results. */
import * as ds from "@devicescript/core"
import { openRuntimeDigest } from "../../devs/crypto"
import { CURVE_PRIMITIVES, curveCase, OurCurves } from "../core/crypto/curve-run"
import { CURVE_DEVICE_CASES, CURVE_DEVICE_SEED } from "../core/crypto/device-curve-cases"
import { Draws } from "../core/crypto/random-run"

const pause = async () => await ds.sleep(1)
const digest = await openRuntimeDigest(pause)
const ours = new OurCurves(digest, pause)

for (const primitive of CURVE_PRIMITIVES) {
    const draws = new Draws(CURVE_DEVICE_SEED)
    let results: Buffer = Buffer.alloc(0)
    for (let i = 0; i < CURVE_DEVICE_CASES; i++) {
        const parts = [results]
        const computed = await curveCase(primitive, ours, draws)
        for (let k = 0; k < computed.length; k++) parts.push(computed[k])
        results = await digest.sha256(parts, pause)
    }
    console.log(`${primitive} ${results.toString("hex")}`)
}
console.log("done")
