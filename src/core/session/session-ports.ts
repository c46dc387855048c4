import type { Digest } from "../crypto/digest"
import type { Random } from "../crypto/random"
import type { Pause, Store } from "../ports"
import type { AeadSuite } from "./aead-suite"
import { SecurityContext } from "./security-context"
import type { SenderSequence } from "./sender-sequence"
import type { SessionKeys } from "./session-keys"

/** What either end of a session needs from where it runs. */
export interface SessionPorts {
    readonly suite: AeadSuite
    readonly digest: Digest
    readonly random: Random
    readonly pause: Pause
    /** Where secrets may be; notices what others changed. */
    readonly store: Store
}

/** The messages under keys that have just been put in force, or that are asked for a single one. */
export async function contextOf(
    ports: SessionPorts,
    keys: SessionKeys,
    sequence: SenderSequence,
): Promise<SecurityContext> {
    const { suite, digest, pause } = ports
    await pause()
    return await SecurityContext.open(suite, keys, sequence, digest, pause)
}
