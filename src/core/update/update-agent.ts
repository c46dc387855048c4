import type { Verifier } from "../cose/verifier"
import { constantTimeEqual } from "../crypto/constant-time"
import type { Digest } from "../crypto/digest"
import type { UpdateEvidence } from "../identity/attestation"
import type { ByteMemory, Counter, Pause, Store } from "../ports"
import { Assembler } from "../suit/assembler"
import { Envelope } from "../suit/envelope"
import { judgeHead } from "../suit/judge"
import type { Grant } from "./grant"
import type { PolicyStore } from "./policy-store"
import {
    decodePending,
    decodeProgram,
    encodePending,
    encodeProgram,
    IMAGE_DIGEST_BYTES,
    PENDING_RECORD,
    type PendingRecord,
    PROGRAM_RECORD,
    type ProgramRecord,
    Stage,
} from "./records"
import { UpdateRefusal } from "./update-refusal"
import { nextUpdateState, stateLimitMs, UpdateEvent, UpdateState } from "./update-state"

/** Record of the owner's standing consent, 1 byte. There is none unless it was given. */
export const CONSENT_RECORD = "consent"
/** So many cycles has a new program to work until it is confirmed: 5 s. */
export const TRIAL_CYCLES = 100
/** So many starts it has for that. */
export const TRIAL_BOOTS = 3

const NO_PROGRAM: ProgramRecord = { digest: Buffer.alloc(IMAGE_DIGEST_BYTES), sequenceNumber: 0 }

/** What an owner answers. The numbers are those of services/domovoi.md. */
export enum Consent {
    No = 0,
    Yes = 1,
    /** Yes, and to those to come without being asked. */
    Always = 2,
}

/** What a device is made for. */
export interface UpdateTarget {
    /** UUIDs, 16 bytes. */
    vendorId: Buffer
    classId: Buffer
    /** Identifier of the board file. */
    board: Buffer
    /** Version of the runtime's image format, 0xMMmmpppp of major, minor and patch version. */
    runtime: number
    /** The signature algorithms that it can check. */
    verifiers: readonly Verifier[]
    /** For what comes before the program in a package. */
    staging: ByteMemory
}

/** What a device has on record, once that can be read. */
export interface UpdateRecords {
    sealed: Store
    /** Lowest sequence number of a program that may run. */
    floor: Counter
    policies: PolicyStore
    digest: Digest
}

/**
 * Decides which program a device may be given, and whether the one that runs may. It installs nothing itself: a program cannot replace
 * itself here. All methods throw StoreError, and what verifiers throw.
 */
export class UpdateAgent {
    state: UpdateState = UpdateState.Idle
    /** Why the last update ended, or this program may not run: a number of `UpdateRefusal` or of a package's refusals; 0 if nothing is wrong. */
    refusal = 0
    /** What the update that is under way would install; zeros if there is none. */
    subject = NO_PROGRAM
    /** The program that is confirmed; zeros if there is none. */
    program = NO_PROGRAM
    private readonly target: UpdateTarget
    private readonly pause: Pause
    private records!: UpdateRecords
    private envelope!: Envelope
    private assembler!: Assembler
    /** Size of the package in bytes. */
    private size = 0
    /** The policy that the package brings, encoded; undefined if it brings a program. */
    private policy: Buffer | undefined
    /** The running program may not run. */
    private unfit = false
    /** The outputs are safe, and stay so until the update is over. */
    private held = false
    private nowMs = 0
    /** When the state ends; 0 if it has no limit. */
    private deadlineMs = 0
    private cyclesOnTrial = 0

    constructor(target: UpdateTarget, pause: Pause) {
        this.target = target
        this.pause = pause
    }

