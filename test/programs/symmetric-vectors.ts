/** Runs the published vectors of the symmetric primitives, and prints what differs. */
import * as ds from "@devicescript/core"
import { openRuntimeDigest } from "../../devs/crypto"
import { openDigest } from "../../src/core/crypto/digest"
import { DIGEST_SUITES, SUITES } from "../core/crypto/vectors/suites"
import { compare, printTally } from "./vector-tally"

const pause = async () => await ds.sleep(1)
const native = await openRuntimeDigest(pause)
const plain = await openDigest(undefined, pause)

for (const suite of SUITES) await suite({ digest: native, pause, check: compare })
for (const suite of DIGEST_SUITES) {
    await suite({ digest: native, pause, check: compare })
    await suite({ digest: plain, pause, check: compare })
}
printTally()
