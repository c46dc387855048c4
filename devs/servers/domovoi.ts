import * as ds from "@devicescript/core"
import { ELEMENT_AT, MEMORY_AT } from "../../src/core/diagnosis/part-fault"
import { Event } from "../../src/core/eventlog/event"
import type { FailSafe } from "../../src/core/failsafe/fail-safe"
import type { SensorPin } from "../../src/core/failsafe/sensor-pin"
import { admitChallenge, attestationToken, CHALLENGE_BYTES, type Condition } from "../../src/core/identity/attestation"
import { IdentityRefusal } from "../../src/core/identity/identity-state"
import { DOMOVOI_COMMANDS } from "../../src/core/owner/commands"
import { findParts, partFaults } from "../drivers/part-faults"
import type { Identity } from "../identity/identity"
import type { RootOfTrust } from "../identity/root-of-trust"
import type { DeviceLog } from "../log/device-log"
import type { ServesOwner } from "../owner/serves-owner"
import { pause } from "../pause"
import type { Storage } from "../stores/storage"
import { uptimeS } from "../uptime"
import { Server, type Serves } from "./server"

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
    /**
     * Whose it is, and who is served. If left out, nobody can disable or reset it, anybody is served and may answer for its updates, and what that takes is not
     * linked.
     */
    owner?: ServesOwner
    /** The sensor on the bus on which its safety depends, if there is one. */
    sensor?: SensorPin
}

/** What of a document fits a packet. */
const PIECE_BYTES = 128

/** What only devices that take updates have: see `devs/update`. */
type OfUpdates = "update" | "offerUpdate" | "writeUpdate" | "answerUpdate" | "grantUpdate" | "keepProgram"

/** The `domovoi` service, as services/domovoi.md specifies it. */
export class DomovoiServer extends Server implements Serves<Omit<ds.DomovoiServerSpec, OfUpdates>> {
    readonly model: string
    readonly firmwareVersion: string
    readonly sequenceNumber: number
    readonly securityClass: number
    readonly storage: ds.DomovoiStorage
    override readonly commands = DOMOVOI_COMMANDS
    state: [number, number]
    causes: number
    readonly uptime = uptimeS
    readonly faults = partFaults
    protected readonly facts: DeviceFacts
    protected readonly device: Identity
    /** Changes of the machine that were reported. */
    private reported = -1
    /** Of a device that takes updates, once it has judged its program. */
    evidence: Condition["evidence"]

    constructor(facts: DeviceFacts, identity: Identity) {
        super(ds.Domovoi.spec)
        this.facts = facts
        this.device = identity
        this.model = facts.model
        this.firmwareVersion = ds._dcfgString("@version") || ""
        this.sequenceNumber = facts.sequenceNumber
        this.securityClass = facts.root.securityClass
        this.storage = facts.storage.kind
        this.state = [ds.DomovoiState.Safe, ds.DomovoiCause.Starting]
        this.causes = 0
    }

    /** Takes over what the machine says of the device, and tells whoever listens if it is news. */
    report(failSafe: FailSafe): void {
        const { changes } = failSafe
        if (changes === this.reported) return
        this.reported = changes
        const causes = failSafe.causes()
        // The state follows from the causes.
        if (causes === this.causes) return
        this.causes = causes
        const state = failSafe.state()
        const cause = failSafe.leadingCause()
        this.device.log.record(Event.State, state, causes)
        if (this.state[0] === state && this.state[1] === cause) return
        this.state = [state, cause]
        this.sendEvent.start(this.spec.lookup("stateChanged").encode(this.state))
    }

    identity() {
        return this.device.state as number
    }

    serialNumber() {
        const { opened } = this.device
        return opened ? opened.records.serial : ""
    }

    bootCount() {
        return this.device.bootCount
    }

    sensor(): [string, string] {
        const { sensor } = this.facts
        return sensor ? [sensor.module, sensor.other] : ["", ""]
    }

    async read(offset: number, document: ds.DomovoiDocument): Promise<[number, number, ds.DomovoiDocument, Buffer]> {
        const { token, opened } = this.device
        let size = 0
        let data: Buffer = hex``
        if (document === ds.DomovoiDocument.Attestation) {
            size = token.length
            // Beyond the end of a buffer, the device's `slice` gives zeros.
            if (offset < size) data = token.slice(offset, Math.min(offset + PIECE_BYTES, size))
        } else if (opened) {
            size = opened.records.certificatesBytes
            if (offset < size) data = await opened.records.certificatesFrom(offset, size - offset)
        }
        return [offset, size, document, data]
    }

    async attest(challenge: Buffer): Promise<number> {
        const { device } = this
        // biome-ignore lint/complexity/noUselessThisAlias: an arrow function on the device has no `this`
        const condition: Condition = this
        return await device.attempt(true, async ({ digest, sealed, keys }) => {
            const admission = await admitChallenge(sealed, challenge)
            if (admission !== IdentityRefusal.None) return admission
            const keyDigest = await digest.sha256([await keys.publicKey()], pause)
            device.token = await attestationToken(keys, challenge, keyDigest, condition, pause)
            return IdentityRefusal.None
        })
    }

    /** The device's public key, made now unless there is one. */
    async createKey(): Promise<[number, ds.DomovoiAlgorithm, Buffer]> {
        const { opened } = this.device
        let publicKey: Buffer = hex``
        const refusal = await this.device.attempt(false, async ({ keys }) => {
            publicKey = await keys.createKey()
            return IdentityRefusal.None
        })
        const isP256 = opened && opened.keys.algorithm === "ES256"
        return [refusal, isP256 ? ds.DomovoiAlgorithm.ES256 : ds.DomovoiAlgorithm.EdDSA, publicKey]
    }

    async writeCertificates(offset: number, data: Buffer): Promise<number> {
        return await this.device.attempt(false, async ({ records }) => await records.writeCertificates(offset, data))
    }

    async writePairingSecret(secret: Buffer): Promise<number> {
        return await this.device.attempt(false, async ({ records }) => await records.keepPairingSecret(secret))
    }

    /** Takes the certificates that were written as the device's own. From then on it is provisioned. */
    async keepIdentity(size: number, serial: string, digest: Buffer): Promise<number> {
        return await this.device.attempt(
            false,
            async ({ records, keys }) => await records.keep(size, digest, serial, await keys.publicKey()),
        )
    }

    async lockElement(): Promise<number> {
        const { root } = this.facts
        return await this.device.attempt(false, async () =>
            (await root.lock()) ? IdentityRefusal.None : IdentityRefusal.Element,
        )
    }

    async exchange(frame: Buffer): Promise<Buffer> {
        const { owner } = this.facts
        return owner ? await owner.sessions.exchange(frame) : hex``
    }

    /** Only after a fault: nobody has to disturb a bus on which all is well. */
    async findParts(): Promise<Buffer> {
        return partFaults[MEMORY_AT] | partFaults[ELEMENT_AT] ? await findParts() : hex``
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