    /** Judges the program that runs by its own sequence number. Until then every request is refused. To be called once. */
    async start(records: UpdateRecords, sequenceNumber: number, nowMs: number): Promise<void> {
        const { sealed, floor } = records
        this.records = records
        this.nowMs = nowMs
        const record = await sealed.get(PROGRAM_RECORD)
        this.program = (record && decodeProgram(record)) || NO_PROGRAM
        const pending = await this.pending()
        if (sequenceNumber < (await floor.read())) this.condemn(UpdateRefusal.BelowFloor)
        else if (this.program.sequenceNumber === sequenceNumber) {
            await floor.raise(sequenceNumber)
            if (pending?.stage !== Stage.Trial) return
            // Either the power went while this program was confirmed, or it is back after another has failed.
            if (pending.sequenceNumber > sequenceNumber) this.refusal = UpdateRefusal.TrialFailed
            await sealed.erase(PENDING_RECORD)
        } else if (pending?.sequenceNumber === sequenceNumber) await this.tryPending(pending)
        else if (this.program !== NO_PROGRAM) this.condemn(UpdateRefusal.Unauthorised)
    }

    /** A host announces a package. @param size in bytes @returns the reason if it is refused */
    offer(size: number): number {
        if (this.program === NO_PROGRAM) return UpdateRefusal.NotProvisioned
        if (!this.pass(UpdateEvent.Offer)) return UpdateRefusal.Busy
        this.refusal = 0
        this.size = size
        this.subject = NO_PROGRAM
        this.envelope = new Envelope(this.target.staging, size, this.pause)
        this.assembler = new Assembler(this.envelope)
        return this.envelope.refusal === 0 ? 0 : this.refuse(this.envelope.refusal)
    }

    /** Bytes of the package taken so far: the host goes on there. */
    received(): number {
        return this.envelope ? this.envelope.received : 0
    }

    /** Takes at most 200 bytes of the package, in any order and again. @returns the reason if they are refused */
    async take(at: number, bytes: Buffer): Promise<number> {
        const { envelope } = this
        if (this.state !== UpdateState.Receiving) return UpdateRefusal.Unexpected
        const before = envelope.received
        await this.assembler.accept(at, bytes)
        if (this.state !== UpdateState.Receiving || this.envelope !== envelope) return UpdateRefusal.Unexpected
        if (envelope.refusal !== 0) return this.refuse(envelope.refusal)
        if (envelope.received > before) this.deadlineMs = this.nowMs + stateLimitMs(this.state)
        if (envelope.received === this.size) this.pass(UpdateEvent.Arrive)
        return 0
    }

    /** Judges the package that has arrived: with EdDSA, 8 s on an RP2040. */
    async judge(): Promise<void> {
        const { envelope, program } = this
        const { sealed, floor, policies, digest } = this.records
        const { vendorId, classId, board, runtime, verifiers } = this.target
        const policy = await policies.read(verifiers)
        if (!policy) {
            this.refuse(UpdateRefusal.NotProvisioned)
            return
        }
        const programFloor = Math.max(await floor.read(), program.sequenceNumber)
        const offer = await judgeHead(envelope, {
            recipient: { vendorId, classId, board, runtime, programFloor },
            policy,
            verifiers,
            digest,
        })
        if (!offer) {
            this.refuse(envelope.refusal)
            return
        }
        const { manifest } = offer
        this.subject = manifest
        this.policy = manifest.isPolicy ? manifest.content : undefined
        const pending = await this.pending()
        const isKnown = pending?.stage === Stage.Granted && constantTimeEqual(pending.digest, manifest.digest)
        const standing = await sealed.get(CONSENT_RECORD)
        this.pass(UpdateEvent.Accept)
        if (isKnown || standing) await this.allow()
    }

    /** The owner's answer. @param digest of what the answer is about @returns the reason if it is refused */
    async answer(consent: Consent, digest: Buffer): Promise<number> {
        const { subject } = this
        const { sealed } = this.records
        if (this.state !== UpdateState.AwaitingConsent) return UpdateRefusal.Unexpected
        if (!constantTimeEqual(digest, subject.digest)) return UpdateRefusal.NotFresh
        if (consent === Consent.No) {
            this.refuse(UpdateRefusal.ConsentDenied)
            await sealed.erase(CONSENT_RECORD)
            return 0
        }
        if (consent === Consent.Always) await sealed.set(CONSENT_RECORD, Buffer.from([Consent.Always]))
        if (this.subject === subject && (await this.allow())) return 0
        // It was answered meanwhile, and another one may wait for its answer.
        await sealed.erase(CONSENT_RECORD)
        return UpdateRefusal.Unexpected
    }

