import { type ChainPolicy, type ChainRefusal, type Refused, verifyChain } from "../identity/chain"
import type { CertifiedUnit } from "../identity/device-certificate"
import type { LogFile } from "./log-file"
import { type LogReport, type LogWitness, verifyLog } from "./verify-log"

export type LogCheck =
    | { unit: CertifiedUnit; report: LogReport }
    /** Whose log it is cannot be said: nothing in it is worth anything. */
    | Refused<ChainRefusal>

/**
 * Checks a unit's certificate, and by that its log.
 * @param challenge that the log was asked for with, if that is known
 * @param seen of the same unit's log, earlier
 */
export function checkLog(
    { certificates, exported }: LogFile,
    policy: ChainPolicy,
    challenge: Uint8Array | undefined,
    seen: LogWitness | undefined,
): LogCheck {
    const certified = verifyChain(certificates, policy)
    if ("refusal" in certified) return certified
    return { unit: certified.unit, report: verifyLog(exported, certified.unit, challenge, seen) }
}
