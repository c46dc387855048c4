/**
 * The log as the device hands it out: a CBOR sequence (RFC 8742) of entries, the critical ring's and then the routine one's, oldest first,
 * with null for what is no entry any more; and at its end a statement under the device's signature that says what belonged to it.
 */
import { CborWriter } from "../cbor/writer"
import { sign1With } from "../cose/sign1-with"
import type { Digest } from "../crypto/digest"
import type { KeyStore, Pause } from "../ports"
import type { EventLog } from "./event-log"

/** Items of a statement: challenge, sequence number of the newest entry, boot, uptime in seconds, pieces of either ring, digest. */
export const STATEMENT_ITEMS = 7
/** Longest challenge in bytes. */
export const LOG_CHALLENGE_BYTES = 64
/** The digest of no pieces is zeros; each piece makes it SHA-256 of the digest so far and the piece. */
export const EXPORT_DIGEST_BYTES = 32

const STATEMENT_BYTES = 1 + 2 + LOG_CHALLENGE_BYTES + 5 * 5 + 2 + EXPORT_DIGEST_BYTES

/** Entries recorded while it goes on do not come into it. */
export class LogExport {
    private readonly log: EventLog
    private readonly hash: Digest
    private readonly pause: Pause
    private readonly last: number
    /** Where each ring's newest entry was. */
    private readonly positions: number[]
    private ring = 0
    /** Cells of that ring gone through, from the oldest on. */
    private step = 0
    /** Handed out so far, of either ring. */
    private readonly pieces: number[] = [0, 0]
    private digest: Buffer = Buffer.alloc(EXPORT_DIGEST_BYTES)

    constructor(log: EventLog, hash: Digest, pause: Pause) {
        this.log = log
        this.hash = hash
        this.pause = pause
        this.last = log.sequence
        this.positions = log.rings.map(ring => ring.position)
    }

    /** @returns the next entry, at most 69 bytes, or undefined after the last */
    async next(): Promise<Buffer | undefined> {
        while (this.ring < this.positions.length) {
            const ring = this.log.rings[this.ring]
            this.step++
            const piece = await ring.show((this.positions[this.ring] + this.step) % ring.cells, this.last)
            if (piece) this.pieces[this.ring]++
            if (this.step === ring.cells) {
                this.ring++
                this.step = 0
            }
            await this.pause()
            if (piece) {
                this.digest = await this.hash.sha256([this.digest, piece], this.pause)
                return piece
            }
        }
        return undefined
    }

    /**
     * To be asked for when all entries were.
     * @param keyId the first 16 bytes of the SHA-256 of the public key
     * @param challenge by which whoever asks knows that the answer is new, at most 64 bytes
     * @returns a COSE_Sign1 message (RFC 9052 §4.2) of some 200 bytes
     */
    async statement(keys: KeyStore, keyId: Buffer, challenge: Buffer, uptimeS: number): Promise<Buffer> {
        const payload = new CborWriter(STATEMENT_BYTES)
            .array(STATEMENT_ITEMS)
            .bytes(challenge)
            .int(this.last)
            .int(this.log.boot)
            .int(uptimeS)
            .int(this.pieces[0])
            .int(this.pieces[1])
            .bytes(this.digest)
            .finish()
        return await sign1With(keys, keyId, payload)
    }
}
