import { constantTimeEqual } from "../../crypto/constant-time"
import { copyOf } from "../../crypto/copy-of"
import type { Digest } from "../../crypto/digest"
import { hex } from "../../crypto/hex"
import { Event } from "../../eventlog/event"
import { TRIES } from "../../owner/owner-records"
import type { Log, Pause, Store } from "../../ports"
import { soundRecord } from "../../store/sound-record"
import { numberIn, numberRecord } from "../../store/stored-number"
import { type PskCredential, pskCredential } from "../edhoc/credential"
import type { EphemeralKey } from "../edhoc/ephemeral-key"
import { errorMessage } from "../edhoc/error-message"
import { EdhocRefusal } from "../edhoc/refusal"
import { EdhocResponder, type ResponderKeys } from "../edhoc/responder"
import { EdhocState } from "../edhoc/states"
import type { CipherSuite } from "../edhoc/suites"
import { SessionRefusal } from "../refusal"
import type { SessionKeys } from "../session-keys"
import { type Household, Standing } from "./household"

/** How long it is known that somebody is at the device, from their touch on, in milliseconds. */
export const TOUCH_MS = 120_000
/** How long a pairing may take, in milliseconds: an agreement of 12 s, which takes three times as long on a quiet bus (docs/simulator.md), with room. */
export const PAIRING_MS = 120_000
/** After one failure the device waits a second, after each more twice as long, up to an hour. In milliseconds. */
const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 3_600_000
/** From so many failures on it waits the longest; as many are assumed where nobody knows how many there were. */
const MANY_TRIES = 13

/** What stands before message_1 and before message_3 (RFC 9528 appendix A.2): `true`, and the device's identifier. */
const FIRST = 0xf5
/** A device's identifier of a session is its place, or so much more if the hub has chosen the same. */
export const OTHER_ID = 0x10

export interface PairingPorts {
    readonly digest: Digest
    readonly pause: Pause
    readonly store: Store
    readonly log: Log
    /** Since the start, in milliseconds. */
    now(): number
    /** The one suite of the device, and a key of its curve, made when nothing else is to be done. */
    readonly suite: CipherSuite
    makeKey(): Promise<EphemeralKey>
    /** The secret on the label, 16 bytes; undefined if there is none. @throws StoreError */
    labelSecret(): Promise<Buffer | undefined>
    /** Puts on record the keys of a place, and then who is there. @throws StoreError */
    keep(place: number, keys: SessionKeys, standing: Standing): Promise<void>
}

/** What the name of a secret is: of the label 0, of invitations their number and one. */
export function secretName(standing: Standing): Buffer {
    return Buffer.from([standing - Standing.ByLabel])
}

/** To be sent back. */
export interface PairingAnswer {
    /** 0 if the message was taken. */
    readonly refusal: number
    /** An EDHOC message, or one of its error messages. Empty: nothing is to be sent. */
    readonly message: Buffer
}

/**
 * Who may be paired, and when: somebody is at the device, no other pairing runs, and whoever has failed waits, however often the device starts. Each
 * attempt is taken down.
 */
export class Pairing implements ResponderKeys {
    private readonly ports: PairingPorts
    private readonly household: Household
    private ephemeral: EphemeralKey | undefined
    /** That of the session. */
    private begunWith: EphemeralKey | undefined
    private session: EdhocResponder | undefined
    /** message_1 of it. */
    private first: Buffer = hex``
    private label: Buffer | undefined
    private place = 0
    private begunMs = 0
    /** Whether a message of the session is being worked on. */
    private working = false
    private touchedMs = -TOUCH_MS
    /** Failures since the last success, each counted before it is known to be one. */
    private tries = MANY_TRIES
    /** When the last of them was tried; those before the start count as if they had been at the start. */
    private triedMs = 0

    constructor(ports: PairingPorts, household: Household) {
        this.ports = ports
        this.household = household
    }

    /** @throws StoreError if the memory does not answer */
    async load(): Promise<void> {
        const { ports } = this
        const record = await soundRecord(ports.store, TRIES)
        // How often somebody has tried is not known of a damaged record: often.
        if (!record || record.length === 4) this.tries = numberIn(record)
        this.triedMs = ports.now()
    }

    /** Somebody at the device has touched it. */
    touched(): void {
        this.touchedMs = this.ports.now()
    }

    /** Whether there is no key, and nobody waits for the one before, or may give it back. */
    needsKey(): boolean {
        return !this.ephemeral && !this.working && !this.runs()
    }

    /** Makes a key if it needs one. Takes seconds, with pauses. @throws what the port throws */
    async prepare(): Promise<void> {
        if (this.needsKey()) this.ephemeral = await this.ports.makeKey()
    }

