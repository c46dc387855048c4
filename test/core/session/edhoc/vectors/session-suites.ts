import type { Suite } from "../../../crypto/vectors/suites"
import type { VectorRun } from "../../../crypto/vectors/vector-run"
import { pskDraftSchedule, pskDraftSession } from "./psk-draft"
import { rfc9529Agreements, rfc9529Signatures, rfc9529StaticDh } from "./rfc9529"
import { ourCcm } from "./suites-of-traces"

async function pskDraftSessionByOurs(run: VectorRun): Promise<void> {
    await pskDraftSession(run, ourCcm)
}

export const EDHOC_SUITES: Suite[] = [
    pskDraftSchedule,
    pskDraftSessionByOurs,
    rfc9529Signatures,
    rfc9529StaticDh,
    rfc9529Agreements,
]
