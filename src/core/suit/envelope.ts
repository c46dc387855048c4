import { MAP, TAG, TEXT as TEXT_TYPE } from "../cbor/major"
import { CborReader } from "../cbor/reader"
import { CborRefusal } from "../cbor/refusal"
import { constantTimeEqual } from "../crypto/constant-time"
import type { Digest } from "../crypto/digest"
import { sha256Of } from "../crypto/sha256-of"
import type { ByteMemory, Pause } from "../ports"
import { AUTHENTICATION, ENVELOPE_TAG, INSTALL, MANIFEST_BYTES, PROGRAM_BYTES, TEXT } from "./labels"
import { SuitRefusal } from "./refusal"

/** The head of the envelope, or a member's key with the head of its byte string, is never longer. */
const HEAD_BYTES = 16

/** Why the first member is refused. The second, the manifest, has the next key, and is refused for the next reason. */
const FIRST_REASON = SuitRefusal.NoAuthentication

/** A member of an envelope, by its offsets in there. */
export interface Member {
    key: number
    /** Where its byte string begins, and where what is in it. */
    head: number
    start: number
    end: number
}

/** Port: what takes the payload of an envelope. `Payload` does. */
export interface PayloadSink {
    /** In bytes; undefined as long as the envelope has none. */
    readonly length: number | undefined
    /**
     * Reads the head of the payload, and completes the envelope's head with it unless it is refused.
     * @param base offset in the package where the reader's window begins
     * @param isLast whether no other member follows
     */
    begin(envelope: Envelope, reader: CborReader, base: number, isLast: boolean): void
    /** Takes what the envelope has received of the payload. @param bytes that it received last */
    take(envelope: Envelope, bytes: Buffer): Promise<void>
}

/**
 * An update package while it arrives and is judged. What comes before the payload, its head, goes into a staging memory and is read back from
 * there in small windows. So signatures of any size pass through a heap that holds little more than the manifest. A payload comes last,
 * and only where one is expected.
 *
 * Whoever judges the package says here what is wrong with it. The first refusal counts.
 */
export class Envelope {
    /** A number of `SuitRefusal`, `CoseRefusal` or `CborRefusal`; 0 as long as nothing is wrong. */
    refusal = 0
    /** Offset in the package of what was refused. */
    refusedAt = 0
    /** Bytes taken so far. */
    received = 0
    /** Everything before the payload is there: authentication and manifest can be judged. */
    headComplete = false
    /** The members before the payload: the authentication wrapper, the manifest, and what was severed from that. */
    readonly members: Member[] = []
    private readonly payload: PayloadSink | undefined
    readonly pause: Pause
    private readonly staging: ByteMemory
    /** Size of the package in bytes, as announced. */
    readonly length: number
    /** Members that are still to come. */
    private expected!: number
    /** Offset of the next member. */
    private next = 0
    /** Key of the member before it. */
    private key: number | undefined

    /**
     * @param staging memory for the head: it holds the chunk in which the payload begins, too
     * @param length of the package in bytes, as announced
     * @param payload what takes the payload; without it an envelope that has one is refused
     */
    constructor(staging: ByteMemory, length: number, pause: Pause, payload?: PayloadSink) {
        this.staging = staging
        this.length = length
        this.pause = pause
        this.payload = payload
        if (length > staging.size + PROGRAM_BYTES) this.refuse(SuitRefusal.Length, 0)
    }

    /** @param reason 0 refuses nothing */
    refuse(reason: number, at: number): void {
        if (this.refusal !== 0 || reason === 0) return
        this.refusal = reason
        this.refusedAt = at
    }

    /** Refuses the manifest as a whole. */
    refuseManifest(reason: number): void {
        this.refuse(reason, this.members[1].head)
    }

    /** Takes over what a reader refused. @param base offset in the package where its window begins */
    refuseWith(reader: CborReader, base: number): void {
        this.refuse(reader.refusal, base + reader.refusedAt)
    }

    /** Takes the bytes that follow those taken before. */
    async take(bytes: Buffer): Promise<void> {
        const { payload } = this
        const end = this.received + bytes.length
        if (end > this.length) this.refuse(SuitRefusal.Length, this.length)
        else if (!this.headComplete && end > this.staging.size) this.refuse(SuitRefusal.HeadTooLong, this.staging.size)
        if (this.refusal !== 0) return
        this.received = end
        if (!this.headComplete) {
            await this.staging.write(end - bytes.length, bytes)
            await this.scan()
        }
        if (payload && payload.length !== undefined) await payload.take(this, bytes)
    }

    /** The first bytes, at most so many, of what lies between two offsets in the head. */
    async window(start: number, end: number, most: number): Promise<Buffer> {
        return await this.staging.read(start, Math.min(most, end - start))
    }

    /**
     * A member with the head of its byte string, which is what digests of members are made of.
     * @param expected its SHA-256
     * @param reason to refuse it with if it has another; then, too, it is returned
     */
    async checkedMember(member: Member, expected: Buffer, reason: number, digest: Digest): Promise<Buffer> {
        if (member.end - member.head > MANIFEST_BYTES) this.refuse(CborRefusal.TooLong, member.head)
        const bytes = await this.window(member.head, member.end, MANIFEST_BYTES)
        if (!constantTimeEqual(await sha256Of(digest, bytes, this.pause), expected)) this.refuse(reason, member.head)
        return bytes
    }

    /** Finds the members whose first bytes have arrived. */
    private async scan(): Promise<void> {
        while (this.refusal === 0 && !this.headComplete) {
            const base = this.next
            if (base > 0 && this.expected === 0) {
                // There is no payload.
                if (base < this.length) this.refuse(CborRefusal.Trailing, base)
                this.requireManifest(base)
                this.headComplete = this.received === this.length
                return
            }
            if (this.received - base < HEAD_BYTES && this.received < this.length) return
            const reader = new CborReader(await this.window(base, this.received, HEAD_BYTES), this.length - base)
            if (base > 0) this.readMember(reader, base)
            else {
                if (reader.head(TAG) !== ENVELOPE_TAG) this.refuse(SuitRefusal.NotAnEnvelope, 0)
                this.expected = reader.head(MAP)
                this.next = reader.at
            }
            this.refuseWith(reader, base)
        }
    }

    private readMember(reader: CborReader, base: number): void {
        const { members } = this
        if (reader.major() === TEXT_TYPE) {
            if (this.payload) this.payload.begin(this, reader, base, this.expected === 1)
            else this.refuse(SuitRefusal.PayloadUnexpected, base)
            this.requireManifest(base)
            return
        }
        const key = reader.key(this.key)
        if (members.length > 1) {
            if (key !== INSTALL && key !== TEXT) reader.refuse(SuitRefusal.EnvelopeMember)
        } else if (key !== AUTHENTICATION + members.length) reader.refuse(FIRST_REASON + members.length)
        const head = base + reader.at
        const length = reader.bytesAhead()
        const end = base + reader.at
        this.expected--
        members.push({ key, head, start: end - length, end })
        this.key = key
        this.next = end
    }

    private requireManifest(at: number): void {
        if (this.members.length < 2) this.refuse(FIRST_REASON + this.members.length, at)
    }
}
