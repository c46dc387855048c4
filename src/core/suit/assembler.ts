import type { Envelope } from "./envelope"

/** Longest chunk in bytes. */
export const CHUNK_BYTES = 200
/** Most chunks that are kept until those before them have come: together with one at work they take 1,000 bytes. */
export const MAX_WAITING = 4

interface Chunk {
    /** Offset in the package. */
    start: number
    bytes: Buffer
}

/**
 * Gives an envelope its bytes in order, whatever order chunks arrive in and however often. What does not fit is dropped: the sender goes
 * on where `envelope.received` says, until that is the end. Of bytes that arrive twice the first count.
 */
export class Assembler {
    private readonly envelope: Envelope
    private waiting: Chunk[] = []
    private busy = false

    constructor(envelope: Envelope) {
        this.envelope = envelope
    }

    /** Takes or drops a chunk. Another may be given before the promise resolves. @param bytes not to be changed afterwards */
    async accept(at: number, bytes: Buffer): Promise<void> {
        const { waiting } = this
        if (bytes.length > CHUNK_BYTES || waiting.length > MAX_WAITING) return
        // The last place is for what others wait for.
        if (waiting.length === MAX_WAITING && at > this.envelope.received) return
        for (const chunk of waiting) if (chunk.start === at) return
        waiting.push({ start: at, bytes })
        if (this.busy) return
        this.busy = true
        try {
            let chunk = this.takeNext()
            while (chunk) {
                const known = this.envelope.received - chunk.start
                if (known < chunk.bytes.length) await this.envelope.take(chunk.bytes.slice(known, chunk.bytes.length))
                chunk = this.takeNext()
            }
        } finally {
            this.busy = false
        }
    }

    /** Takes out a chunk that begins where bytes are missing, or before. */
    private takeNext(): Chunk | undefined {
        const rest: Chunk[] = []
        let next: Chunk | undefined
        for (const chunk of this.waiting) {
            if (!next && chunk.start <= this.envelope.received) next = chunk
            else rest.push(chunk)
        }
        this.waiting = rest
        return next
    }
}