    /** What a host may install, and may go back to. @returns undefined if that is nothing */
    grant(challenge: Buffer): Grant | undefined {
        if (!this.pass(UpdateEvent.Grant)) return undefined
        const update = this.state === UpdateState.Reverting ? this.program : this.subject
        return { challenge, update, confirmed: this.program }
    }

    /**
     * To be called before every cycle of the device.
     * @param ready what the device does can be interrupted now
     * @returns whether its outputs have to be safe, now and until another answer
     */
    async cycle(ready: boolean, nowMs: number): Promise<boolean> {
        this.nowMs = nowMs
        if (this.deadlineMs > 0 && nowMs >= this.deadlineMs) await this.expire()
        if (this.state === UpdateState.MakingSafe) {
            // The outputs were made safe after the last call.
            if (this.held) {
                await this.keepPending(Stage.Granted, 0)
                this.pass(UpdateEvent.Authorise)
            } else this.held = ready
        }
        return this.unfit || this.held
    }

    /** What is attested of updates: read anew from the records, for what was true once proves nothing. */
    async evidence(): Promise<UpdateEvidence> {
        const { sealed, floor } = this.records
        const record = await sealed.get(PROGRAM_RECORD)
        const program = (record && decodeProgram(record)) || NO_PROGRAM
        return { state: this.state, program: program, floor: await floor.read() }
    }

    /** To be called after every cycle in which the device has done its work. */
    async worked(): Promise<void> {
        if (this.state !== UpdateState.Trial || ++this.cyclesOnTrial < TRIAL_CYCLES) return
        const { sealed, floor } = this.records
        await sealed.set(PROGRAM_RECORD, encodeProgram(this.subject))
        this.program = this.subject
        await floor.raise(this.subject.sequenceNumber)
        await sealed.erase(PENDING_RECORD)
        this.pass(UpdateEvent.Pass)
    }

    /** Ends the update that is under way. @returns the reason */
    refuse(reason: number): number {
        if (this.pass(this.unfit ? UpdateEvent.Condemn : UpdateEvent.Refuse)) {
            this.refusal = reason
            this.held = false
        }
        return reason
    }

    private pass(event: UpdateEvent): boolean {
        const next = nextUpdateState(this.state, event)
        if (next === undefined) return false
        if (next !== this.state) {
            const limitMs = stateLimitMs(next)
            this.deadlineMs = limitMs > 0 ? this.nowMs + limitMs : 0
            this.state = next
        }
        return true
    }

    private condemn(reason: UpdateRefusal): void {
        this.pass(UpdateEvent.Condemn)
        this.refusal = reason
        this.unfit = true
    }

    private async pending(): Promise<PendingRecord | undefined> {
        const record = await this.records.sealed.get(PENDING_RECORD)
        return record && decodePending(record)
    }

    private async keepPending(stage: Stage, failedBoots: number): Promise<void> {
        const { sequenceNumber, digest } = this.subject
        await this.records.sealed.set(PENDING_RECORD, encodePending({ digest, sequenceNumber, stage, failedBoots }))
    }

    private async tryPending(pending: PendingRecord): Promise<void> {
        this.subject = pending
        if (pending.failedBoots >= TRIAL_BOOTS) this.condemn(UpdateRefusal.TrialFailed)
        else {
            this.pass(UpdateEvent.Try)
            await this.keepPending(Stage.Trial, pending.failedBoots + 1)
        }
    }

    /** @returns whether it was to be allowed still */
    private async allow(): Promise<boolean> {
        const { policy } = this
        if (!this.pass(policy ? UpdateEvent.Replace : UpdateEvent.Allow)) return false
        if (policy) await this.records.policies.write(policy)
        return true
    }

    private async expire(): Promise<void> {
        const { state } = this
        if (state === UpdateState.Trial) {
            await this.keepPending(Stage.Trial, TRIAL_BOOTS)
            this.condemn(UpdateRefusal.TrialFailed)
            return
        }
        if (state >= UpdateState.Authorised) await this.records.sealed.erase(PENDING_RECORD)
        this.refuse(state === UpdateState.MakingSafe ? UpdateRefusal.NotSafe : UpdateRefusal.Expired)
    }
}
