import * as ds from "@devicescript/core"
import type { Digest } from "../../src/core/crypto/digest"
import { Event, Refused } from "../../src/core/eventlog/event"
import { inFactory } from "../../src/core/identity/factory"
import { IdentityRecords } from "../../src/core/identity/identity-records"
import { IdentityRefusal, IdentityState } from "../../src/core/identity/identity-state"
import { SealedStore, sealKey } from "../../src/core/identity/sealed-store"
import type { ByteMemory, Log, Store } from "../../src/core/ports"
import type { RecordStore } from "../../src/core/store/record-store"
import { StoreError } from "../../src/core/store/store-error"
import { StoredNumber } from "../../src/core/store/stored-number"
import { openRuntimeDigest, openRuntimeRandom } from "../crypto"
import { pace, pause } from "../pause"
import type { Opening, RootOfTrust } from "./root-of-trust"

/** Time between two looks at the root of trust, in milliseconds. */
const WATCH_MS = 500

/** What comes out once the records can be read. */
export interface Opened extends Opening {
    digest: Digest
    sealed: Store
    records: IdentityRecords
    /** Of the event log, 32 bytes. */
    logKey: Buffer
}

/** Who the device is, and what proves it. */
export class Identity {
    /** As the last `check` found it. */
    state: IdentityState = IdentityState.Unknown
    /** As the log knows it. That it is valid at a start is no news. */
    private recorded: IdentityState = IdentityState.Valid
    /** Starts of the program, this one included. */
    bootCount = 0
    /** What the last challenge was answered with. */
    token: Buffer = hex``
    readonly store: RecordStore
    private readonly certificates: ByteMemory
    private readonly root: RootOfTrust
    readonly log: Log
    opened: Opened | undefined
    /** Whether work may begin now that takes seconds. */
    mayWork = true

    constructor(store: RecordStore, certificates: ByteMemory, root: RootOfTrust, log: Log) {
        this.store = store
        this.certificates = certificates
        this.root = root
        this.log = log
    }

    /** Looks at root, key, records and certificates. @throws StoreError */
    async check(): Promise<IdentityState> {
        if (!this.opened) this.opened = await this.open()
        let state = await this.root.check()
        const { opened } = this
        if (state === IdentityState.Valid) state = await opened.records.check(opened.keys, opened.floor)
        this.keepState(state)
        return state
    }

    /** Keeps an eye on the root of trust. Runs for ever. */
    async watch(): Promise<void> {
        while (true) {
            await ds.sleep(WATCH_MS)
            if (this.state === IdentityState.Valid) this.keepState(await this.root.check())
        }
    }

    private keepState(state: IdentityState): void {
        if (state !== this.recorded) this.log.record(Event.Identity, state, 0)
        this.recorded = state
        this.state = state
    }

    private async open(): Promise<Opened> {
        const digest = await openRuntimeDigest(pause)
        const random = await openRuntimeRandom(pause)
        const chip = Buffer.from(ds.deviceIdentifier("self"), "hex")
        const key = await sealKey(this.store, digest, random, chip, pause)
        const sealed = new SealedStore(this.store, digest, key, pause)
        const opened = this.root.open(sealed, digest, random, pause) as Opened
        const boots = new StoredNumber(this.store, "boots")
        await boots.load()
        await boots.save(boots.value + 1)
        this.bootCount = boots.value
        opened.digest = digest
        opened.sealed = sealed
        opened.records = new IdentityRecords(sealed, this.certificates, digest, pause)
        // No seal is over this: their input has a zero byte behind the record's name.
        opened.logKey = await digest.hmacSha256(key, [Buffer.from("log")], pause)
        return opened
    }

    /**
     * One request at a time, only when the device may work on it, and only to a device whose identity is valid, or only to one in the factory.
     * Where that is not known, nothing is done.
     * Whatever a factory gives a unit is given through here.
     */
    async attempt(provisioned: boolean, work: (opened: Opened) => Promise<IdentityRefusal>): Promise<IdentityRefusal> {
        const { opened } = this
        if (pace.busy || !this.mayWork || !opened) return IdentityRefusal.Busy
        pace.busy = true
        let refusal = provisioned ? IdentityRefusal.NotProvisioned : IdentityRefusal.AlreadyProvisioned
        try {
            const admitted = provisioned
                ? this.state === IdentityState.Valid
                : await inFactory(opened.sealed, opened.floor)
            if (admitted) refusal = await work(opened)
        } catch (error) {
            console.error("identity:", error)
            refusal = error instanceof StoreError ? IdentityRefusal.Storage : IdentityRefusal.Element
        }
        pace.busy = false
        if (refusal > IdentityRefusal.Busy) this.log.record(Event.Refusal, Refused.Identity, refusal)
        return refusal
    }
}