    /** Whether a pairing is going on. One that takes too long is over by that. */
    runs(): boolean {
        const { session } = this
        if (!session || session.state >= EdhocState.Done) return false
        if (this.ports.now() - this.begunMs < PAIRING_MS) return true
        session.giveUp()
        this.ports.log.record(Event.PairingFailed, 0, session.refusal)
        return false
    }

    /**
     * Takes what came to `/.well-known/edhoc`. Whatever fails at that, the key, a part that has it, or the memory, ends the session: who waits for it is not to
     * wait for long.
     * @param payload as RFC 9528 appendix A.2 has it
     * @throws StoreError, what the key throws
     */
    async receive(payload: Buffer): Promise<PairingAnswer> {
        if (payload.length < 2) return this.refuse(SessionRefusal.PairingForm)
        const message = copyOf(payload.slice(1))
        const isFirst = payload[0] === FIRST
        // The label is good for the first; whoever comes later needs to be invited.
        const label = isFirst && this.household.count() === 0 ? await this.ports.labelSecret() : undefined
        if (isFirst && !constantTimeEqual(message, this.first)) {
            const refusal = this.admission()
            if (refusal !== SessionRefusal.None) return this.refuse(refusal)
            this.first = message
            this.label = label
            this.begin()
        }
        const { session } = this
        if (!isFirst && (!session || (payload[0] & ~OTHER_ID) !== this.place))
            return this.refuse(SessionRefusal.PairingForm)
        // It works on one message at a time.
        if (!session || this.working) return { refusal: SessionRefusal.None, message: hex`` }
        let reply: Buffer | undefined
        const wasOpen = session.state < EdhocState.Done
        this.working = true
        try {
            if (!isFirst && session.state === EdhocState.WaitMessage3) {
                this.triedMs = this.ports.now()
                await this.count(this.tries + 1)
            }
            reply = await session.receive(message)
            if (wasOpen && session.state === EdhocState.Done) await this.count(0)
        } catch (error) {
            session.giveUp()
            throw error
        } finally {
            this.working = false
            if (wasOpen && session.refusal !== 0) this.ports.log.record(Event.PairingFailed, 0, session.refusal)
        }
        // Who asks for another suite has not used the key.
        if (session.refusal === EdhocRefusal.WrongSuite && !this.ephemeral) this.ephemeral = this.begunWith
        return { refusal: session.refusal, message: reply || hex`` }
    }

    private admission(): SessionRefusal {
        const { household, tries } = this
        const now = this.ports.now()
        if (household.lost) return SessionRefusal.RecordsLost
        if (now - this.touchedMs >= TOUCH_MS) return SessionRefusal.NobodyThere
        if (this.runs()) return SessionRefusal.PairingRuns
        const waitMs = tries < MANY_TRIES ? FIRST_WAIT_MS << (tries - 1) : LONGEST_WAIT_MS
        if (tries > 0 && now - this.triedMs < waitMs) return SessionRefusal.TooSoon
        if (!this.ephemeral) return SessionRefusal.NoKeyYet
        return household.free() < 0 ? SessionRefusal.Full : SessionRefusal.None
    }

    /** With whom it is admitted, at once: no other key is made meanwhile. */
    private begin(): void {
        const { ports, household } = this
        const ephemeral = this.ephemeral as EphemeralKey
        const place = household.free()
        this.ephemeral = undefined
        this.begunWith = ephemeral
        this.place = place
        this.begunMs = ports.now()
        this.session = new EdhocResponder(ports, this, ephemeral, Buffer.from([place]), Buffer.from([place | OTHER_ID]))
    }

    /** Of the session: the secret of that name, if it is good. */
    credentialOf(kid: Buffer): PskCredential | undefined {
        if (kid.length !== 1) return undefined
        const invitation = kid[0] - 1
        const secret = invitation < 0 ? this.label : this.household.secretOf(invitation)
        return secret && pskCredential(secret, kid)
    }

    /** Of the session: takes what was agreed on. @throws what the port throws */
    async keep(keys: SessionKeys, kid: Buffer): Promise<void> {
        await this.ports.keep(keys.recipientId[0] & ~OTHER_ID, keys, Standing.ByLabel + kid[0])
    }

    private refuse(refusal: SessionRefusal): PairingAnswer {
        this.ports.log.record(Event.PairingFailed, 0, refusal)
        return { refusal, message: errorMessage(refusal, this.ports.suite) }
    }

    private async count(tries: number): Promise<void> {
        await this.ports.store.set(TRIES, numberRecord(tries))
        this.tries = tries
    }
}
