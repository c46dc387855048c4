import { ed25519Key, ed25519Sign, ed25519StoredKey } from "../crypto/ed25519"
import { ED25519_KEY_BYTES } from "../crypto/ed25519-hash"
import { joinBytes } from "../crypto/join-bytes"
import type { Random } from "../crypto/random"
import { wipe } from "../crypto/wipe"
import type { KeyStore, Pause, Store } from "../ports"

/** Record of the seed and the public key, 32 bytes each. */
const KEY = "key"

/**
 * An Ed25519 key in a record. It is as secret as the memory behind the store: signing itself takes a time that is nearly, not fully,
 * independent of the key (docs/crypto-curves.md).
 */
export class SoftwareKeyStore implements KeyStore {
    readonly algorithm = "EdDSA"
    private readonly store: Store
    private readonly random: Random
    private readonly pause: Pause

    /** @param store that notices what others changed */
    constructor(store: Store, random: Random, pause: Pause) {
        this.store = store
        this.random = random
        this.pause = pause
    }

    async publicKey(): Promise<Buffer | undefined> {
        const record = await this.store.get(KEY)
        return record ? record.slice(ED25519_KEY_BYTES) : undefined
    }

    async createKey(): Promise<Buffer> {
        const existing = await this.publicKey()
        if (existing) return existing
        const seed = Buffer.alloc(ED25519_KEY_BYTES)
        this.random.draw(seed)
        const { publicKey } = await ed25519Key(seed, this.pause)
        await this.store.set(KEY, joinBytes([seed, publicKey]))
        wipe(seed)
        return publicKey
    }

    /** @throws Error if no key was made */
    async sign(message: Buffer): Promise<Buffer> {
        const record = await this.store.get(KEY)
        if (!record) throw new Error("this device has no key yet: provision it")
        const seed = record.slice(0, ED25519_KEY_BYTES)
        const key = await ed25519StoredKey(seed, record.slice(ED25519_KEY_BYTES), this.pause)
        const signature = await ed25519Sign(key, message, this.pause)
        wipe(seed)
        wipe(key.prefix)
        wipe(record)
        return signature
    }
}
