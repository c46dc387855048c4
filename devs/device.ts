import * as ds from "@devicescript/core"
import { constantTimeEqual } from "../src/core/crypto/constant-time"
import { Cause, DEVICE_CAUSES } from "../src/core/failsafe/cause"
import { type DeclaredOutput, FailSafe } from "../src/core/failsafe/fail-safe"
import { IdentityState } from "../src/core/identity/identity-state"
import type { Log, Output } from "../src/core/ports"
import { RecordStore } from "../src/core/store/record-store"
import { soundRecord } from "../src/core/store/sound-record"
import { StoreError } from "../src/core/store/store-error"
import { freshness, sendProbes } from "./freshness"
import { Identity } from "./identity/identity"
import type { ServesOwner } from "./owner/serves-owner"
import { pace, pause } from "./pause"
import { type DeviceFacts, DomovoiServer } from "./servers/domovoi"
import { keepStrangersOut, startServer } from "./servers/start-server"
import type { Storage } from "./stores/storage"
import { type Activity, Supervisor } from "./supervisor"
import type { Updater, UpdateServer } from "./update/updater"

/** Time between two calls of `step`, in milliseconds. */
export const CYCLE_MS = 50
/** Time from a failure to the next attempt, in milliseconds. */
const RETRY_MS = 1000
/** Record of what holds the outputs until somebody releases them, 4 bytes for each. */
const LATCHES_RECORD = "latches"
/** Of a device that keeps no log. */
const NO_LOG: Log = { record: () => {}, settle: async () => {} }

/** An output that could harm, and what is declared of it. */
export interface GuardedOutput {
    output: Output
    rule: DeclaredOutput
}

export interface DeviceOptions extends DeviceFacts {
    /** Line to the board's dead-man circuit. */
    heartbeat: ds.OutputPin
    /** Every output that could harm. Its place is its number in `failSafe`. */
    outputs: GuardedOutput[]
    /** What lets it take updates. */
    updater?: Updater
    /**
     * Work that may take seconds, such as signing, making a key, judging an update or handing out the log, goes on whatever the outputs are at.
     * To be said of a device that was measured to hear its bus in time meanwhile. If left out, such work is `Busy` until the device can be
     * interrupted (`readyToUpdate`), and the outputs are held while it goes on.
     */
    worksAlongside?: boolean
}

/** What makes one device different from another. */
export interface Behaviour {
    /** Recalls from the store what the device has to remember. Called at the start, and again after every failure. */
    recall(): Promise<void>
    /**
     * Looks at the inputs, tells the causes that it sees to `failSafe`, and drives the outputs as that allows. Called every cycle. It must wait for
     * nothing, not even for the store: nobody looks at the inputs while it does, and the heartbeat stops.
     */
    step(): Promise<void>
    /**
     * Writes to the store what has to be remembered. Called behind every step in a fiber of its own, but not before the last call is over. What it
     * throws makes the outputs safe in the next cycle.
     */
    keep?(): Promise<void>
    /** Whether what the device does can be interrupted by an update; if left out, always. */
    readyToUpdate?(): boolean
}

/**
 * A home device: its records, its identity, its log, its `domovoi` service, and the loop that runs its behaviour. Whatever goes wrong in the
 * behaviour, and if the device cannot prove who it is, the outputs are made safe, the heartbeat stops, the service says why, and a second
 * later the device starts again from its records.
 */
export class Device {
    readonly store: RecordStore
    readonly supervisor: Supervisor
    readonly log: Log
    /** What holds the outputs. The causes of `DEVICE_CAUSES` are the device's own matter. */
    readonly failSafe: FailSafe
    private readonly outputs: GuardedOutput[]
    private readonly identity: Identity
    private readonly service: DomovoiServer
    private readonly updates: UpdateServer | undefined
    private readonly owner: ServesOwner | undefined
    private readonly storage: Storage
    private readonly worksAlongside: boolean | undefined
    /** The record of latches as it was last read or written. */
    private latches: Buffer
    /** Changes of `failSafe` that are in that record. */
    private kept = -1
    private keeping = false
    /** What went wrong while something was kept. */
    private unkept: unknown

    constructor(options: DeviceOptions) {
        const { log, outputs, owner } = options
        this.outputs = outputs
        this.owner = owner
        const rules: DeclaredOutput[] = []
        for (const guarded of outputs) rules.push(guarded.rule)
        this.failSafe = new FailSafe(rules)
        this.latches = this.failSafe.save()
        this.makeSafe()
        this.supervisor = new Supervisor(options.heartbeat)
        this.storage = options.storage
        this.worksAlongside = options.worksAlongside
        this.store = new RecordStore(options.storage, pause)
        this.log = log || NO_LOG
        this.identity = new Identity(this.store, options.storage.certificates, options.root, this.log)
        if (options.updater) this.updates = options.updater(options, this.identity)
        this.service = this.updates || new DomovoiServer(options, this.identity)
        if (log) log.run.start(this.identity)
    }

