import type { CborReader } from "../cbor/reader"
import { CborRefusal } from "../cbor/refusal"
import { constantTimeEqual } from "../crypto/constant-time"
import { Sha256 } from "../crypto/sha256"
import type { Envelope, PayloadSink } from "./envelope"
import { PAYLOAD_NAME } from "./labels"
import type { Manifest } from "./manifest"
import { SuitRefusal } from "./refusal"

/**
 * The program that an envelope brings: its last member. It goes through a hash and is kept nowhere. A device that lets its runtime
 * measure the program has no use for one.
 */
export class Payload implements PayloadSink {
    /** Offset in the package. */
    start = 0
    length: number | undefined
    private readonly hash = new Sha256()
    private begun = false

    begin(envelope: Envelope, reader: CborReader, base: number, isLast: boolean): void {
        // A reader would call a name too long that goes beyond its window.
        if (reader.text(PAYLOAD_NAME.length).toString() !== PAYLOAD_NAME) envelope.refuse(SuitRefusal.PayloadName, base)
        if (!isLast) reader.refuse(SuitRefusal.SecondPayload)
        const length = reader.bytesAhead()
        reader.finish()
        if (reader.refusal !== CborRefusal.None) return
        this.start = base + reader.at - length
        this.length = length
        envelope.headComplete = true
    }

    async take(envelope: Envelope, bytes: Buffer): Promise<void> {
        const { received } = envelope
        // Its first bytes came with the last ones of the head, or before those.
        const content = this.begun ? bytes : await envelope.window(this.start, received, received)
        this.begun = true
        await this.hash.update(content, envelope.pause)
    }

    /**
     * Refuses an envelope that is not complete, or whose payload is not the program of its manifest. It need not have one: then the program
     * comes another way, and has to be measured against the manifest's digest there. To be called once.
     */
    async check(envelope: Envelope, manifest: Manifest): Promise<void> {
        const { start, length } = this
        if (envelope.received < envelope.length) envelope.refuse(SuitRefusal.Incomplete, envelope.received)
        if (length === undefined) return
        if (manifest.isPolicy) envelope.refuse(SuitRefusal.PayloadUnexpected, start)
        if (length !== manifest.size) envelope.refuse(SuitRefusal.PayloadSize, start)
        const digest = await this.hash.digest(envelope.pause)
        if (!constantTimeEqual(digest, manifest.digest)) envelope.refuse(SuitRefusal.PayloadDigest, start)
    }
}
