import * as ds from "@devicescript/core"
import { Server } from "@devicescript/server"
import { Event } from "../../src/core/eventlog/event"
import type { FailSafe } from "../../src/core/failsafe/fail-safe"
import type { SensorPin } from "../../src/core/failsafe/sensor-pin"
import { CHALLENGE_BYTES } from "../../src/core/identity/attestation"
import { IdentityRefusal } from "../../src/core/identity/identity-state"
import type { Identity } from "../identity/identity"
import type { RootOfTrust } from "../identity/root-of-trust"
import type { DeviceLog } from "../log/device-log"
import type { Owner } from "../owner/owner"
import type { Storage } from "../stores/storage"

/** What a device says of itself and never changes. */
export interface DeviceFacts {
    /** Product name, the same on every unit; at most 64 ASCII characters. */
    model: string
    /** Rises with every release of the firmware, as in a SUIT manifest. */
    sequenceNumber: number
    /** What its identity stands on. The device answers for the class that this is good enough for. */
    root: RootOfTrust
    /** Where the records lie. */
    storage: Storage
    /** What keeps its log. A device without one does not link what that takes. */
    log?: DeviceLog
    /** Whose it is; if left out, nobody can disable or reset it, and anybody may answer for its updates. */
    owner?: Owner
    /** The sensor on the bus on which its safety depends, if there is one. */
    sensor?: SensorPin
}

/** What only devices that take updates have: see `devs/update`. */
type OfUpdates = "update" | "offerUpdate" | "writeUpdate" | "answerUpdate" | "grantUpdate" | "keepProgram"

/** The `domovoi` service, as services/domovoi.md specifies it. The Jacdac server looks up registers and commands among the methods, by name. */
export class DomovoiServer extends Server implements Omit<ds.DomovoiServerSpec, OfUpdates> {
    protected readonly facts: DeviceFacts
    protected readonly device: Identity
    private status: [number, number] = [ds.DomovoiState.Safe, ds.DomovoiCause.Starting]
    private present = 0

    constructor(facts: DeviceFacts, identity: Identity) {
        super(ds.Domovoi.spec)
        this.facts = facts
        this.device = identity
    }

    /** Takes over what the machine says of the device, and tells whoever listens if it is news. */
    async report(failSafe: FailSafe): Promise<void> {
        const causes = failSafe.causes()
        // The state follows from the causes.
        if (causes === this.present) return
        this.present = causes
        const state = failSafe.state()
        const cause = failSafe.leadingCause()
        this.device.log.record(Event.State, state, causes)
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
        return this.facts.root.securityClass
    }

    storage() {
        return this.facts.storage.kind
    }

    state() {
        return this.status
    }

    causes() {
        return this.present
    }

    uptime() {
        return Math.floor(ds.millis() / 1000)
    }

    identity() {
        return this.device.state as number
    }

    serialNumber() {
        return this.device.serial()
    }

    bootCount() {
        return this.device.bootCount
    }

    sensor(): [string, string] {
        const { sensor } = this.facts
        return sensor ? [sensor.module, sensor.other] : ["", ""]
    }

    // The server hands over the fields of a command as one array.

    async read(request: unknown): Promise<[number, number, ds.DomovoiDocument, Buffer]> {
        const [offset, document] = request as [number, ds.DomovoiDocument]
        const [size, data] = await this.device.read(document, offset)
        return [offset, size, document, data]
    }

    async attest(challenge: Buffer): Promise<number> {
        return await this.device.attest(challenge, {
            model: this.facts.model,
            version: this.firmwareVersion(),
            sequenceNumber: this.facts.sequenceNumber,
            securityClass: this.facts.root.securityClass,
            status: this.status,
            uptime: this.uptime(),
        })
    }

    async createKey(): Promise<[number, ds.DomovoiAlgorithm, Buffer]> {
        const [refusal, publicKey] = await this.device.createKey()
        return [refusal, this.device.algorithm(), publicKey]
    }

    async writeCertificates(request: unknown): Promise<number> {
        const [offset, data] = request as [number, Buffer]
        return await this.device.writeCertificates(offset, data)
    }

    async writePairingSecret(secret: Buffer): Promise<number> {
        return await this.device.keepPairingSecret(secret)
    }

    async keepIdentity(request: unknown): Promise<number> {
        const [size, serial, digest] = request as [number, string, Buffer]
        return await this.device.keep(size, digest, serial)
    }

    async lockElement(): Promise<number> {
        return await this.device.lockElement()
    }

    async readLog(piece: number): Promise<[number, Buffer]> {
        const { log } = this.facts
        let entry: Buffer | undefined
        const refusal = await this.device.attempt(true, async opened => {
            if (!log) return IdentityRefusal.Storage
            entry = await log.piece(piece, opened)
            return entry ? IdentityRefusal.None : IdentityRefusal.Busy
        })
        return [refusal, entry || hex``]
    }

    async signLog(challenge: Buffer): Promise<number> {
        const { device } = this
        const { log } = this.facts
        if (challenge.length !== CHALLENGE_BYTES) return IdentityRefusal.ChallengeSize
        return await device.attempt(true, async opened => {
            const statement = log ? await log.statement(challenge, opened) : undefined
            if (!statement) return IdentityRefusal.Storage
            device.token = statement
            return IdentityRefusal.None
        })
    }
}
