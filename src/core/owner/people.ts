import { constantTimeEqual } from "../crypto/constant-time"
import { joinBytes } from "../crypto/join-bytes"
import type { Store } from "../ports"
import { Role } from "./rights"

/** What a credential is known by, in bytes: the start of a hash of its public key, for instance. */
export const CREDENTIAL_BYTES = 8
/** What fits one record. */
export const MAX_PEOPLE = 10
/** Record of the credentials, each followed by its role. */
export const PEOPLE = "people"

const ENTRY_BYTES = CREDENTIAL_BYTES + 1

/** Why a credential is not given or taken. */
export enum PeopleRefusal {
    None = 0,
    /** A credential's identifier is 8 bytes long. */
    Size = 1,
    /** There is room for ten. */
    Full = 2,
    /** No owner would be left. */
    NoOwner = 3,
    /** There is no such credential. */
    Unknown = 4,
}

/** Who may use the device, as credentials and the roles they stand for. That somebody holds a credential is proved elsewhere. */
export class People {
    private readonly store: Store
    private entries: Buffer = Buffer.alloc(0)

    /** @param store that notices what others changed */
    constructor(store: Store) {
        this.store = store
    }

    /** @throws StoreError */
    async load(): Promise<void> {
        this.entries = (await this.store.get(PEOPLE)) || Buffer.alloc(0)
    }

    /** @returns undefined for a credential that nobody was given */
    roleOf(credential: Buffer): Role | undefined {
        const at = this.find(credential)
        return at < 0 ? undefined : this.entries[at + CREDENTIAL_BYTES]
    }

    /** Gives a credential, or another role to one that was given. @throws StoreError; then nothing has changed */
    async give(credential: Buffer, role: Role): Promise<PeopleRefusal> {
        if (credential.length !== CREDENTIAL_BYTES) return PeopleRefusal.Size
        return await this.keep(joinBytes([this.without(credential), credential, Buffer.from([role])]))
    }

    /** @throws StoreError; then nothing has changed */
    async take(credential: Buffer): Promise<PeopleRefusal> {
        if (this.find(credential) < 0) return PeopleRefusal.Unknown
        return await this.keep(this.without(credential))
    }

    private async keep(entries: Buffer): Promise<PeopleRefusal> {
        if (entries.length > MAX_PEOPLE * ENTRY_BYTES) return PeopleRefusal.Full
        let owners = 0
        for (let at = CREDENTIAL_BYTES; at < entries.length; at += ENTRY_BYTES) if (entries[at] === Role.Owner) owners++
        if (owners === 0) return PeopleRefusal.NoOwner
        await this.store.set(PEOPLE, entries)
        this.entries = entries
        return PeopleRefusal.None
    }

    private without(credential: Buffer): Buffer {
        const at = this.find(credential)
        if (at < 0) return this.entries
        return joinBytes([this.entries.slice(0, at), this.entries.slice(at + ENTRY_BYTES)])
    }

    /** @returns the offset of a credential's entry, or -1 */
    private find(credential: Buffer): number {
        for (let at = 0; at < this.entries.length; at += ENTRY_BYTES)
            if (constantTimeEqual(credential, this.entries.slice(at, at + CREDENTIAL_BYTES))) return at
        return -1
    }
}
