import { constantTimeEqual } from "../../crypto/constant-time"
import { copyOf } from "../../crypto/copy-of"
import type { Digest } from "../../crypto/digest"
import { Event } from "../../eventlog/event"
import type { Log, Pause, Store } from "../../ports"
import { soundRecord } from "../../store/sound-record"
import { numberIn, numberRecord } from "../../store/stored-number"
import { type PskCredential, pskCredential } from "../edhoc/credential"
import type { EphemeralKey } from "../edhoc/ephemeral-key"
import { errorMessage } from "../edhoc/error-message"
import { EdhocRefusal } from "../edhoc/refusal"
import { EdhocResponder } from "../edhoc/responder"
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
const MOST_TRIES = 32

const TRIES_RECORD = "tries"

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

const NOTHING: PairingAnswer = { refusal: 0, message: Buffer.alloc(0) }

/**
 * Who may be paired, and when: somebody is at the device, no other pairing runs, and whoever has failed waits, however often the device starts. Each
 * attempt is taken down.
 */
export class Pairing {
    private readonly ports: PairingPorts
    private readonly household: Household
    private ephemeral: EphemeralKey | undefined
    /** That of the session. */
    private begunWith: EphemeralKey | undefined
    private session: EdhocResponder | undefined
    /** message_1 of it. */
    private first: Buffer = Buffer.alloc(0)
    private place = 0
    private begunMs = 0
    /** Whether the proof of the one who is paired is being looked at. */
    private proving = false
    private touchedMs: number | undefined
    /** Failures since the last success, each counted before it is known to be one. */
    private tries = MOST_TRIES
    /** When the last failure was; those before the start count as if they had been at the start. */
    private failedMs = 0

    constructor(ports: PairingPorts, household: Household) {
        this.ports = ports
        this.household = household
    }

    /** @throws StoreError if the memory does not answer */
    async load(): Promise<void> {
        const { store, now } = this.ports
        const record = await soundRecord(store, TRIES_RECORD)
        // How often somebody has tried is not known of a damaged record: often.
        this.tries = record && record.length !== 4 ? MOST_TRIES : Math.min(numberIn(record), MOST_TRIES)
        this.failedMs = now()
    }

    /** Somebody at the device has touched it. */
    touched(): void {
        this.touchedMs = this.ports.now()
    }

    /** Whether there is no key, and nobody waits for the one before. */
    needsKey(): boolean {
        return !this.ephemeral && !this.runs()
    }

    /** Makes a key if it needs one. Takes seconds, with pauses. @throws what the port throws */
    async prepare(): Promise<void> {
        if (this.needsKey()) this.ephemeral = await this.ports.makeKey()
    }

    /** Whether a pairing is going on. One that takes too long is over by that. */
    runs(): boolean {
        const { session } = this
        if (!session || !isOpen(session)) return false
        if (this.ports.now() - this.begunMs < PAIRING_MS) return true
        session.giveUp()
        this.ports.log.record(Event.PairingFailed, 0, session.refusal)
        return false
    }

    /** Takes what came to `/.well-known/edhoc`. @param payload as RFC 9528 appendix A.2 has it @throws StoreError */
    async receive(payload: Buffer): Promise<PairingAnswer> {
        if (payload.length < 2) return this.refuse(SessionRefusal.PairingForm)
        const message = copyOf(payload.slice(1, payload.length))
        const isFirst = payload[0] === FIRST
        if (isFirst && !constantTimeEqual(message, this.first)) {
            const refusal = this.admission()
            if (refusal !== SessionRefusal.None) return this.refuse(refusal)
            this.first = message
            await this.begin()
        }
        const { session } = this
        // It has just begun, by the same message.
        if (!session && isFirst) return NOTHING
        if (!session || (!isFirst && (payload[0] & ~OTHER_ID) !== this.place))
            return this.refuse(SessionRefusal.PairingForm)
        if (!isFirst) return await this.prove(session, message)
        const answer = await this.work(session, message)
        // Who asks for another suite has not used the key.
        if (answer.refusal === EdhocRefusal.WrongSuite && !this.ephemeral) this.ephemeral = this.begunWith
        return answer
    }

