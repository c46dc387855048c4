import type { Verifier } from "../cose/verifier"
import { constantTimeEqual } from "../crypto/constant-time"
import type { Digest } from "../crypto/digest"
import { hex } from "../crypto/hex"
import type { UpdateEvidence } from "../identity/attestation"
import { SEQUENCE_STRIDE } from "../identity/stored-counter"
import type { ByteMemory, FloorCounter, Pause, Store } from "../ports"
import { isDamage, soundRecord } from "../store/sound-record"
import { Assembler } from "../suit/assembler"
import { Envelope } from "../suit/envelope"
import { judgeHead } from "../suit/judge"
import type { Manifest } from "../suit/manifest"
import type { Recipient } from "../suit/recipient"
import type { Grant } from "./grant"
import type { PolicyStore } from "./policy-store"
import {
    decodePending,
    decodeProgram,
    encodeProgram,
    IMAGE_DIGEST_BYTES,
    PENDING_RECORD,
    type PendingRecord,
    POLICY_RECORD,
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

const ALWAYS = hex`02`

/** What a device is made for. */
export interface UpdateTarget {
    /** Its floor is set before each judgement. */
    recipient: Recipient
    /** The signature algorithms that it can check. */
    verifiers: readonly Verifier[]
    /** For what comes before the program in a package. */
    staging: ByteMemory
}

/** What a device has on record, once that can be read. */
export interface UpdateRecords {
    sealed: Store
    /** Lowest sequence number of a program that may run. */
    floor: FloorCounter
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
    private policies!: PolicyStore
    private envelope!: Envelope
    private assembler!: Assembler
    /** Size of the package in bytes. */
    private size!: number
    /** Lowest sequence number that may run. */
    private lowest!: number
    /** The running program may not run. */
    private unfit = false
    /** The outputs are safe, and stay so until the update is over. */
    private held = false
    private nowMs!: number
    /** When the state ends; 0 if it has no limit. */
    private deadlineMs = 0
    private cyclesOnTrial = 0

    constructor(target: UpdateTarget, pause: Pause) {
        this.target = target
        this.pause = pause
    }

    /** Judges the program that runs by its own sequence number. Until then every request is refused. To be called once. */
    async start(records: UpdateRecords, policies: PolicyStore, sequenceNumber: number, nowMs: number): Promise<void> {
        const { sealed, floor } = records
        this.records = records
        this.policies = policies
        this.nowMs = nowMs
        const program = await this.recorded()
        // A floor in a record was raised by the program on record, and by nothing else.
        let lowest = program.sequenceNumber
        try {
            lowest = await floor.read()
        } catch (error) {
            if (lowest === 0 || !isDamage(error)) throw error
        }
        this.lowest = lowest
        // A record is no proof of what the counter has left behind, or can never confirm.
        if (lowest <= program.sequenceNumber && program.sequenceNumber <= floor.limit) this.program = program
        const pending = await this.pending()
        if (sequenceNumber < lowest) this.condemn(UpdateRefusal.BelowFloor)
        else if (this.program !== NO_PROGRAM && program.sequenceNumber === sequenceNumber) {
            await this.raiseFloor()
            if (pending?.stage !== Stage.Trial) return
            // Either the power went while this program was confirmed, or it is back after another has failed.
            if (pending.sequenceNumber > sequenceNumber) this.refusal = UpdateRefusal.TrialFailed
            await sealed.erase(PENDING_RECORD)
        } else if (pending?.sequenceNumber === sequenceNumber) {
            this.subject = pending
            if (pending.failedBoots >= TRIAL_BOOTS) this.condemn(UpdateRefusal.TrialFailed)
            else {
                this.pass(UpdateEvent.Try)
                await this.keepPending(Stage.Trial, pending.failedBoots + 1)
            }
        } else if (lowest > 0 || (await soundRecord(sealed, POLICY_RECORD))) this.condemn(UpdateRefusal.Unauthorised)
        // Only a unit that never had a trust policy, and has confirmed nothing, runs what is installed.
    }

    /** A host announces a package. @param size in bytes @returns the reason if it is refused */
    offer(size: number): number {
        if (this.program === NO_PROGRAM && !this.unfit) return UpdateRefusal.NotProvisioned
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
        const { envelope, records, lowest } = this
        const { recipient, verifiers } = this.target
        const policy = await this.policies.read(verifiers)
        if (!policy) {
            this.refuse(UpdateRefusal.NotProvisioned)
            return
        }
        // What was confirmed last may come again where no record proves it.
        recipient.programFloor = this.program === NO_PROGRAM ? lowest - 1 : this.program.sequenceNumber
        const offer = await judgeHead(envelope, recipient, policy, verifiers, records.digest)
        if (!offer) {
            this.refuse(envelope.refusal)
            return
        }
        const { manifest } = offer
        const highest = manifest.isPolicy
            ? policy.version + SEQUENCE_STRIDE
            : Math.min(lowest + records.floor.stride, records.floor.limit)
        if (manifest.sequenceNumber > highest) {
            this.refuse(UpdateRefusal.Unconfirmable)
            return
        }
        this.subject = manifest
        const pending = await this.pending()
        const isKnown = pending?.stage === Stage.Granted && constantTimeEqual(pending.digest, manifest.digest)
        const standing = (await soundRecord(records.sealed, CONSENT_RECORD))?.length
        this.pass(UpdateEvent.Accept)
        if (isKnown || standing) await this.allow()
    }

    /** The owner's answer. @param digest of what the answer is about @returns the reason if it is refused */
    async answer(consent: Consent, digest: Buffer): Promise<number> {
        const { subject } = this
        if (this.state !== UpdateState.AwaitingConsent) return UpdateRefusal.Unexpected
        const { sealed } = this.records
        if (!constantTimeEqual(digest, subject.digest)) return UpdateRefusal.NotFresh
        let refusal = 0
        if (consent === Consent.No) this.refuse(UpdateRefusal.ConsentDenied)
        else {
            if (consent === Consent.Always) await sealed.set(CONSENT_RECORD, ALWAYS)
            if (this.subject === subject && (await this.allow())) return 0
            // It was answered meanwhile, and another one may wait for its answer.
            refusal = UpdateRefusal.Unexpected
        }
        await sealed.erase(CONSENT_RECORD)
        return refusal
    }

    /** What a host may install, and may go back to. @returns undefined if that is nothing */
    grant(challenge: Buffer): Grant | undefined {
        const update = this.state === UpdateState.Reverting ? this.program : this.subject
        if (update === NO_PROGRAM || !this.pass(UpdateEvent.Grant)) return undefined
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
        return { state: this.state, program: await this.recorded(), floor: await this.records.floor.read() }
    }

    /**
     * To be called after every cycle.
     * @param did the device has done its work; false if its owner wants it to rest, which proves nothing, and no trial fails over
     */
    worked(did: boolean): void {
        if (this.state !== UpdateState.Trial) return
        if (did) this.cyclesOnTrial++
        else if (this.deadlineMs > 0) this.deadlineMs = this.nowMs + stateLimitMs(this.state)
    }

    /** Confirms a program on trial that has worked for long enough, which takes seconds. To be called again and again, but not twice at a time. */
    async keep(): Promise<void> {
        if (this.state !== UpdateState.Trial || this.cyclesOnTrial < TRIAL_CYCLES) return
        const { sealed } = this.records
        // It has passed: the trial must not be over while that is written.
        this.deadlineMs = 0
        await sealed.set(PROGRAM_RECORD, encodeProgram(this.subject))
        // With this it is confirmed. What is left is done as often as it takes, after a restart too.
        this.program = this.subject
        await this.raiseFloor()
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

    /** What the record of the confirmed program says; zeros if there is none, or it is damaged. */
    private async recorded(): Promise<ProgramRecord> {
        const record = await soundRecord(this.records.sealed, PROGRAM_RECORD)
        return (record && decodeProgram(record)) || NO_PROGRAM
    }

    /** None if the record is damaged, or names what can never be confirmed. */
    private async pending(): Promise<PendingRecord | undefined> {
        const { sealed, floor } = this.records
        const record = await soundRecord(sealed, PENDING_RECORD)
        const pending = record && decodePending(record)
        return pending && pending.sequenceNumber <= floor.limit ? pending : undefined
    }

    /** Lets the floor follow the program on record, in as many goes as the counter needs. */
    private async raiseFloor(): Promise<void> {
        const { floor } = this.records
        const { sequenceNumber } = this.program
        for (let to = -1; to < sequenceNumber; ) {
            to = Math.min(this.lowest + floor.stride, sequenceNumber)
            await floor.raise(to)
            this.lowest = to
        }
    }

    private async keepPending(stage: Stage, failedBoots: number): Promise<void> {
        const record = encodeProgram(this.subject, Buffer.from([stage, failedBoots]))
        await this.records.sealed.set(PENDING_RECORD, record)
    }

    /** @returns whether it was to be allowed still */
    private async allow(): Promise<boolean> {
        const { isPolicy, content } = this.subject as Manifest
        // It says so when it is in force: one that could not be written may be answered for again.
        if (isPolicy && this.state === UpdateState.AwaitingConsent) await this.policies.write(content)
        return this.pass(isPolicy ? UpdateEvent.Replace : UpdateEvent.Allow)
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