    /** Runs for ever. */
    async run(behaviour: Behaviour): Promise<void> {
        const { owner, identity } = this
        pace.starting = true
        startServer(this.service)
        if (owner) {
            startServer(owner)
            // As long as it is known that it cannot prove who it is, and nobody was read yet, commands refuse by themselves.
            keepStrangersOut(() => {
                const { state } = identity
                const isNobodys = owner.sessions.isNobodys()
                if (isNobodys !== undefined || state === IdentityState.Valid || state === IdentityState.Unknown)
                    return isNobodys
                return true
            })
        }
        this.service.report(this.failSafe)
        const activity = this.supervisor.supervise()
        this.supervisor.run.start()
        this.identity.watch.start()
        sendProbes.start()
        while (true) {
            let cause = Cause.Identity
            try {
                // Only while nobody writes: it changes a byte between what others write and their reading it back.
                if (!this.store.mounted) await this.storage.prove()
                await this.store.mount()
                if (owner) await owner.open(this.store, this.log)
                await this.recallLatches()
                if ((await this.identity.check()) === IdentityState.Valid) await this.operate(behaviour, activity)
            } catch (error) {
                console.error("failed:", error)
                cause = error instanceof StoreError ? Cause.Storage : Cause.Crash
            }
            pace.starting = false
            await this.hold(cause)
            await ds.sleep(RETRY_MS)
        }
    }

    /** Works for as long as the device can prove who it is. */
    private async operate(behaviour: Behaviour, activity: Activity): Promise<void> {
        const { service, updates, failSafe, owner, identity, worksAlongside, log } = this
        let recalled = false
        if (owner) await owner.load(identity.opened)
        // Who has disabled it may look at what it keeps of them all the same, and withdraw what they agreed to.
        if (owner?.disabled) await behaviour.recall()
        while (identity.state === IdentityState.Valid) {
            const { unkept } = this
            this.unkept = undefined
            if (unkept) throw unkept
            // The owner or a host may have asked for something that could not be kept.
            if (!this.store.mounted) throw new StoreError("memory", "a record could not be kept")
            const ready = !behaviour.readyToUpdate || behaviour.readyToUpdate()
            identity.mayWork = worksAlongside || ready
            let cause = 0
            let working: Behaviour | undefined
            if (updates && (await updates.cycle(ready))) cause = Cause.Update
            else if (owner?.disabled) {
                cause = Cause.Owner
                if (updates) updates.agent.worked(false)
            } else if (freshness.look(ds.millis()) || (pace.busy && !worksAlongside))
                cause = pace.starting ? Cause.Starting : Cause.Late
            if (cause !== 0) {
                await this.hold(cause)
                recalled = false
            } else {
                if (!recalled) await behaviour.recall()
                recalled = true
                failSafe.tell(DEVICE_CAUSES | Cause.Owner, 0)
                await behaviour.step()
                activity.progress()
                if (log === NO_LOG) pace.starting = false
                service.report(failSafe)
                if (updates) updates.agent.worked(true)
                working = behaviour
            }
            if (!this.keeping) this.keep.start(working)
            await ds.sleep(CYCLE_MS)
        }
    }

    /** Holds the outputs, for a reason that the device has found in itself, or because its owner wants it. */
    private async hold(cause: Cause): Promise<void> {
        this.makeSafe()
        const wish = this.owner?.disabled ? Cause.Owner : 0
        this.failSafe.tell(DEVICE_CAUSES | Cause.Owner, cause | wish)
        this.service.report(this.failSafe)
    }

    private makeSafe(): void {
        for (const guarded of this.outputs) guarded.output.makeSafe()
    }

    /**
     * Keeps what has to be remembered while the cycles go on: it takes up to a second, in which gas may come and somebody may press a button.
     * What latches comes first, and is kept of a device that is held as well.
     * @param behaviour that works; undefined while the device is held
     */
    private async keep(behaviour: Behaviour | undefined): Promise<void> {
        const { updates } = this
        this.keeping = true
        try {
            await this.keepLatches()
            if (behaviour?.keep) await behaviour.keep()
            if (behaviour && updates) await updates.agent.keep()
        } catch (error) {
            this.unkept = error
        }
        this.keeping = false
    }

    /** @throws StoreError */
    private async recallLatches(): Promise<void> {
        const latches = await soundRecord(this.store, LATCHES_RECORD)
        if (!latches) return
        this.failSafe.restore(latches)
        this.latches = latches
    }

    /** @throws StoreError */
    private async keepLatches(): Promise<void> {
        const { changes } = this.failSafe
        if (changes === this.kept) return
        const latches = this.failSafe.save()
        if (!constantTimeEqual(latches, this.latches)) {
            await this.store.set(LATCHES_RECORD, latches)
            this.latches = latches
        }
        // What has changed while it was written is kept in the next cycle.
        this.kept = changes
    }
}