    private admission(): SessionRefusal {
        const { household, touchedMs, ephemeral, tries } = this
        const now = this.ports.now()
        if (household.lost()) return SessionRefusal.RecordsLost
        if (touchedMs === undefined || now - touchedMs >= TOUCH_MS) return SessionRefusal.NobodyThere
        if (this.runs()) return SessionRefusal.PairingRuns
        if (tries > 0 && now - this.failedMs < waitAfter(tries)) return SessionRefusal.TooSoon
        if (!ephemeral) return SessionRefusal.NoKeyYet
        return household.free() < 0 ? SessionRefusal.Full : SessionRefusal.None
    }

    private async begin(): Promise<void> {
        const { household } = this
        const { digest, pause, suite, keep, labelSecret, now } = this.ports
        const ephemeral = this.ephemeral as EphemeralKey
        const place = household.free()
        this.ephemeral = undefined
        this.begunWith = ephemeral
        this.session = undefined
        this.place = place
        this.begunMs = now()
        // The label is good for the first; whoever comes later needs to be invited.
        const label = household.count() === 0 ? await labelSecret() : undefined
        let standing = Standing.ByLabel
        function credentialOf(kid: Buffer): PskCredential | undefined {
            if (kid.length !== 1) return undefined
            standing = Standing.ByLabel + kid[0]
            const secret = standing === Standing.ByLabel ? label : household.secretOf(standing - Standing.ByInvitation)
            return secret && pskCredential(secret, kid)
        }
        this.session = new EdhocResponder(
            { digest, pause, keep: async keys => await keep(place, keys, standing) },
            {
                suites: [suite],
                ephemerals: [ephemeral],
                connectionIds: [Buffer.from([place]), Buffer.from([place | OTHER_ID])],
                credentialOf,
            },
        )
    }

    /** Takes message_3. */
    private async prove(session: EdhocResponder, message: Buffer): Promise<PairingAnswer> {
        const isProof = session.state === EdhocState.WaitMessage3 && !this.proving
        if (!isProof) return await this.work(session, message)
        this.proving = true
        try {
            await this.count(this.tries + 1)
            const answer = await this.work(session, message)
            if (session.state === EdhocState.Done) await this.count(0)
            else this.failedMs = this.ports.now()
            return answer
        } finally {
            this.proving = false
        }
    }

    /** Ends the session if the key, or a part that has it, fails: who waits for it is not to wait for long. */
    private async work(session: EdhocResponder, message: Buffer): Promise<PairingAnswer> {
        const wasOpen = isOpen(session)
        try {
            const reply = await session.receive(message)
            return { refusal: session.refusal, message: reply || Buffer.alloc(0) }
        } catch (error) {
            session.giveUp()
            throw error
        } finally {
            if (wasOpen && session.refusal !== 0) this.ports.log.record(Event.PairingFailed, 0, session.refusal)
        }
    }

    private refuse(refusal: SessionRefusal): PairingAnswer {
        this.ports.log.record(Event.PairingFailed, 0, refusal)
        return { refusal, message: errorMessage(refusal, []) }
    }

    private async count(tries: number): Promise<void> {
        if (tries > MOST_TRIES) return
        await this.ports.store.set(TRIES_RECORD, numberRecord(tries))
        this.tries = tries
    }
}

function isOpen({ state }: EdhocResponder): boolean {
    return state !== EdhocState.Done && state !== EdhocState.Aborted
}

/** In milliseconds. @param tries 1 or more */
function waitAfter(tries: number): number {
    return tries > 12 ? LONGEST_WAIT_MS : FIRST_WAIT_MS << (tries - 1)
}
