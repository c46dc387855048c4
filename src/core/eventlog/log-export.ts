/**
 * The log as the device hands it out: a CBOR sequence (RFC 8742) of entries, the critical ring's and then the routine one's, oldest first,
 * with null for what is no entry any more; then the rows of the ledger; and at its end a statement under the device's signature that says what
 * belonged to it.
 */
import { ARRAY } from "../cbor/major"
import { CborWriter } from "../cbor/writer"
import { sign1With } from "../cose/sign1-with"
import type { Digest } from "../crypto/digest"
import type { KeyStore, Pause } from "../ports"
import type { EventLog } from "./event-log"

/**
 * Items of a statement: challenge, sequence number of the newest entry, boot, uptime in seconds, pieces of either ring and of the ledger, how often
 * anything had happened when the export began, and when the statement was made, digest.
 */
export const STATEMENT_ITEMS = 10
/** Longest challenge in bytes. */
export const LOG_CHALLENGE_BYTES = 64
/** The digest of no pieces is zeros; each piece makes it SHA-256 of the digest so far and the piece. */
export const EXPORT_DIGEST_BYTES = 32

const STATEMENT_BYTES = 1 + 2 + LOG_CHALLENGE_BYTES + 8 * 5 + 2 + EXPORT_DIGEST_BYTES

/** What entries and rows lie in. */
interface Part {
    readonly position: number
    readonly cells: number
    show(cell: number, last: number): Promise<Buffer | undefined>
}

/** Entries recorded while it goes on do not come into it. A row tells of what happened until it is handed out. */
export class LogExport {
    private readonly log: EventLog
    /** The rings and the ledger. */
    private readonly parts: Part[]
    private readonly hash: Digest
    private readonly pause: Pause
    private readonly last: number
    /** How often anything had happened. */
    private readonly total: number
    private part = 0
    /** Where that part's newest entry was when its first cell was gone through. */
    private position!: number
    /** Cells of that part gone through, from the oldest on. */
    private step = 0
    /** Handed out so far, of each part. */
    private readonly pieces: number[] = [0, 0, 0]
    private digest: Buffer = Buffer.alloc(EXPORT_DIGEST_BYTES)

    constructor(log: EventLog, hash: Digest, pause: Pause) {
        this.log = log
        this.hash = hash
        this.pause = pause
        this.last = log.sequence
        this.total = log.ledger.total
        this.parts = [log.rings[0], log.rings[1], log.ledger]
    }

    /** @returns the next entry or row, at most 78 bytes, or undefined after the last */
    async next(): Promise<Buffer | undefined> {
        while (this.part < this.parts.length) {
            const part = this.parts[this.part]
            if (this.step === 0) this.position = part.position
            this.step++
            const piece = await part.show((this.position + this.step) % part.cells, this.last)
            if (piece) this.pieces[this.part]++
            if (this.step === part.cells) {
                this.part++
                this.step = 0
            }
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
            .head(ARRAY, STATEMENT_ITEMS)
            .bytes(challenge)
            .int(this.last)
            .int(this.log.boot)
            .int(uptimeS)
            .int(this.pieces[0])
            .int(this.pieces[1])
            .int(this.pieces[2])
            .int(this.total)
            .int(this.log.ledger.total)
            .bytes(this.digest)
            .finish()
        return await sign1With(keys, keyId, payload, this.pause)
    }
}
