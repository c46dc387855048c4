import * as ds from "@devicescript/core"
import { Event, Refused } from "../../src/core/eventlog/event"
import type { PersonsWord } from "../../src/core/failsafe/fail-safe"
import { Challenges } from "../../src/core/owner/challenges"
import { beginReset, completeReset } from "../../src/core/owner/factory-reset"
import { LongPress } from "../../src/core/owner/long-press"
import { DISABLED } from "../../src/core/owner/owner-records"
import { OwnerRefusal } from "../../src/core/owner/owner-refusal"
import { CREDENTIAL_BYTES, People } from "../../src/core/owner/people"
import { Action, may, Place } from "../../src/core/owner/rights"
import type { Log, Store } from "../../src/core/ports"
import { soundRecord } from "../../src/core/store/sound-record"
import { Turns } from "../../src/core/store/turns"
import { openRuntimeRandom } from "../crypto"
import { pause } from "../pause"
import { Server, type Serves } from "../servers/server"

/** Time between two looks at the button, in milliseconds. */
const LOOK_MS = 50
/** From there nobody may do anything. */
const NOWHERE = 0 as Place

/** How long the log takes to write that a reset begins, in milliseconds, with room. */
const LOGGED_WITHIN_MS = 500

export interface OwnerOptions {
    /** The word of whoever at the device holds its button down now. Asked every 50 ms, whatever state the device is in. */
    touched(): PersonsWord | undefined
    /** Records of the owner that only this device has. */
    records: string[]
    /** Erases what the owner leaves elsewhere. Part of a reset; a power cut may let it begin again. */
    erase(): Promise<void>
}

/**
 * The `owner` service, as services/owner.md specifies it, and what goes with it: the factory reset by a long press, and the table of rights
 * for whoever else has to ask it. Before `load`, nobody may do anything.
 */
export class Owner extends Server implements Serves<ds.OwnerServerSpec> {
    /** Records that notice what others changed; none before `load`. */
    sealed: Store | undefined
    private readonly options: OwnerOptions
    private readonly crowd = new People(pause)
    disabled = false
    /** Lets wishes to disable or enable it take turns. */
    private readonly turns = new Turns(pause)
    private store: Store | undefined
    private log: Log
    /** None before `open`. */
    private challenges: Challenges | undefined

    constructor(options: OwnerOptions) {
        super(ds.Owner.spec)
        this.options = options
    }

    /** Completes a reset that was begun. To be called with the mounted store, before anything is read. @throws StoreError */
    async open(store: Store, log: Log): Promise<void> {
        const { options } = this
        if (await completeReset(store, options.records, options.erase)) log.record(Event.Reset, 0, 1)
        if (!this.challenges) {
            this.challenges = new Challenges(await openRuntimeRandom(pause))
            this.watch.start()
        }
        this.store = store
        this.log = log
    }

    /** Reads people and wishes. @throws StoreError */
    async load(sealed: Store): Promise<void> {
        await this.crowd.load(sealed)
        this.disabled = (await soundRecord(sealed, DISABLED)) !== undefined
        this.sealed = sealed
    }

    /**
     * Uses up the challenge of a command.
     * @returns where whoever sends it seems to be; undefined if it is not fresh. Nothing reaches the device from outside the home yet
     */
    senderOf(low: number, high: number): Place | undefined {
        const { challenges } = this
        return challenges ? challenges.take(low, high, ds.millis()) : undefined
    }

    /** Whether whoever has this credential may have it done from there. */
    may(credential: Buffer, action: Action, from: Place | undefined): boolean {
        return may(this.crowd.roleOf(credential), action, from || NOWHERE)
    }

    /** Whether whoever has this credential may answer for an update from there. Of a device that has no owner yet, anybody may. */
    approves(credential: Buffer, from: Place): boolean {
        return this.crowd.count() === 0 || this.may(credential, Action.ApproveUpdate, from)
    }

    /** Does what is allowed to a fresh command, says what came of it, and has it logged: as this event, or as a refusal. */
    async attempt(
        from: Place | undefined,
        allowed: boolean,
        event: Event,
        cause: number,
        detail: number,
        work: () => Promise<OwnerRefusal>,
    ): Promise<OwnerRefusal> {
        if (!this.sealed) return OwnerRefusal.NotReady
        let refusal = from === undefined ? OwnerRefusal.NotFresh : OwnerRefusal.NotAllowed
        try {
            if (from !== undefined && allowed) refusal = await work()
        } catch (error) {
            console.error("owner:", error)
            refusal = OwnerRefusal.Storage
        }
        // Whoever is refused because nobody knows any more who may, learns it.
        if (refusal === OwnerRefusal.NotAllowed && this.crowd.lost()) refusal = OwnerRefusal.Storage
        if (refusal === OwnerRefusal.None) this.log.record(event, cause, detail)
        else this.log.record(Event.Refusal, Refused.Owner, refusal)
        return refusal
    }

    people(): number {
        return this.crowd.count()
    }

    challenge(): [number, number] {
        return this.challenges.draw(ds.millis())
    }

    async give(low: number, high: number, role: number, credentials: Buffer): Promise<OwnerRefusal> {
        const from = this.senderOf(low, high)
        const { crowd, mayGive } = this
        const by = credentials.slice(0, CREDENTIAL_BYTES)
        const credential = credentials.slice(CREDENTIAL_BYTES)
        const event = crowd.count() ? Event.Credential : Event.Pairing
        const assign = async () => await crowd.assign(credential, role, () => mayGive(by, from))
        return await this.attempt(from, true, event, 0, role, assign)
    }

    async disable(low: number, high: number, disabled: boolean, by: Buffer): Promise<OwnerRefusal> {
        const { keepWish } = this
        const from = this.senderOf(low, high)
        const allowed = this.may(by, disabled ? Action.Disable : Action.Enable, from)
        const keep = async () => await keepWish(disabled)
        return await this.attempt(from, allowed, Event.Disable, 0, disabled ? 1 : 0, keep)
    }

    /** A wish counts when it is written. @throws StoreError */
    private async keepWish(disabled: boolean): Promise<OwnerRefusal> {
        const { sealed, turns } = this
        await turns.take()
        try {
            if (disabled) await sealed.set(DISABLED, Buffer.alloc(1))
            else await sealed.erase(DISABLED)
            this.disabled = disabled
        } finally {
            turns.end()
        }
        return OwnerRefusal.None
    }

    /** The first to get a credential has to become an owner; `assign` sees to that. */
    private mayGive(by: Buffer, from: Place | undefined): boolean {
        return this.crowd.count() ? this.may(by, Action.ManagePeople, from) : from === Place.Touch
    }

    /** Keeps an eye on the button. Runs for ever. */
    private async watch(): Promise<void> {
        const press = new LongPress()
        while (true) {
            const now = ds.millis()
            const touched = this.options.touched() !== undefined
            this.challenges.watch(touched, now)
            if (press.update(touched, now)) {
                // If it cannot be begun, it takes another press.
                try {
                    await beginReset(this.store)
                    this.log.record(Event.Reset, 0, 0)
                    await ds.sleep(LOGGED_WITHIN_MS)
                    ds.reboot()
                } catch (error) {
                    console.error("reset:", error)
                }
            }
            await ds.sleep(LOOK_MS)
        }
    }
}
