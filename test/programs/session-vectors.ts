/** Runs the published vectors of EDHOC and an update by KUDOS, and prints what differs. */
import * as ds from "@devicescript/core"
import { openRuntimeDigest } from "../../devs/crypto"
import { SESSION_SUITES } from "../core/session/vectors/session-suites"
import { compare, printTally } from "./vector-tally"

const pause = async () => await ds.sleep(1)
const digest = await openRuntimeDigest(pause)

for (const suite of SESSION_SUITES) await suite({ digest, pause, check: compare })
printTally()
