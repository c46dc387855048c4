import { constantTimeEqual } from "../../crypto/constant-time"
import { copyOf } from "../../crypto/copy-of"
import type { Digest } from "../../crypto/digest"
import type { Random } from "../../crypto/random"
import { wipe } from "../../crypto/wipe"
import type { Pause, Store } from "../../ports"
import { soundRecord } from "../../store/sound-record"
import { StoreError } from "../../store/store-error"
import { Turns } from "../../store/turns"
import type { SessionKeys } from "../session-keys"
import { CONVERGENT, DIVERGENT, fieldRefusal, KUDOS_NONCE_BYTES } from "./field"
import { decodeRecord, encodeRecord, type KudosRecord } from "./record"
import { KudosRefusal } from "./refusal"
import { KudosState } from "./states"
import { updateContext, updateInput } from "./update-context"

export enum KudosRole {
    /** The initiator of EDHOC: begins every update. */
    Hub = 0,
    /** Answers. */
    Device = 1,
}

export interface KudosPorts {
    role: KudosRole
    /** Where secrets may be. */
    store: Store
    /** Two records of that store, of this session alone: the new keys go into the one in which the old ones are not, and then the old ones are erased. */
    names: readonly [string, string]
    digest: Digest
    random: Random
    pause: Pause
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
    offer: KudosOffer | undefined
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
const LAST_NUMBER = 0xffff_fffe
const NONE: Buffer = Buffer.alloc(0)

/**
 * Replaces the keys of a session by others that follow from them and from a nonce of each end. What has been given away of the old keys then tells
 * nothing of the new ones, and the other way round.
 *
 * Whatever is about to be sent is on record before: each end gives one nonce for the same keys, however often it is switched off, so just one pair of new
 * keys can follow; and a sequence number that is on record as taken is never taken again. All that is known is on record, so a start is no step.
 */
export class Kudos {
    private readonly ports: KudosPorts
    private readonly turns: Turns
    private record: KudosRecord | undefined
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
            if (!older) older = record
            else if (record.epoch === older.epoch + 1) this.supersede(record, older)
            else if (older.epoch === record.epoch + 1) this.supersede(older, record)
            else return
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

    /** How many times keys have followed others since the first pairing; -1 if there are none. */
    epoch(): number {
        return this.record ? this.record.epoch : -1
    }

    /** What messages are sealed with; undefined while there are no keys, and while they are being replaced. */
    inForce(): KeysInForce | undefined {
        const { record } = this
        if (!record || record.ownNonce.length > 0) return undefined
        return { keys: record.keys, epoch: record.epoch, sequenceNumber: record.sent, heard: record.heard }
    }

    /** Takes the keys of a new pairing in the place of all that were before. @throws StoreError; then either are on record */
    async adopt(keys: SessionKeys): Promise<void> {
        // The caller's will be wiped by the caller, these when they are superseded.
        const { masterSalt, senderId, recipientId, aead } = keys
        const own = { masterSecret: copyOf(keys.masterSecret), masterSalt, senderId, recipientId, aead }
        await this.turns.take()
        try {
            if (this.record) await this.advance(own, 0, 0)
            else {
                const { store, names } = this.ports
                for (const name of names) await store.erase(name)
                await this.write({ epoch: 0, keys: own, ownNonce: NONE, peerNonce: NONE, sent: 0, heard: 0 })
            }
        } finally {
            this.turns.end()
        }
    }

    /** Forgets all keys. @throws StoreError; then they may be on record still */
    async forget(): Promise<void> {
        await this.turns.take()
        try {
            const { store, names } = this.ports
            for (const name of names) await store.erase(name)
            if (this.record) wipe(this.record.keys.masterSecret)
            this.record = undefined
            this.stale = undefined
        } finally {
            this.turns.end()
        }
    }

    /** Of the hub: begins an update, or repeats what it has begun, when no answer comes. */
    async begin(): Promise<KudosStep> {
        await this.turns.take()
        try {
            return await this.offerNonce()
        } catch (error) {
            return refusedFor(error)
        } finally {
            this.turns.end()
        }
    }

    /** Takes a KUDOS message in. */
    async receive(message: KudosMessage): Promise<KudosStep> {
        await this.turns.take()
        try {
            return await this.takeIn(message)
        } catch (error) {
            return refusedFor(error)
        } finally {
            this.turns.end()
        }
    }

    /** Of the device: takes note of any other message while it waits to see the new keys used. It is sealed with those that are then in force. */
    async confirm(verifies: Verifies): Promise<KudosStep> {
        await this.turns.take()
        try {
            return await this.takeConfirmation(verifies)
        } catch (error) {
            return refusedFor(error)
        } finally {
            this.turns.end()
        }
    }

    private async offerNonce(): Promise<KudosStep> {
        await this.tidy()
        const { record } = this
        if (!record) return refused(KudosRefusal.NoKeys)
        if (this.ports.role !== KudosRole.Hub) return refused(KudosRefusal.Role)
        const taken = record.ownNonce.length > 0 ? record.sent : 0
        if (taken > LAST_NUMBER) return refused(KudosRefusal.Exhausted)
        const nonce = record.ownNonce.length > 0 ? record.ownNonce : this.drawNonce()
        await this.write(withNonces(record, nonce, NONE, taken + 1, record.heard))
        const keys = await this.temporary(record.keys, nonce)
        return { refusal: KudosRefusal.None, offer: { keys, sequenceNumber: taken, x: DIVERGENT, nonce } }
    }

