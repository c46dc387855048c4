import type { Verifier } from "../cose/verifier"
import { constantTimeEqual } from "../crypto/constant-time"
import type { Digest } from "../crypto/digest"
import { joinBytes } from "../crypto/join-bytes"
import { sha256Of } from "../crypto/sha256-of"
import type { ByteMemory, Pause, Store } from "../ports"
import { policyOf, type TrustPolicy } from "../suit/policy"
import { POLICY_RECORD } from "./records"

/** Half of the memory for policies, in bytes: the one in force and the one that is being written do not touch each other. */
const HALF_BYTES = 512
/** Fields of the record: half of the memory, size of the policy (little-endian), SHA-256. */
const SIZE = 1
const DIGEST = 3

/** The trust policy in force: its bytes in plain view, and a sealed record that says which they are. */
export class PolicyStore {
    private readonly sealed: Store
    private readonly memory: ByteMemory
    private readonly digest: Digest
    private readonly pause: Pause

    /** @param memory of 1,024 bytes */
    constructor(sealed: Store, memory: ByteMemory, digest: Digest, pause: Pause) {
        this.sealed = sealed
        this.memory = memory
        this.digest = digest
        this.pause = pause
    }

    /** @returns undefined if there is none, or not the one on record @throws StoreError */
    async read(verifiers: readonly Verifier[]): Promise<TrustPolicy | undefined> {
        const record = await this.sealed.get(POLICY_RECORD)
        if (!record) return undefined
        const size = record[SIZE] | (record[SIZE + 1] << 8)
        const bytes = await this.memory.read(record[0] * HALF_BYTES, size)
        const digest = await sha256Of(this.digest, bytes, this.pause)
        if (!constantTimeEqual(digest, record.slice(DIGEST))) return undefined
        return policyOf(bytes, verifiers)
    }

    /**
     * Puts a policy in force. If power goes away before the promise resolves, the old or the new one is.
     * @param policy of at most 400 bytes
     * @throws StoreError
     */
    async write(policy: Buffer): Promise<void> {
        const record = await this.sealed.get(POLICY_RECORD)
        const half = record ? 1 - record[0] : 0
        await this.memory.write(half * HALF_BYTES, policy)
        const head = Buffer.from([half, policy.length & 255, policy.length >> 8])
        await this.sealed.set(POLICY_RECORD, joinBytes([head, await sha256Of(this.digest, policy, this.pause)]))
    }
}
