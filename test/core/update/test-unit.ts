/** A device that takes updates, made of `src/core/update` and memory. Its programs are what their records say of them. */

import { StoredCounter } from "../../../src/core/identity/stored-counter"
import type { FloorCounter, Store } from "../../../src/core/ports"
import { RecordStore } from "../../../src/core/store/record-store"
import { StoreError } from "../../../src/core/store/store-error"
import { CHUNK_BYTES } from "../../../src/core/suit/assembler"
import { encodePolicy } from "../../../src/core/suit/policy"
import { PolicyStore } from "../../../src/core/update/policy-store"
import {
    decodePending,
    decodeProgram,
    encodeProgram,
    PENDING_RECORD,
    PROGRAM_RECORD,
    type ProgramRecord,
} from "../../../src/core/update/records"
import { Consent, UpdateAgent } from "../../../src/core/update/update-agent"
import { UpdateState } from "../../../src/core/update/update-state"
import { MemorySlots, noPause } from "../store/slot-memory"
import { TestMemory } from "../suit/byte-memory"
import { POLICY, RECIPIENT, STAGING_BYTES, STANDARDS } from "../suit/device"
import { TARGET } from "../suit/packages"

/** What the unit leaves the factory with. */
export const FACTORY_PROGRAM: ProgramRecord = { digest: Buffer.alloc(32, 6), sequenceNumber: 6 }
export const CYCLE_MS = 50

export class TestUnit {
    readonly slots = new MemorySlots(16, 128)
    readonly staging = new TestMemory(STAGING_BYTES)
    readonly policyMemory = new TestMemory(1024)
    /** Names of records that are lost or changed, until they are written again. */
    readonly damaged = new Set<string>()
    /** What counts the floor; a record if left out. */
    element: FloorCounter | undefined
    store!: RecordStore
    agent!: UpdateAgent
    nowMs = 0
    /** What the device does can be interrupted. */
    ready = true
    /** Its owner wants it to rest. */
    disabled = false
    /** Whether its outputs have to be safe. */
    held = false

    static async made(element?: FloorCounter): Promise<TestUnit> {
        const unit = new TestUnit()
        unit.element = element
        await unit.mount()
        await unit.policies().write(encodePolicy(POLICY))
        await unit.store.set(PROGRAM_RECORD, encodeProgram(FACTORY_PROGRAM))
        await unit.start(FACTORY_PROGRAM.sequenceNumber)
        return unit
    }

    /** A program starts that calls itself by this number. */
    async start(sequenceNumber: number): Promise<void> {
        await this.mount()
        const { verifiers, digest } = STANDARDS
        this.agent = new UpdateAgent({ recipient: { ...RECIPIENT }, verifiers, staging: this.staging }, noPause)
        const records = { sealed: this.sealed(), floor: this.floor(), digest }
        await this.agent.start(records, this.policies(), sequenceNumber, this.nowMs)
    }

    /** Cycles of the device, until so much time has passed. */
    async run(ms: number): Promise<void> {
        for (const end = this.nowMs + ms; this.nowMs < end; this.nowMs += CYCLE_MS) {
            this.held = await this.agent.cycle(this.ready, this.nowMs)
            if (this.held) continue
            this.agent.worked(!this.disabled)
            if (!this.disabled) await this.agent.keep()
        }
    }

    /** A host sends a package, and the device judges it. @returns the reason if it is refused on the way */
    async send(bytes: Buffer): Promise<number> {
        let refusal = this.agent.offer(bytes.length)
        for (let at = 0; at < bytes.length && refusal === 0; at += CHUNK_BYTES)
            refusal = await this.agent.take(at, bytes.subarray(at, at + CHUNK_BYTES))
        if (this.agent.state === UpdateState.Verifying) await this.agent.judge()
        return refusal
    }

    consent(answer = Consent.Yes): Promise<number> {
        return this.agent.answer(answer, this.agent.subject.digest)
    }

    /** From the package to the grant. */
    async authorise(bytes: Buffer): Promise<void> {
        await this.send(bytes)
        await this.consent()
        await this.run(2 * CYCLE_MS)
    }

    async records() {
        const [program, pending] = [await this.store.get(PROGRAM_RECORD), await this.store.get(PENDING_RECORD)]
        return {
            program: program && decodeProgram(program)?.sequenceNumber,
            pending: pending && decodePending(pending),
            floor: await this.floor().read(),
        }
    }

    /** What is found in the memory before any program has started again. */
    async recordsAfterPowerCut() {
        await this.mount()
        return await this.records()
    }

    async policyVersion(): Promise<number | undefined> {
        return (await this.policies().read(STANDARDS.verifiers))?.version
    }

    private async mount(): Promise<void> {
        this.store = new RecordStore(this.slots, noPause)
        await this.store.mount()
    }

    private floor(): FloorCounter {
        return this.element ?? new StoredCounter(this.sealed(), "floor")
    }

    /** The store, with the damage in it. */
    private sealed(): Store {
        const { store, damaged } = this
        return {
            get: async name => {
                if (damaged.has(name)) throw new StoreError("corrupt", `record ${name} is damaged`)
                return store.get(name)
            },
            set: async (name, value) => {
                await store.set(name, value)
                damaged.delete(name)
            },
            erase: async name => {
                await store.erase(name)
                damaged.delete(name)
            },
        }
    }

    private policies(): PolicyStore {
        return new PolicyStore(this.sealed(), this.policyMemory, STANDARDS.digest, noPause)
    }
}

/** Sequence number of the packages that the tests offer. */
export const OFFERED = TARGET.sequenceNumber
