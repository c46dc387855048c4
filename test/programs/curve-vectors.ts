/** Runs the published vectors of the elliptic curves, and prints what differs. */
import * as ds from "@devicescript/core"
import { type NativeDigest, openDigest } from "../../src/core/crypto/digest"
import { CURVE_SUITES } from "../core/crypto/vectors/curves"

let compared = 0
let wrong = 0

function check(name: string, got: Buffer | undefined, published: Buffer | undefined) {
    compared++
    if (got === undefined && published === undefined) return
    if (got !== undefined && published !== undefined && got.toString("hex") === published.toString("hex")) return
    wrong++
    console.log(`wrong: ${name}`)
}

const pause = async () => await ds.sleep(1)
const digest = await openDigest((Buffer as unknown as { digest: NativeDigest }).digest, pause)

for (const suite of CURVE_SUITES) await suite({ digest, pause, check })
console.log(`${compared} compared, ${wrong} wrong`)