    private async takeIn(message: KudosMessage): Promise<KudosStep> {
        const field = fieldRefusal(message.x, message.nonce)
        if (field !== KudosRefusal.None) return refused(field)
        await this.tidy()
        const { record } = this
        if (!record) return refused(KudosRefusal.NoKeys)
        const forHub = message.x === CONVERGENT
        if (forHub !== (this.ports.role === KudosRole.Hub)) return refused(KudosRefusal.Role)
        if (forHub) return await this.takeConvergent(record, message)
        return record.ownNonce.length > 0
            ? await this.takeDivergentAgain(record, message)
            : await this.takeDivergent(record, message)
    }

    private async takeConfirmation(verifies: Verifies): Promise<KudosStep> {
        await this.tidy()
        const { record } = this
        if (!record || record.peerNonce.length === 0) return refused(KudosRefusal.Unexpected)
        const keys = await this.next(record)
        if (!(await verifies(keys))) return refused(KudosRefusal.NotAuthentic)
        await this.advance(keys, record.sent, 0)
        return refused(KudosRefusal.None)
    }

    /** Of the hub, which has offered its nonce: the device's, under the keys that follow. */
    private async takeConvergent(record: KudosRecord, message: KudosMessage): Promise<KudosStep> {
        if (record.ownNonce.length === 0) return refused(KudosRefusal.Unexpected)
        const { digest, pause } = this.ports
        const own = updateInput(DIVERGENT, record.ownNonce)
        const keys = await updateContext(own, updateInput(message.x, message.nonce), record.keys, digest, pause)
        if (!(await message.verifies(keys))) return refused(KudosRefusal.NotAuthentic)
        await this.advance(keys, 0, message.sequenceNumber + 1)
        return refused(KudosRefusal.None)
    }

    /** Of the device, with keys in force: the hub's nonce. */
    private async takeDivergent(record: KudosRecord, message: KudosMessage): Promise<KudosStep> {
        if (!(await message.verifies(await this.temporary(record.keys, message.nonce))))
            return refused(KudosRefusal.NotAuthentic)
        return await this.answer(withNonces(record, this.drawNonce(), message.nonce, 0, message.sequenceNumber + 1))
    }

    /** Of the device, which has given its nonce: the hub has not heard it, or it has, and begins the next update. */
    private async takeDivergentAgain(record: KudosRecord, message: KudosMessage): Promise<KudosStep> {
        if (await message.verifies(await this.temporary(record.keys, message.nonce))) {
            if (!constantTimeEqual(record.peerNonce, message.nonce)) return refused(KudosRefusal.OtherNonce)
            if (message.sequenceNumber < record.heard) return refused(KudosRefusal.Replayed)
            if (record.sent > LAST_NUMBER) return refused(KudosRefusal.Exhausted)
            const { ownNonce, peerNonce, sent } = record
            return await this.answer(withNonces(record, ownNonce, peerNonce, sent, message.sequenceNumber + 1))
        }
        const keys = await this.next(record)
        if (!(await message.verifies(await this.temporary(keys, message.nonce))))
            return refused(KudosRefusal.NotAuthentic)
        await this.advance(keys, record.sent, 0)
        const current = this.record as KudosRecord
        return await this.answer(withNonces(current, this.drawNonce(), message.nonce, 0, message.sequenceNumber + 1))
    }

    /** Puts on record what an answer says, with the sequence number that it takes, and gives it. */
    private async answer(record: KudosRecord): Promise<KudosStep> {
        const sequenceNumber = record.sent
        record.sent++
        await this.write(record)
        const keys = await this.next(record)
        const offer = { keys, sequenceNumber, x: CONVERGENT, nonce: record.ownNonce }
        return { refusal: KudosRefusal.None, offer }
    }

    /** Of the device: the keys that follow from those on record. */
    private async next({ keys, ownNonce, peerNonce }: KudosRecord): Promise<SessionKeys> {
        const { digest, pause } = this.ports
        const [own, peers] = [updateInput(CONVERGENT, ownNonce), updateInput(DIVERGENT, peerNonce)]
        return await updateContext(own, peers, keys, digest, pause)
    }

    /** What an offer of the hub's nonce is sealed with. */
    private async temporary(keys: SessionKeys, nonce: Buffer): Promise<SessionKeys> {
        const { digest, pause } = this.ports
        return await updateContext(updateInput(DIVERGENT, nonce), NONE, keys, digest, pause)
    }

    private drawNonce(): Buffer {
        const nonce = Buffer.alloc(KUDOS_NONCE_BYTES)
        this.ports.random.draw(nonce)
        return nonce
    }

    /** Puts keys in force, and erases those before. If power goes away in between, a start erases them. */
    private async advance(keys: SessionKeys, sent: number, heard: number): Promise<void> {
        const old = this.record as KudosRecord
        await this.write({ epoch: old.epoch + 1, keys, ownNonce: NONE, peerNonce: NONE, sent, heard })
        this.supersede(this.record as KudosRecord, old)
        await this.tidy()
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

    private async write(record: KudosRecord): Promise<void> {
        await this.ports.pause()
        const bytes = encodeRecord(record)
        await this.ports.pause()
        await this.ports.store.set(this.ports.names[record.epoch & 1], bytes)
        this.record = record
    }
}

function refused(refusal: KudosRefusal): KudosStep {
    return { refusal, offer: undefined }
}

/** What the memory does not take is not sent. @throws whatever is no fault of the memory */
function refusedFor(error: unknown): KudosStep {
    if (error instanceof StoreError) return refused(KudosRefusal.Storage)
    throw error
}

/** Of the same keys, with nonces that were given for replacing them. */
function withNonces(of: KudosRecord, ownNonce: Buffer, peerNonce: Buffer, sent: number, heard: number): KudosRecord {
    return { epoch: of.epoch, keys: of.keys, ownNonce, peerNonce, sent, heard }
}
