import { copyOf } from "../../crypto/copy-of"
import { hex } from "../../crypto/hex"
import type { Random } from "../../crypto/random"
import { wipe } from "../../crypto/wipe"
import type { Store } from "../../ports"
import { soundRecord } from "../../store/sound-record"
import { StoreError } from "../../store/store-error"
import { Turns } from "../../store/turns"
import type { SessionKeys } from "../session-keys"
import { decodeRecord, encodeRecord, type KudosRecord, MOST_NUMBER } from "./record"
import { KudosRefusal } from "./refusal"
import { KudosState } from "./states"
import { type UpdatePorts, withSecret } from "./update-context"

export interface KudosPorts extends UpdatePorts {
    /** Where secrets may be. */
    store: Store
    /** Two records of that store, of this session alone: the new keys go into the one in which the old ones are not, and then the old ones are erased. */
    names: readonly [string, string]
    random: Random
}

/** Whether a message that has come is sealed with these keys by the other end. Asked for a few keys, and nothing of the message counts before. */
export type Verifies = (keys: SessionKeys) => Promise<boolean>

/** A KUDOS message as it has come. */
export interface KudosMessage {
    x: number
    nonce: Buffer
    sequenceNumber: number
    verifies: Verifies
}

/** A KUDOS message to send: sealed with these keys under this sequence number, which are used for no other. */
export interface KudosOffer {
    keys: SessionKeys
    sequenceNumber: number
    x: number
    nonce: Buffer
}

export interface KudosStep {
    refusal: KudosRefusal
    offer?: KudosOffer
}

/** Keys in force, and where their numbers go on. */
export interface KeysInForce {
    keys: SessionKeys
    /** Higher with every update. What is kept of sequence numbers for a lower one is void. */
    epoch: number
    /** The first sequence number that was not taken. */
    sequenceNumber: number
    /** All sequence numbers below have been heard. */
    heard: number
}

/** The highest sequence number that is taken, so that the next one still fits the record. */
export const LAST_NUMBER = MOST_NUMBER - 1
export const NONE: Buffer = hex``

/**
 * Replaces the keys of a session by others that follow from them and from a nonce of each end. What has been given away of the old keys then tells
 * nothing of the new ones, and the other way round.
 *
 * Whatever is about to be sent is on record before: each end gives one nonce for the same keys, however often it is switched off, so just one pair of new
 * keys can follow; and a sequence number that is on record as taken is never taken again. All that is known is on record, so a start is no step.
 */
export abstract class KudosEnd {
    protected readonly ports: KudosPorts
    /** What is on record; undefined if there are no keys that can be relied on. */
    record: KudosRecord | undefined
    private readonly turns: Turns
    /** Name of a record that is to be erased, if that has not been done. */
    private stale: string | undefined

    constructor(ports: KudosPorts) {
        this.ports = ports
        this.turns = new Turns(ports.pause)
    }

    /** Reads what is on record. @throws StoreError if the memory does not answer */
    async load(): Promise<void> {
        const { store, names } = this.ports
        this.record = undefined
        let older: KudosRecord | undefined
        for (const name of names) {
            const bytes = await soundRecord(store, name)
            if (!bytes) continue
            const record = decodeRecord(bytes)
            // Which keys were in force can no longer be said: the other record may hold older ones.
            if (!record || names[record.epoch & 1] !== name) return
            if (older) {
                const ahead = record.epoch - older.epoch
                if (ahead === 1) this.supersede(record, older)
                else if (ahead === -1) this.supersede(older, record)
                else return
            }
            older = record
        }
        if (!this.record) this.record = older
        await this.tidy()
    }

    state(): KudosState {
        const { record } = this
        if (!record) return KudosState.NoKeys
        if (record.ownNonce.length === 0) return KudosState.Idle
        return record.peerNonce.length === 0 ? KudosState.Busy : KudosState.Pending
    }

    /** Takes the keys of a new pairing in the place of all that were before. @throws StoreError; then either are on record */
    async adopt(keys: SessionKeys): Promise<void> {
        // The caller's will be wiped by the caller, these when they are superseded.
        const own = withSecret(keys, copyOf(keys.masterSecret), keys.masterSalt)
        await this.turns.take()
        try {
            if (!this.record) for (const name of this.ports.names) await this.ports.store.erase(name)
            await this.advance(own, 0, 0)
        } finally {
            this.turns.end()
        }
    }

    /** Forgets all keys. @throws StoreError; then they may be on record still */
    async forget(): Promise<void> {
        await this.turns.take()
        try {
            for (const name of this.ports.names) await this.ports.store.erase(name)
            if (this.record) wipe(this.record.keys.masterSecret)
            this.record = undefined
            this.stale = undefined
        } finally {
            this.turns.end()
        }
    }

    /** Of one end: what it does with a message. @returns what to send, or why nothing is sent */
    protected abstract takeIn(
        message: KudosMessage | undefined,
        verifies: Verifies | undefined,
    ): Promise<KudosOffer | KudosRefusal>

    /** Does so when all that came before has been done. What the memory does not take is not sent. @throws whatever is no fault of the memory */
    protected async step(message: KudosMessage | undefined, verifies: Verifies | undefined): Promise<KudosStep> {
        let outcome: KudosOffer | KudosRefusal = KudosRefusal.Storage
        await this.turns.take()
        try {
            await this.tidy()
            outcome = await this.takeIn(message, verifies)
        } catch (error) {
            if (!(error instanceof StoreError)) throw error
        } finally {
            this.turns.end()
        }
        return typeof outcome === "number" ? { refusal: outcome } : { refusal: KudosRefusal.None, offer: outcome }
    }

    /** Puts keys in force, and erases those before. If power goes away in between, a start erases them. */
    protected async advance(keys: SessionKeys, sent: number, heard: number): Promise<void> {
        const old = this.record
        const record = { epoch: old ? old.epoch + 1 : 0, keys, ownNonce: NONE, peerNonce: NONE, sent, heard }
        await this.write(record)
        if (old) this.supersede(record, old)
        await this.tidy()
    }

    protected async write(record: KudosRecord): Promise<void> {
        const { ports } = this
        await ports.pause()
        const bytes = encodeRecord(record)
        await ports.pause()
        await ports.store.set(ports.names[record.epoch & 1], bytes)
        this.record = record
    }

    private supersede(record: KudosRecord, old: KudosRecord): void {
        this.record = record
        this.stale = this.ports.names[old.epoch & 1]
        wipe(old.keys.masterSecret)
    }

    /** Erases what is superseded, if that was not done. */
    private async tidy(): Promise<void> {
        if (this.stale === undefined) return
        await this.ports.store.erase(this.stale)
        this.stale = undefined
    }
}

/** What messages are sealed with; undefined while there are no keys, and while they are being replaced. */
export function keysInForce(end: KudosEnd): KeysInForce | undefined {
    const { record } = end
    if (!record || end.state() !== KudosState.Idle) return undefined
    return { keys: record.keys, epoch: record.epoch, sequenceNumber: record.sent, heard: record.heard }
}
