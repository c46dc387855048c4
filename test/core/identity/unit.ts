import { type Digest, openDigest } from "../../../src/core/crypto/digest"
import type { Random } from "../../../src/core/crypto/random"
import { IdentityRecords } from "../../../src/core/identity/identity-records"
import { SealedStore, sealKey } from "../../../src/core/identity/sealed-store"
import { SoftwareKeyStore } from "../../../src/core/identity/software-key-store"
import { StoredCounter } from "../../../src/core/identity/stored-counter"
import type { ByteMemory, Counter } from "../../../src/core/ports"
import { RECORD_SLOTS, SLOT_BYTES } from "../../../src/core/store/memory-layout"
import { RecordStore } from "../../../src/core/store/record-store"
import { nodeDigest } from "../../../src/host/node-digest"
import { Draws } from "../crypto/random-run"
import { MemorySlots, noPause } from "../store/slot-memory"

/** The memories of a unit, and what works on them. */
export interface CoreUnit {
    slots: MemorySlots
    certificates: Buffer
    store: RecordStore
    sealed: SealedStore
    digest: Digest
    keys: SoftwareKeyStore
    records: IdentityRecords
    floor: Counter
}

interface Memories {
    chip?: string
    slots?: MemorySlots
    certificates?: Buffer
}

export const CERTIFICATES_BYTES = 1024

/** A unit that boots with these memories, or with new ones. */
export async function boot(memories: Memories = {}): Promise<CoreUnit> {
    const { chip = "0011223344556677", slots = new MemorySlots(RECORD_SLOTS, SLOT_BYTES) } = memories
    const { certificates = Buffer.alloc(CERTIFICATES_BYTES) } = memories
    const store = new RecordStore(slots, noPause)
    await store.mount()
    const digest = await openDigest(nodeDigest, noPause)
    const sealed = new SealedStore(
        store,
        digest,
        await sealKey(store, digest, random, Buffer.from(chip, "hex"), noPause),
        noPause,
    )
    return {
        slots,
        certificates,
        store,
        sealed,
        digest,
        keys: new SoftwareKeyStore(sealed, random, noPause),
        records: new IdentityRecords(sealed, areaOf(certificates), digest, noPause),
        floor: new StoredCounter(sealed, "floor"),
    }
}

const draws = new Draws(20_261_121)
export const random: Random = {
    draw: target => {
        for (let i = 0; i < target.length; i++) target[i] = draws.below(256)
    },
}

function areaOf(bytes: Buffer): ByteMemory {
    return {
        size: bytes.length,
        read: async (at, length) => Buffer.from(bytes.subarray(at, at + length)),
        write: async (at, content) => void bytes.set(content, at),
    }
}
