import * as ds from "@devicescript/core"
import { Event, Refused } from "../../src/core/eventlog/event"
import { OWNER_COMMANDS } from "../../src/core/owner/commands"
import { beginReset, completeReset } from "../../src/core/owner/factory-reset"
import { LongPress } from "../../src/core/owner/long-press"
import { DISABLED } from "../../src/core/owner/owner-records"
import { OwnerRefusal } from "../../src/core/owner/owner-refusal"
import { Action } from "../../src/core/owner/rights"
import type { Log, Store } from "../../src/core/ports"
import type { Asker } from "../../src/core/session/device/requests"
import { soundRecord } from "../../src/core/store/sound-record"
import { Turns } from "../../src/core/store/turns"
import type { Opened } from "../identity/identity"
import { pause } from "../pause"
import { Server, type Serves } from "../servers/server"
import { Sessions, type SessionsOptions } from "../session/sessions"
import type { ServesOwner } from "./serves-owner"

/** Time between two looks at the button, in milliseconds. */
const LOOK_MS = 50

/** How long the log takes to write that a reset begins, in milliseconds, with room. */
const LOGGED_WITHIN_MS = 500

export interface OwnerOptions extends SessionsOptions {
    /** Records of the owner that only this device has. */
    records: string[]
    /** Erases what the owner leaves elsewhere. Part of a reset; a power cut may let it begin again. */
    erase(): Promise<void>
}

/**
 * The `owner` service, as services/owner.md specifies it, and what goes with it: the people who are known, by their sessions, and the factory reset by a long
 * press. Before `load`, nobody may do anything.
 */
export class Owner extends Server implements Serves<ds.OwnerServerSpec>, ServesOwner {
    /** Records that notice what others changed; none before `load`. */
    sealed: Store | undefined
    disabled = false
    override readonly commands = OWNER_COMMANDS
    private readonly options: OwnerOptions
    readonly sessions: Sessions
    /** Lets wishes to disable or enable it take turns. */
    private readonly turns = new Turns(pause)
    private store: Store | undefined
    private log: Log

    constructor(options: OwnerOptions) {
        super(ds.Owner.spec)
        this.options = options
        this.sessions = new Sessions(options)
    }

    async open(store: Store, log: Log): Promise<void> {
        const { options } = this
        if (await completeReset(store, options.records, options.erase)) log.record(Event.Reset, 0, 1)
        if (!this.store) this.watch.start()
        this.store = store
        this.log = log
    }

    async load(opened: Opened): Promise<void> {
        const { sealed } = opened
        await this.sessions.open(opened, this.log)
        this.disabled = (await soundRecord(sealed, DISABLED)) !== undefined
        this.sealed = sealed
    }

    approves(asker: Asker | undefined): boolean {
        return this.sessions.isNobodys() === true || this.sessions.mayNow(asker, Action.ApproveUpdate)
    }

    /** Does what is allowed, says what came of it, and has it logged: as this event, or as a refusal. */
    async attempt(
        allowed: boolean,
        event: Event,
        cause: number,
        detail: number,
        work: () => Promise<void>,
    ): Promise<OwnerRefusal> {
        if (!this.sealed) return OwnerRefusal.NotReady
        let refusal = OwnerRefusal.NotAllowed
        try {
            if (allowed) {
                await work()
                refusal = OwnerRefusal.None
            }
        } catch (error) {
            console.error("owner:", error)
            refusal = OwnerRefusal.Storage
        }
        if (refusal === OwnerRefusal.None) this.log.record(event, cause, detail)
        else this.log.record(Event.Refusal, Refused.Owner, refusal)
        return refusal
    }

    people(): number {
        const { household } = this.sessions
        return household ? household.count() : 0
    }

    /** A wish counts when it is written. */
    async disable(disabled: boolean, asker?: Asker): Promise<OwnerRefusal> {
        // biome-ignore lint/complexity/noUselessThisAlias: an arrow function on the device has no `this`
        const owner = this
        const { sealed, turns } = this
        const allowed = this.sessions.mayNow(asker, disabled ? Action.Disable : Action.Enable)
        return await this.attempt(allowed, Event.Disable, 0, disabled ? 1 : 0, async () => {
            await turns.take()
            try {
                if (disabled) await sealed.set(DISABLED, Buffer.alloc(1))
                else await sealed.erase(DISABLED)
                owner.disabled = disabled
            } finally {
                turns.end()
            }
        })
    }

    /** Keeps an eye on the button. Runs for ever. */
    private async watch(): Promise<void> {
        const press = new LongPress()
        while (true) {
            const isDown = this.options.touched() !== undefined
            this.sessions.look(isDown)
            if (press.update(isDown, ds.millis())) {
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
