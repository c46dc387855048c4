import { constantTimeEqual } from "../../crypto/constant-time"
import { copyOf } from "../../crypto/copy-of"
import type { Digest } from "../../crypto/digest"
import type { Pause } from "../../ports"
import type { SessionKeys } from "../session-keys"
import { errorMessage } from "./error-message"
import { MOST_MESSAGE_BYTES } from "./messages"
import type { PskSchedule } from "./psk-schedule"
import { EdhocRefusal } from "./refusal"
import { canFollow, EdhocState } from "./states"
import type { CipherSuite } from "./suites"

/** What a session needs from where it runs. */
export interface EdhocPorts {
    digest: Digest
    pause: Pause
    /**
     * Stores the keys for good, in the place of any that the other end had before. Awaited before the other end learns that they are agreed on, so
     * neither ever has keys that a power cut has taken from the other.
     */
    keep(keys: SessionKeys): Promise<void>
}

/** What either end of a session does. */
export abstract class EdhocEnd {
    state: EdhocState
    /** Why it is Aborted: an `EdhocRefusal` or a `CborRefusal`; 0 otherwise. */
    refusal: number = EdhocRefusal.None
    /** What was sent last, to be sent again if no answer comes. Empty before, and when aborted. */
    sent: Buffer = Buffer.alloc(0)
    protected readonly ports: EdhocPorts
    protected schedule: PskSchedule | undefined
    /** What `sent` answers. */
    private answered: Buffer = Buffer.alloc(0)
    private working = false

    constructor(state: EdhocState, ports: EdhocPorts) {
        this.state = state
        this.ports = ports
    }

    /** Out of time, or nobody at the device: a session that has not ended ends without keys. Sends nothing. */
    giveUp(): void {
        if (this.state !== EdhocState.Done && this.state !== EdhocState.Aborted) this.abort(EdhocRefusal.GivenUp)
    }

    /**
     * Takes a message in. The one that was answered last is answered the same way again (RFC 9528 §7), any other moves the session on or aborts it. What
     * comes while another is being worked on, or when the session has ended, is let fall.
     * @returns what to send: the next message, an error message, or nothing
     */
    async receive(message: Buffer): Promise<Buffer | undefined> {
        if (this.working || this.state === EdhocState.Aborted) return undefined
        if (this.answered.length > 0 && constantTimeEqual(this.answered, message)) return this.sent
        if (this.state === EdhocState.Done) return undefined
        this.working = true
        try {
            const own = copyOf(message)
            await this.ports.pause()
            return await this.answer(own)
        } finally {
            this.working = false
        }
    }

    private async answer(message: Buffer): Promise<Buffer | undefined> {
        const next = await this.takeIn(message)
        if (next && this.state !== EdhocState.Aborted) {
            this.answered = message
            this.sent = next
        }
        return next
    }

    /** Of one end: what it does with a message. @returns as `receive` */
    protected abstract takeIn(message: Buffer): Promise<Buffer | undefined>

    /** @returns whether the session is now in that state: it is not if it was given up meanwhile */
    protected go(to: EdhocState): boolean {
        if (this.state === EdhocState.Aborted) return false
        if (!canFollow(this.state, to)) throw new Error(`EDHOC: no step leads from state ${this.state} to ${to}`)
        this.state = to
        return true
    }

    /** Stores keys and ends the session with them. @returns whether it did: if not, they could not be stored, or it was given up */
    protected async finish(keys: SessionKeys): Promise<boolean> {
        if (this.state === EdhocState.Aborted) return false
        try {
            await this.ports.keep(keys)
        } catch (_error) {
            return false
        }
        this.schedule?.forget()
        return this.go(EdhocState.Done)
    }

    /** Ends the session. @param suites that are supported here @returns the error message to send */
    protected fail(refusal: number, suites: readonly CipherSuite[]): Buffer | undefined {
        if (this.state === EdhocState.Aborted) return undefined
        this.abort(refusal)
        return errorMessage(refusal, suites)
    }

    /** Ends the session without a word. */
    protected abort(refusal: number): void {
        if (!this.go(EdhocState.Aborted)) return
        this.refusal = refusal
        this.sent = Buffer.alloc(0)
        this.answered = Buffer.alloc(0)
        this.schedule?.forget()
    }
}

/** @returns a refusal, 0 if the length is that of a message */
export function lengthRefusal(message: Buffer): EdhocRefusal {
    return message.length === 0 || message.length > MOST_MESSAGE_BYTES ? EdhocRefusal.MessageLength : EdhocRefusal.None
}
