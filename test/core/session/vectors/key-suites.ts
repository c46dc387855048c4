import type { Suite } from "../../crypto/vectors/suites"
import type { VectorRun } from "../../crypto/vectors/vector-run"
import { pskDraftSchedule, pskDraftSession } from "../edhoc/vectors/psk-draft"
import { rfc9529Agreements, rfc9529Signatures, rfc9529StaticDh } from "../edhoc/vectors/rfc9529"
import { ourCcm } from "../edhoc/vectors/suites-of-traces"
import { kudosUpdate } from "../kudos/vectors"

async function pskDraftSessionByOurs(run: VectorRun): Promise<void> {
    await pskDraftSession(run, ourCcm)
}

export const KEY_SUITES: Suite[] = [
    pskDraftSchedule,
    pskDraftSessionByOurs,
    rfc9529Signatures,
    rfc9529StaticDh,
    rfc9529Agreements,
    kudosUpdate,
]
