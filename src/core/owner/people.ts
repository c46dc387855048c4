import { constantTimeEqual } from "../crypto/constant-time"
import { copyOf } from "../crypto/copy-of"
import { hex } from "../crypto/hex"
import { joinBytes } from "../crypto/join-bytes"
import type { Pause, Store } from "../ports"
import { soundRecord } from "../store/sound-record"
import { Turns } from "../store/turns"
import { PEOPLE } from "./owner-records"
import { OwnerRefusal } from "./owner-refusal"
import { Role } from "./rights"

/** What a credential is known by, in bytes: the start of a hash of its public key, for instance. */
export const CREDENTIAL_BYTES = 8
/** What fits one sealed record. */
export const MAX_PEOPLE = 8

/** In place of a role: nobody is to have that credential any more. */
export const NOBODY = 255

const ENTRY_BYTES = CREDENTIAL_BYTES + 1

/** What stands for people whose record is damaged: somebody, who has no role. So nobody has rights, and nobody is the first either. */
const UNKNOWN_PEOPLE: Buffer = hex`0000000000000000 ff`

/** Who may use the device, as credentials and the roles they stand for. That somebody holds a credential is proved elsewhere. */
export class People {
    private store!: Store
    private readonly turns: Turns
    /** Nobody, before `load`. */
    private entries: Buffer = hex``

    constructor(pause: Pause) {
        this.turns = new Turns(pause)
    }

    /**
     * If the record is damaged, nobody may do anything until a factory reset, by a person on the spot.
     * @param store that notices what others changed
     * @throws StoreError if the memory does not answer
     */
    async load(store: Store): Promise<void> {
        this.store = store
        const record = await soundRecord(store, PEOPLE)
        this.entries = !record || record.length > 0 ? record || hex`` : UNKNOWN_PEOPLE
    }

    /** Whether the record is damaged. */
    lost(): boolean {
        return this.entries === UNKNOWN_PEOPLE
    }

    count(): number {
        return this.entries.length / ENTRY_BYTES
    }

    /** @returns undefined for a credential that nobody was given */
    roleOf(credential: Buffer): Role | undefined {
        const at = this.placeOf(credential)
        return at < 0 ? undefined : this.entries[at + CREDENTIAL_BYTES]
    }

    /**
     * Gives a credential, gives one another role, or takes it away. Several at once are done one after the other.
     * @param role or NOBODY
     * @param allowed asked when everything that came before is done: it may have taken the right away
     * @throws StoreError; then nothing has changed
     */
    async assign(credential: Buffer, role: Role | typeof NOBODY, allowed: () => boolean): Promise<OwnerRefusal> {
        if (credential.length !== CREDENTIAL_BYTES) return OwnerRefusal.Size
        const own = copyOf(credential)
        await this.turns.take()
        try {
            return allowed() ? await this.change(own, role) : OwnerRefusal.NotAllowed
        } finally {
            this.turns.end()
        }
    }

    private async change(credential: Buffer, role: Role | typeof NOBODY): Promise<OwnerRefusal> {
        const at = this.placeOf(credential)
        if (role === NOBODY && at < 0) return OwnerRefusal.Unknown
        const others = at < 0 ? [this.entries] : [this.entries.slice(0, at), this.entries.slice(at + ENTRY_BYTES)]
        if (role !== NOBODY) others.push(credential, Buffer.from([role]))
        const entries = joinBytes(others)
        if (entries.length > MAX_PEOPLE * ENTRY_BYTES) return OwnerRefusal.Full
        let owners = 0
        for (let at = CREDENTIAL_BYTES; at < entries.length; at += ENTRY_BYTES) if (entries[at] === Role.Owner) owners++
        if (owners === 0) return OwnerRefusal.NoOwner
        await this.store.set(PEOPLE, entries)
        this.entries = entries
        return OwnerRefusal.None
    }

    /** @returns the offset of a credential's entry, or -1 */
    private placeOf(credential: Buffer): number {
        for (let at = 0; at < this.entries.length; at += ENTRY_BYTES)
            if (constantTimeEqual(credential, this.entries.slice(at, at + CREDENTIAL_BYTES))) return at
        return -1
    }
}
