import * as ds from "@devicescript/core"
import type { Verifier } from "../../src/core/cose/verifier"
import { Event, Refused } from "../../src/core/eventlog/event"
import { IdentityRefusal } from "../../src/core/identity/identity-state"
import type { ByteMemory } from "../../src/core/ports"
import type { Asker } from "../../src/core/session/device/requests"
import { policyOf } from "../../src/core/suit/policy"
import { GRANT_CHALLENGE_BYTES, signGrant } from "../../src/core/update/grant"
import { PolicyStore } from "../../src/core/update/policy-store"
import { encodeProgram, IMAGE_DIGEST_BYTES, PROGRAM_RECORD } from "../../src/core/update/records"
import { UpdateAgent } from "../../src/core/update/update-agent"
import { UpdateRefusal } from "../../src/core/update/update-refusal"
import { UpdateState } from "../../src/core/update/update-state"
import type { Identity } from "../identity/identity"
import { pause } from "../pause"
import { type DeviceFacts, DomovoiServer } from "../servers/domovoi"
import type { Serves } from "../servers/server"
import type { FramSlots } from "../stores/fram-slots"

/** Version of the runtime's image format that the SDK is made for; a runtime that is older does not start its programs. */
const RUNTIME = 0x02100004
/** Keys are at work on one request at a time. */
const PATIENCE_MS = 100

export interface UpdaterOptions {
    storage: FramSlots
    /** UUIDs of the vendor and of the model, 16 bytes: `domovoi inspect` shows them in a package. */
    vendorId: Buffer
    classId: Buffer
    /** Identifier of the board file. */
    board: string
    /** The signature algorithms that the device can check. */
    verifiers: Verifier[]
}

/** Makes the service of a device that takes updates. */
export type Updater = (facts: DeviceFacts, identity: Identity) => UpdateServer

/** Lets a device take updates. A device without one does not link what judges them. */
export function updaterFor(options: UpdaterOptions): Updater {
    return (facts, identity) => new UpdateServer(facts, identity, options)
}

/** The `domovoi` service with its commands for updates. */
export class UpdateServer extends DomovoiServer implements Serves<ds.DomovoiServerSpec> {
    readonly agent: UpdateAgent
    private readonly policyMemory: ByteMemory
    private readonly verifiers: Verifier[]
    /** State of the update as the log knows it. */
    private recorded = UpdateState.Idle

    constructor(facts: DeviceFacts, identity: Identity, options: UpdaterOptions) {
        super(facts, identity)
        const { storage, verifiers } = options
        this.policyMemory = storage.policies
        this.verifiers = verifiers
        const recipient = {
            vendorId: options.vendorId,
            classId: options.classId,
            board: Buffer.from(options.board),
            runtime: RUNTIME,
            programFloor: 0,
        }
        this.agent = new UpdateAgent({ recipient, verifiers, staging: storage.staging }, pause)
    }

    /**
     * As `UpdateAgent.cycle`. To be called with a valid identity.
     * @throws StoreError
     */
    async cycle(ready: boolean): Promise<boolean> {
        const { agent, device } = this
        if (!this.evidence) {
            const { opened } = device
            const { sealed, digest } = opened
            const policies = new PolicyStore(sealed, this.policyMemory, digest, pause)
            await agent.start(opened, policies, this.facts.sequenceNumber, ds.millis())
            this.evidence = agent.evidence
        }
        const hold = await agent.cycle(ready, ds.millis())
        this.follow()
        return hold
    }

    update(): [number, number, number, Buffer] {
        const { state, refusal, subject } = this.agent
        return [subject.sequenceNumber, state, refusal, subject.digest]
    }

    offerUpdate(size: number): number {
        this.follow()
        const refusal = this.agent.offer(size)
        return this.told(refusal)
    }

    async writeUpdate(offset: number, data: Buffer): Promise<[number, number]> {
        const { agent } = this
        const refusal = await agent.take(offset, data)
        this.told(refusal)
        if (refusal === 0 && agent.state === UpdateState.Verifying) this.judge.start()
        return [agent.received(), refusal]
    }

    async answerUpdate(answer: number, digest: Buffer, asker?: Asker): Promise<number> {
        const { owner } = this.facts
        if (owner && !owner.approves(asker)) return this.told(UpdateRefusal.NotAllowed)
        const refusal = await this.agent.answer(answer, digest)
        return this.told(refusal)
    }

    async grantUpdate(challenge: Buffer): Promise<number> {
        const { agent, device } = this
        if (challenge.length !== GRANT_CHALLENGE_BYTES) return this.told(UpdateRefusal.ChallengeSize)
        const grant = agent.grant(challenge)
        if (!grant) return this.told(UpdateRefusal.Unexpected)
        const refusal = await device.attempt(true, async ({ keys }) => {
            device.token = await signGrant(keys, grant, pause)
            return IdentityRefusal.None
        })
        this.follow()
        // The next thing to come may be another program in place of this one.
        await device.log.settle()
        return refusal === IdentityRefusal.None ? UpdateRefusal.None : UpdateRefusal.Busy
    }

    async keepProgram(program: Buffer): Promise<number> {
        const { policyMemory, verifiers } = this
        const { sequenceNumber } = this.facts
        return await this.device.attempt(false, async opened => {
            const digest = program.slice(0, IMAGE_DIGEST_BYTES)
            const policy = program.slice(IMAGE_DIGEST_BYTES)
            if (!policyOf(policy, verifiers)) return IdentityRefusal.Policy
            if (sequenceNumber > opened.floor.limit) return IdentityRefusal.SequenceNumber
            const { sealed } = opened
            await new PolicyStore(sealed, policyMemory, opened.digest, pause).write(policy)
            await sealed.set(PROGRAM_RECORD, encodeProgram({ digest: digest, sequenceNumber: sequenceNumber }))
            return IdentityRefusal.None
        })
    }

    /** Records why a request was refused, and what has become of the update. */
    private told(refusal: number): number {
        if (refusal !== 0) this.device.log.record(Event.Refusal, Refused.Update, refusal)
        this.follow()
        return refusal
    }

    /** Records what has become of the update. What comes before the owner's consent is worth nothing: anybody can bring it about. */
    private follow(): void {
        const { state, refusal, subject } = this.agent
        if (state === this.recorded) return
        this.recorded = state
        if (state === UpdateState.Refused) this.device.log.record(Event.Refusal, Refused.Update, refusal)
        else if (state >= UpdateState.MakingSafe) this.device.log.record(Event.Update, state, subject.sequenceNumber)
    }

    private async judge(): Promise<void> {
        const { agent } = this
        while (agent.state === UpdateState.Verifying) {
            const refusal = await this.device.attempt(true, async () => {
                await agent.judge()
                return IdentityRefusal.None
            })
            if (refusal === IdentityRefusal.Busy) await ds.sleep(PATIENCE_MS)
            else if (refusal !== IdentityRefusal.None) agent.refuse(UpdateRefusal.Storage)
        }
    }
}
