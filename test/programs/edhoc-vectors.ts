/** Runs the published vectors of EDHOC, and prints what differs. */
import * as ds from "@devicescript/core"
import { openRuntimeDigest } from "../../devs/crypto"
import { EDHOC_SUITES } from "../core/session/edhoc/vectors/session-suites"
import { compare, printTally } from "./vector-tally"

const pause = async () => await ds.sleep(1)
const digest = await openRuntimeDigest(pause)

for (const suite of EDHOC_SUITES) await suite({ digest, pause, check: compare })
printTally()
