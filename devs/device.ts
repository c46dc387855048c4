import * as ds from "@devicescript/core"
import { startServer } from "@devicescript/server"
import { IdentityState } from "../src/core/identity/identity-state"
import type { Output } from "../src/core/ports"
import { RecordStore } from "../src/core/store/record-store"
import { StoreError } from "../src/core/store/store-error"
import { Identity } from "./identity/identity"
import { type DeviceFacts, DomovoiServer } from "./servers/domovoi"
import { type Activity, Supervisor } from "./supervisor"
import type { Updater, UpdateServer } from "./update/updater"

/** Time between two calls of `step`, in milliseconds. */
export const CYCLE_MS = 50
/** Time from a failure to the next attempt, in milliseconds. */
const RETRY_MS = 1000

export interface DeviceOptions extends DeviceFacts {
    /** Line to the board's dead-man circuit. */
    heartbeat: ds.OutputPin
    /** Every output that could harm. */
    outputs: Output[]
    /** What lets it take updates. */
    updater?: Updater
}

/** What a device is at the moment, and why. */
export type Status = [ds.DomovoiState, ds.DomovoiCause]

/** What makes one device different from another. */
export interface Behaviour {
    /** Recalls from the store what the device has to remember. Called at the start, and again after every failure. */
    recall(): Promise<void>
    /**
     * Looks at the inputs and drives the outputs. Called every cycle. It may write to the store and must wait for nothing else: the
     * heartbeat stops while it does.
     */
    step(): Promise<Status>
    /** Whether what the device does can be interrupted by an update; if left out, always. */
    readyToUpdate?(): boolean
}

/**
 * A home device: its records, its identity, its `domovoi` service, and the loop that runs its behaviour. Whatever goes wrong in the
 * behaviour, and if the device cannot prove who it is, the outputs are made safe, the heartbeat stops, the service says why, and a second
 * later the device starts again from its records.
 */
export class Device {
    readonly store: RecordStore
    readonly supervisor: Supervisor
    private readonly outputs: Output[]
    private readonly identity: Identity
    private readonly service: DomovoiServer
    private readonly updates: UpdateServer | undefined

    constructor(options: DeviceOptions) {
        this.outputs = options.outputs
        this.makeSafe()
        this.supervisor = new Supervisor(options.heartbeat)
        this.store = new RecordStore(options.storage, async () => await ds.sleep(0))
        this.identity = new Identity(this.store, options.storage.certificates, options.root)
        if (options.updater) this.updates = options.updater(options, this.identity)
        this.service = this.updates || new DomovoiServer(options, this.identity)
    }

    /** Runs for ever. */
    async run(behaviour: Behaviour): Promise<void> {
        startServer(this.service)
        const activity = this.supervisor.supervise()
        this.supervisor.run.start()
        this.identity.watch.start()
        while (true) {
            let cause = ds.DomovoiCause.Identity
            try {
                await this.store.mount()
                if ((await this.identity.check()) === IdentityState.Valid) await this.operate(behaviour, activity)
            } catch (error) {
                console.error("failed:", error)
                cause = error instanceof StoreError ? ds.DomovoiCause.Storage : ds.DomovoiCause.Program
            }
            this.makeSafe()
            await this.service.report(ds.DomovoiState.Safe, cause)
            await ds.sleep(RETRY_MS)
        }
    }

    /** Works for as long as the device can prove who it is. */
    private async operate(behaviour: Behaviour, activity: Activity): Promise<void> {
        const { service, updates } = this
        let recalled = false
        while (this.identity.state === IdentityState.Valid) {
            if (updates && (await updates.cycle(!behaviour.readyToUpdate || behaviour.readyToUpdate()))) {
                this.makeSafe()
                recalled = false
                await service.report(ds.DomovoiState.Safe, ds.DomovoiCause.Update)
            } else {
                if (!recalled) await behaviour.recall()
                recalled = true
                const [state, cause] = await behaviour.step()
                activity.progress()
                await service.report(state, cause)
                if (updates) await updates.worked()
            }
            await ds.sleep(CYCLE_MS)
        }
    }

    private makeSafe(): void {
        for (const output of this.outputs) output.makeSafe()
    }
}
