/** Runs the published vectors of the elliptic curves, and prints what differs. */
import * as ds from "@devicescript/core"
import { openRuntimeDigest } from "../../devs/crypto"
import { CURVE_SUITES } from "../core/crypto/vectors/curves"
import { compare, printTally } from "./vector-tally"

const pause = async () => await ds.sleep(1)
const digest = await openRuntimeDigest(pause)

for (const suite of CURVE_SUITES) await suite({ digest, pause, check: compare })
printTally()
