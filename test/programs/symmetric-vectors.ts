/** Runs the published vectors of the symmetric primitives, and prints what differs. */
import * as ds from "@devicescript/core"
import { type NativeDigest, openDigest } from "../../src/core/crypto/digest"
import { DIGEST_SUITES, SUITES } from "../core/crypto/vectors/suites"

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
const native = await openDigest((Buffer as unknown as { digest: NativeDigest }).digest, pause)
const plain = await openDigest(undefined, pause)

for (const suite of SUITES) await suite({ digest: native, pause, check })
for (const suite of DIGEST_SUITES) {
    await suite({ digest: native, pause, check })
    await suite({ digest: plain, pause, check })
}
console.log(`${compared} compared, ${wrong} wrong`)
