import { constantTimeEqual } from "../crypto/constant-time"
import type { Digest } from "../crypto/digest"
import { hex } from "../crypto/hex"
import { joinBytes } from "../crypto/join-bytes"
import type { Random } from "../crypto/random"
import type { Pause, Store } from "../ports"
import type { RecordStore } from "../store/record-store"
import { StoreError } from "../store/store-error"
import { FACTORY_RECORD } from "./factory"

/** What a seal takes of a record, in bytes: an HMAC-SHA-256, cut to half as RFC 2104 §5 allows. */
export const SEAL_BYTES = 16
export const ROOT_BYTES = 32
/** Record of the secret that all seals are made with. */
export const ROOT_RECORD = "root"

/**
 * Records with a seal: an HMAC over name and value, under a key made from a secret of this memory and from the identity of the chip. A record
 * that was edited, renamed, or brought along on another board's memory is refused. It is a seal, not a safe: whoever can read the
 * memory can read the records and make seals, and an older copy of the whole memory carries seals that hold.
 */
export class SealedStore implements Store {
    private readonly store: Store
    private readonly digest: Digest
    private readonly key: Buffer
    private readonly pause: Pause

    /** @param key of 32 bytes; see `sealKey` */
    constructor(store: Store, digest: Digest, key: Buffer, pause: Pause) {
        this.store = store
        this.digest = digest
        this.key = key
        this.pause = pause
    }

    async get(name: string): Promise<Buffer | undefined> {
        const record = await this.store.get(name)
        if (!record) return undefined
        // What is shorter than a seal is none.
        const length = Math.max(record.length - SEAL_BYTES, 0)
        const value = record.slice(0, length)
        if (!constantTimeEqual(record.slice(length), await this.seal(name, value)))
            throw new StoreError("seal", `record ${name}: the seal is not this device's`)
        return value
    }

    async set(name: string, value: Buffer): Promise<void> {
        await this.store.set(name, joinBytes([value, await this.seal(name, value)]))
    }

    async erase(name: string): Promise<void> {
        await this.store.erase(name)
    }

    private async seal(name: string, value: Buffer): Promise<Buffer> {
        const hmac = await this.digest.hmacSha256(this.key, sealInput(name, value), this.pause)
        return hmac.slice(0, SEAL_BYTES)
    }
}

/**
 * The key of this device's seals, 32 bytes. Its secret half is kept in the record `root`. It is made if the memory is blank, and with it the record
 * that the unit is in the factory; that one is written first, so that a power cut leaves either a blank memory or both.
 * @param chip what tells this chip from all others; it may be public
 * @throws StoreError, "corrupt" if the secret is gone and records are not; Error if the random source fails its tests
 */
export async function sealKey(
    store: RecordStore,
    digest: Digest,
    random: Random,
    chip: Buffer,
    pause: Pause,
): Promise<Buffer> {
    const kept = await store.get(ROOT_RECORD)
    let root = kept
    if (!root) {
        // A new secret beside old records would break their seals for ever.
        if (!store.holdsOnly(FACTORY_RECORD)) throw new StoreError("corrupt", `no record ${ROOT_RECORD} beside others`)
        root = Buffer.alloc(ROOT_BYTES)
        random.draw(root)
    }
    const input = sealKeyInput(chip)
    const key = await digest.hmacSha256(root, input, pause)
    if (!kept) {
        await new SealedStore(store, digest, key, pause).set(FACTORY_RECORD, hex``)
        await store.set(ROOT_RECORD, root)
    }
    return key
}

/** What a seal is an HMAC of. Names hold no zero byte, so it ends them. */
export function sealInput(name: string, value: Buffer): Buffer[] {
    return [Buffer.from(name), hex`00`, value]
}

/** What the key of the seals is an HMAC of, under the secret half. */
export function sealKeyInput(chip: Buffer): Buffer[] {
    return [Buffer.from("seal"), chip]
}
