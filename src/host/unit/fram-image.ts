import { openDigest } from "../../core/crypto/digest"
import type { Random } from "../../core/crypto/random"
import { inFactory } from "../../core/identity/factory"
import { IdentityRecords, PAIRING_RECORD } from "../../core/identity/identity-records"
import { IdentityRefusal, IdentityState } from "../../core/identity/identity-state"
import { SealedStore, sealKey } from "../../core/identity/sealed-store"
import { SoftwareKeyStore } from "../../core/identity/software-key-store"
import { StoredCounter } from "../../core/identity/stored-counter"
import type { ByteMemory, Counter, SlotMemory, Store } from "../../core/ports"
import { CERTIFICATES_AT, CERTIFICATES_BYTES, RECORD_SLOTS, SLOT_BYTES } from "../../core/store/memory-layout"
import { RecordStore } from "../../core/store/record-store"
import { FLOOR_RECORD } from "../../core/update/records"
import { nodeDigest } from "../node-digest"

export const FRAM_BYTES = 32_768

const pause = async () => {}

/** A unit's identity that the host makes in the place of the unit, as the unit's memory will hold it. */
export class FramImage {
    /** What the memory is to be programmed with. It holds the private key. */
    readonly bytes: Buffer
    readonly keys: SoftwareKeyStore
    readonly #sealed: Store
    readonly #records: IdentityRecords
    readonly #floor: Counter

    private constructor(bytes: Buffer, sealed: Store, records: IdentityRecords, keys: SoftwareKeyStore) {
        this.bytes = bytes
        this.keys = keys
        this.#sealed = sealed
        this.#records = records
        this.#floor = new StoredCounter(sealed, FLOOR_RECORD)
    }

    /**
     * @param bytes of the memory; all zeros, or what an earlier image left
     * @param deviceId of the chip that the memory goes with, 16 hex digits
     * @throws StoreError if it is neither
     */
    static async open(bytes: Buffer, deviceId: string, random: Random): Promise<FramImage> {
        const store = new RecordStore(slotsOf(bytes), pause)
        await store.mount()
        const digest = await openDigest(nodeDigest, pause)
        const key = await sealKey(store, digest, random, Buffer.from(deviceId, "hex"), pause)
        const sealed = new SealedStore(store, digest, key, pause)
        const records = new IdentityRecords(sealed, certificatesOf(bytes), digest, pause)
        return new FramImage(bytes, sealed, records, new SoftwareKeyStore(sealed, random, pause))
    }

    /** Whether the unit may still be given an identity. @throws StoreError if that cannot be said */
    async inFactory(): Promise<boolean> {
        return await inFactory(this.#sealed, this.#floor)
    }

    /** Whether it is this unit's already. @throws StoreError */
    async holds(serial: string, chain: Buffer, pairingSecret: Buffer): Promise<boolean> {
        const state = await this.#records.check(this.keys, this.#floor)
        const certificates = this.bytes.subarray(CERTIFICATES_AT, CERTIFICATES_AT + this.#records.certificatesBytes)
        const secret = await this.#sealed.get(PAIRING_RECORD)
        const isUnit = state === IdentityState.Valid && this.#records.serial === serial
        return isUnit && certificates.equals(chain) && secret !== undefined && pairingSecret.equals(secret)
    }

    /** Writes the identity of a unit in the factory, as the device does itself when it is provisioned. */
    async keep(serial: string, chain: Buffer, pairingSecret: Buffer): Promise<void> {
        const digest = nodeDigest(undefined, "sha256", [chain])
        const refusals = [
            await this.#records.keepPairingSecret(pairingSecret),
            await this.#records.writeCertificates(0, chain),
            await this.#records.keep(chain.length, digest, serial, await this.keys.publicKey()),
        ]
        const refusal = refusals.find(reason => reason !== IdentityRefusal.None)
        if (refusal !== undefined) throw new Error(`the identity of ${serial} is refused: ${IdentityRefusal[refusal]}`)
    }
}

function slotsOf(bytes: Buffer): SlotMemory {
    return {
        slots: RECORD_SLOTS,
        slotBytes: SLOT_BYTES,
        read: async (slot, length) => Buffer.from(bytes.subarray(slot * SLOT_BYTES, slot * SLOT_BYTES + length)),
        write: async (slot, content) => void bytes.set(content, slot * SLOT_BYTES),
    }
}

function certificatesOf(bytes: Buffer): ByteMemory {
    return {
        size: CERTIFICATES_BYTES,
        read: async (at, length) => Buffer.from(bytes.subarray(CERTIFICATES_AT + at, CERTIFICATES_AT + at + length)),
        write: async (at, content) => void bytes.set(content, CERTIFICATES_AT + at),
    }
}
