import { constantTimeEqual } from "../../crypto/constant-time"
import { copyOf } from "../../crypto/copy-of"
import { hex } from "../../crypto/hex"
import type { SessionKeys } from "../session-keys"
import type { HashPorts } from "./derivation"
import type { EphemeralKey } from "./ephemeral-key"
import { errorMessage } from "./error-message"
import { MOST_MESSAGE_BYTES } from "./messages"
import type { PskSchedule } from "./psk-schedule"
import { EdhocRefusal } from "./refusal"
import { EDHOC_STEPS, EdhocState } from "./states"
import type { CipherSuite } from "./suites"

/** Where keys go that are agreed on. */
export interface KeyKeeper {
    /**
     * Stores the keys for good, in the place of any that the other end had before. Awaited before the other end learns that they are agreed on, so
     * neither ever has keys that a power cut has taken from the other.
     * @param kid name of the secret by which the other end has proved who it is
     */
    keep(keys: SessionKeys, kid: Buffer): Promise<void>
}

/** What comes of a message: the next one to send, why the session ends (an `EdhocRefusal` or a `CborRefusal`), or undefined if there is nothing to say. */
export type Outcome = Buffer | number | undefined

/** What either end of a session does. */
export abstract class EdhocEnd {
    state: EdhocState
    /** Why it is Aborted: an `EdhocRefusal` or a `CborRefusal`; 0 otherwise. */
    refusal: number = EdhocRefusal.None
    /** What was sent last, to be sent again if no answer comes. Empty before, and when aborted. */
    sent: Buffer = hex``
    protected readonly ports: HashPorts
    protected readonly suite: CipherSuite
    protected readonly ephemeral: EphemeralKey
    protected schedule: PskSchedule | undefined
    private readonly keeper: KeyKeeper
    /** What `sent` answers. */
    private answered: Buffer | undefined
    private working: boolean | undefined

    /**
     * @param suite of this session
     * @param ephemeral made for this session
     * @throws RangeError if the ephemeral key is of another curve
     */
    constructor(state: EdhocState, ports: HashPorts, keeper: KeyKeeper, suite: CipherSuite, ephemeral: EphemeralKey) {
        this.state = state
        this.ports = ports
        this.keeper = keeper
        this.suite = suite
        this.ephemeral = ephemeral
        if (ephemeral.curve !== suite.curve)
            throw new RangeError(`the ephemeral key must be of curve ${suite.curve}, not ${ephemeral.curve}`)
    }

    /** Out of time, or nobody at the device: a session that has not ended ends without keys. Sends nothing. */
    giveUp(): void {
        if (this.state !== EdhocState.Done) this.abort(EdhocRefusal.GivenUp)
    }

    /**
     * Takes a message in. The one that was answered last is answered the same way again (RFC 9528 §7), any other moves the session on or aborts it. What
     * comes while another is being worked on, or when the session has ended, is let fall.
     * @returns what to send: the next message, an error message, or nothing
     */
    async receive(message: Buffer): Promise<Buffer | undefined> {
        const { answered } = this
        if (this.working) return undefined
        if (answered && constantTimeEqual(answered, message)) return this.sent
        // Done, or Aborted: nothing is answered any more.
        if (this.state >= EdhocState.Done) return undefined
        this.working = true
        try {
            const own = copyOf(message)
            await this.ports.pause()
            let outcome: Outcome = EdhocRefusal.MessageLength
            if (own.length > 0 && own.length <= MOST_MESSAGE_BYTES) outcome = await this.takeIn(own)
            // Given up meanwhile, or by what was said in it.
            if (this.refusal !== EdhocRefusal.None) return undefined
            if (typeof outcome === "number") {
                this.abort(outcome)
                return errorMessage(outcome, this.suite)
            }
            if (outcome) {
                this.answered = own
                this.sent = outcome
            }
            return outcome
        } finally {
            this.working = false
        }
    }

    /** Of one end: what it does with a message of 1 to 160 bytes. Whatever it says does not count if the session was given up meanwhile. */
    protected abstract takeIn(message: Buffer): Promise<Outcome>

    /** @returns whether the session is now in that state: it is not if it was given up meanwhile */
    protected go(to: EdhocState): boolean {
        if (this.state === EdhocState.Aborted) return false
        if (((EDHOC_STEPS[this.state] >> to) & 1) === 0)
            throw new Error(`EDHOC: no step leads from state ${this.state} to ${to}`)
        this.state = to
        // Done, or Aborted.
        if (to >= EdhocState.Done) this.schedule?.forget()
        return true
    }

    /** Stores keys and ends the session with them. @returns whether it did: if not, they could not be stored, or it was given up */
    protected async finish(keys: SessionKeys, kid: Buffer): Promise<boolean> {
        if (this.state === EdhocState.Aborted) return false
        try {
            await this.keeper.keep(keys, kid)
        } catch (_error) {
            return false
        }
        return this.go(EdhocState.Done)
    }

    /** Ends the session without a word. */
    protected abort(refusal: number): void {
        if (!this.go(EdhocState.Aborted)) return
        this.refusal = refusal
        this.sent = hex``
        this.answered = undefined
    }
}
