import * as ds from "@devicescript/core"
import { Server } from "@devicescript/server"
import type { Storage } from "../stores/storage"

/** What a device says of itself and never changes. */
export interface DeviceFacts {
    /** Product name, the same on every unit. */
    model: string
    /** Rises with every release of the firmware, as in a SUIT manifest. */
    sequenceNumber: number
    /** Device class of ISO/IEC 27402 that the device is made for: 1, 2 or 3. */
    securityClass: number
    /** Where the records lie. */
    storage: Storage
}

/** The `domovoi` service, as services/domovoi.md specifies it. Registers are the methods that the Jacdac server looks up by name. */
export class DomovoiServer extends Server implements ds.DomovoiServerSpec {
    private readonly facts: DeviceFacts
    private status: [ds.DomovoiState, ds.DomovoiCause] = [ds.DomovoiState.Safe, ds.DomovoiCause.Starting]

    constructor(facts: DeviceFacts) {
        super(ds.Domovoi.spec)
        this.facts = facts
    }

    /** Changes the state, and tells it to whoever listens. */
    async report(state: ds.DomovoiState, cause: ds.DomovoiCause): Promise<void> {
        if (this.status[0] === state && this.status[1] === cause) return
        this.status = [state, cause]
        await this.sendEvent(this.spec.lookup("stateChanged").encode(this.status))
    }

    model() {
        return this.facts.model
    }

    firmwareVersion() {
        return ds._dcfgString("@version") || ""
    }

    sequenceNumber() {
        return this.facts.sequenceNumber
    }

    securityClass() {
        return this.facts.securityClass
    }

    storage() {
        return this.facts.storage.kind
    }

    state() {
        return this.status
    }

    uptime() {
        return Math.floor(ds.millis() / 1000)
    }
}
