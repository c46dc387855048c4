import * as ds from "@devicescript/core"
import { Event } from "../../src/core/eventlog/event"
import { PRIVACY_COMMANDS } from "../../src/core/owner/commands"
import { Answer, Consent, type DataUse, MAX_USES } from "../../src/core/owner/consent"
import { OwnerRefusal } from "../../src/core/owner/owner-refusal"
import { itemsToPurge, type KeptItem } from "../../src/core/owner/retention"
import { Action } from "../../src/core/owner/rights"
import type { Asker } from "../../src/core/session/device/requests"
import { pause } from "../pause"
import { Server, type Serves } from "../servers/server"
import type { Owner } from "./owner"

/** What of a notice fits a packet. */
const PIECE_BYTES = 128
/** Time between two looks for what was kept long enough, in milliseconds. */
const PURGE_EVERY_MS = 1000

/** Record of what is kept for a use. */
export function keptRecord(use: number): string {
    return `kept${use}`
}

/**
 * The `privacy` service, as services/privacy.md specifies it: which uses of its sensors' data a device declares, what the owner has agreed to,
 * and what is kept. Before `load`, and for whatever was not agreed to, nothing is granted.
 */
export class Privacy extends Server implements Serves<ds.PrivacyServerSpec> {
    override readonly commands = PRIVACY_COMMANDS
    readonly uses: number
    private readonly owner: Owner
    private readonly declared: readonly DataUse[]
    private readonly consent: Consent
    /** Since when something has been kept for each use, in milliseconds; undefined if that cannot be said. */
    private readonly keptSince: (number | undefined)[] = []
    private loaded = false

    /** @param uses at most 20; a use goes by its place among them */
    constructor(owner: Owner, uses: readonly DataUse[]) {
        super(ds.Privacy.spec)
        this.owner = owner
        this.declared = uses
        this.uses = uses.length
        this.consent = new Consent(uses, pause)
    }

    /** To be called where the device recalls its records. What was kept before the start is of unknown age, and goes. @throws StoreError */
    async load(): Promise<void> {
        await this.consent.load(this.owner.sealed)
        await this.purge()
        if (!this.loaded) this.watch.start()
        this.loaded = true
    }

    /** Whether the owner has agreed to this use. */
    granted(use: number): boolean {
        return this.consent.granted(use)
    }

    /**
     * Keeps the latest of what was taken for a use: at most 80 bytes, and for as long as was declared, counted from the first that was kept
     * since the last purge. Nothing is kept without consent.
     * @throws StoreError
     */
    async keep(use: number, value: Buffer): Promise<void> {
        if (!this.granted(use)) return
        if (this.keptSince[use] === undefined) this.keptSince[use] = ds.millis()
        await this.owner.sealed.set(keptRecord(use), value)
        // It may have been withdrawn meanwhile.
        if (!this.granted(use)) await this.purge()
    }

    describe(use: number): [number, number, number, number, number, number, string] | undefined {
        const declared = this.declared[use]
        if (!declared) return undefined
        const { sensor, purpose, version, retentionS, shortNotice } = declared
        return [retentionS, use, sensor, purpose, version, this.consent.answerTo(use), shortNotice]
    }

    readNotice(offset: number, use: number): [number, number, number, Buffer] | undefined {
        const declared = this.declared[use]
        if (!declared) return undefined
        const text = Buffer.from(declared.longNotice)
        // Beyond the end of a buffer, the device's `slice` gives zeros.
        const from = Math.min(offset, text.length)
        return [offset, text.length, use, text.slice(from, Math.min(from + PIECE_BYTES, text.length))]
    }

    async answer(use: number, version: number, answer: number, asker?: Asker): Promise<number> {
        const yes = answer === Answer.Yes
        const { consent, owner, purge } = this
        if (!this.declared[use] || this.declared[use].version !== version) return OwnerRefusal.Use
        const allowed = owner.sessions.mayNow(asker, yes ? Action.GiveConsent : Action.WithdrawConsent)
        return await owner.attempt(allowed, Event.Consent, use, yes ? 1 : 0, async () => {
            await consent.answer(use, yes)
            await purge()
        })
    }

    async readKept(use: number, asker?: Asker): Promise<[number, number, Buffer]> {
        const { owner } = this
        let value: Buffer | undefined
        const refusal = await owner.attempt(
            owner.sessions.mayNow(asker, Action.Watch),
            Event.Watch,
            use,
            0,
            async () => {
                value = await owner.sealed.get(keptRecord(use))
            },
        )
        return [this.ageOf(use) || 0, refusal, value || hex``]
    }

    private ageOf(use: number): number | undefined {
        const since = this.keptSince[use]
        return since === undefined ? undefined : Math.floor((ds.millis() - since) / 1000)
    }

    /** Erases what has to go: at the start whatever may be there, later of what was kept since. @throws StoreError */
    private async purge(): Promise<void> {
        const items: KeptItem[] = []
        for (let use = 0; use < MAX_USES; use++)
            if (!this.loaded || this.keptSince[use] !== undefined) items.push({ use: use, ageS: this.ageOf(use) })
        for (const place of itemsToPurge(items, this.declared, this.consent)) {
            const { use } = items[place]
            await this.owner.sealed.erase(keptRecord(use))
            this.keptSince[use] = undefined
            // To look for a record takes 5 ms.
            await pause()
        }
    }

    /** Runs for ever. */
    private async watch(): Promise<void> {
        while (true) {
            await ds.sleep(PURGE_EVERY_MS)
            try {
                await this.purge()
            } catch (error) {
                console.error("purge:", error)
            }
        }
    }
}
