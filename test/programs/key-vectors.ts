/** Runs the published vectors of EDHOC and an update by KUDOS, and prints what differs. */
import * as ds from "@devicescript/core"
import { openRuntimeDigest } from "../../devs/crypto"
import { KEY_SUITES } from "../core/session/vectors/key-suites"
import { compare, printTally } from "./vector-tally"

const pause = async () => await ds.sleep(1)
const digest = await openRuntimeDigest(pause)

for (const suite of KEY_SUITES) await suite({ digest, pause, check: compare })
printTally()
