import { copyOf } from "../../crypto/copy-of"
import type { Random } from "../../crypto/random"
import { Role } from "../../owner/rights"
import type { Pause, Store } from "../../ports"
import { soundRecord } from "../../store/sound-record"
import { Turns } from "../../store/turns"
import { LABEL_SECRET_BYTES } from "../edhoc/credential"

/** So many people can be known. */
export const MOST_PEOPLE = 8
/** So many invitations can be open. */
export const MOST_INVITATIONS = 2
/** How long an invitation is good: starts of the device, and hours that it runs. Whichever ends first. */
export const INVITATION_STARTS = 8
export const INVITATION_HOURS = 48

const HOUR_MS = 3_600_000
const RECORD = "household"

/** In the record: of each person a role and a `Standing`; then of each invitation a role, starts and hours left, and its secret. */
const NOBODY = 255
const PERSON_BYTES = 2
const INVITATIONS_AT = MOST_PEOPLE * PERSON_BYTES
const STARTS = 1
const HOURS = 2
const SECRET = 3
const INVITATION_BYTES = SECRET + LABEL_SECRET_BYTES
const RECORD_BYTES = INVITATIONS_AT + MOST_INVITATIONS * INVITATION_BYTES

/** How somebody came, as long as they have not been heard of under the keys of their pairing; from 2 on, by that invitation. */
export enum Standing {
    /** Heard of. */
    Known = 0,
    ByLabel = 1,
    ByInvitation = 2,
}

/**
 * Who may use the device: a place for each, with a role, and open invitations. All in one record, so that an invitation is used up in the same write that
 * lets somebody in. Somebody who was paired is not known before they are heard of under their keys: until then the label, or the invitation, is still good,
 * since nobody knows whether they ever got the keys. Changes take turns.
 */
export class Household {
    private readonly random: Random
    private readonly turns: Turns
    private store!: Store
    private record: Buffer = emptyRecord()
    private damaged = true
    /** Of the hours since the start, those that are on record, in milliseconds. */
    private hoursMs = 0

    constructor(random: Random, pause: Pause) {
        this.random = random
        this.turns = new Turns(pause)
    }

    /**
     * If the record is damaged, nobody is known and nobody can be paired until a factory reset. To be called once a start: it is one less for invitations.
     * @throws StoreError if the memory does not answer
     */
    async load(store: Store): Promise<void> {
        this.store = store
        const record = await soundRecord(store, RECORD)
        this.damaged = record !== undefined && record.length !== RECORD_BYTES
        this.record = record === undefined || this.damaged ? emptyRecord() : record
        await this.age(STARTS)
    }

    /** Whether nobody knows who was known. Before `load` it is so. */
    lost(): boolean {
        return this.damaged
    }

    /** How many people have been heard of. */
    count(): number {
        return countIn(this.record)
    }

    /** @returns undefined if nobody there has been heard of */
    roleOf(place: number): Role | undefined {
        return roleIn(this.record, place)
    }

    /** Whether somebody was paired there, heard of or not. */
    isTaken(place: number): boolean {
        return place < MOST_PEOPLE && this.record[place * PERSON_BYTES] !== NOBODY
    }

    /** Where the next one goes: where nobody is, or somebody who was not heard of yet; the first of all goes to 0. -1 if there is no such place. */
    free(): number {
        if (this.count() === 0) return 0
        let unheard = -1
        for (let place = 0; place < MOST_PEOPLE; place++) {
            if (!this.isTaken(place)) return place
            if (this.roleOf(place) === undefined) unheard = place
        }
        return unheard
    }

    /** @returns the secret of an open invitation; undefined if it is not open */
    secretOf(invitation: number): Buffer | undefined {
        if (invitation < 0 || invitation >= MOST_INVITATIONS) return undefined
        const at = invitationAt(invitation)
        return this.record[at] === NOBODY ? undefined : copyOf(this.record.slice(at + SECRET, at + INVITATION_BYTES))
    }

    /** Whether somebody may come to a place by that: the label is for the first, an invitation has to be open, and nobody is there who was heard of. */
    admits(place: number, standing: Standing): boolean {
        if (this.damaged || this.roleOf(place) !== undefined) return false
        return standing === Standing.ByLabel
            ? this.count() === 0
            : this.secretOf(standing - Standing.ByInvitation) !== undefined
    }

    /** Forgets whoever is there and was not heard of, before the place has another's keys. @throws StoreError; then they are as before */
    async vacate(place: number): Promise<void> {
        if (this.roleOf(place) !== undefined || !this.isTaken(place)) return
        await this.change(next => {
            next[place * PERSON_BYTES] = NOBODY
            return true
        })
    }

    /** Takes in somebody who `admits` says may come. @returns their role @throws StoreError; then nobody was */
    async admit(place: number, standing: Standing): Promise<Role> {
        let role = Role.Owner
        await this.change(next => {
            if (standing !== Standing.ByLabel) role = next[invitationAt(standing - Standing.ByInvitation)]
            next[place * PERSON_BYTES] = role
            next[place * PERSON_BYTES + 1] = standing
            return true
        })
        return role
    }

    /**
     * Of somebody who was heard of under their keys. What let them in is used up by that; if somebody else has used it up before, they are forgotten.
     * @returns their role; undefined if there is none
     * @throws StoreError; then they are as before
     */
    async confirm(place: number): Promise<Role | undefined> {
        if (this.roleOf(place) === undefined && this.isTaken(place))
            await this.change(next => {
                const at = place * PERSON_BYTES
                const standing = next[at + 1]
                if (standing === Standing.ByLabel && countIn(next) > 0) next[at] = NOBODY
                if (standing >= Standing.ByInvitation) {
                    const invitation = invitationAt(standing - Standing.ByInvitation)
                    if (next[invitation] === NOBODY) next[at] = NOBODY
                    else close(next, invitation)
                }
                // Whoever else came that way, and was not heard of, is nobody.
                for (let other = 0; other < INVITATIONS_AT; other += PERSON_BYTES)
                    if (other !== at && next[other + 1] === standing) next[other] = NOBODY
                next[at + 1] = Standing.Known
                return true
            })
        return this.roleOf(place)
    }

    /**
     * Opens an invitation, in the place of the older one if there are as many as can be.
     * @returns its number; its secret is `secretOf`
     * @throws StoreError; then it is not open
     */
    async invite(role: Role): Promise<number> {
        const { random } = this
        let invitation = 0
        await this.change(next => {
            for (let i = 0; i < MOST_INVITATIONS; i++) {
                const [at, chosen] = [invitationAt(i), invitationAt(invitation)]
                if (next[chosen] === NOBODY) break
                if (next[at] === NOBODY || next[at + HOURS] < next[chosen + HOURS]) invitation = i
            }
            const at = invitationAt(invitation)
            const secret = Buffer.alloc(LABEL_SECRET_BYTES)
            random.draw(secret)
            next[at] = role
            next[at + STARTS] = INVITATION_STARTS
            next[at + HOURS] = INVITATION_HOURS
            next.set(secret, at + SECRET)
            // Whoever came by the one before and was not heard of does not get the role of this one.
            for (let place = 0; place < MOST_PEOPLE; place++)
                if (next[place * PERSON_BYTES + 1] === Standing.ByInvitation + invitation)
                    next[place * PERSON_BYTES] = NOBODY
            return true
        })
        return invitation
    }

    /** Forgets somebody. @returns whether it did: an owner has to be left. @throws StoreError; then they are as before */
    async remove(place: number): Promise<boolean> {
        return await this.change(next => {
            let owners = 0
            next[place * PERSON_BYTES] = NOBODY
            for (let at = 0; at < INVITATIONS_AT; at += PERSON_BYTES)
                if (next[at] === Role.Owner && next[at + 1] === Standing.Known) owners++
            return owners > 0
        })
    }

    /** Whether an hour has passed that is not on record. @param nowMs since the start */
    isDue(nowMs: number): boolean {
        return nowMs - this.hoursMs >= HOUR_MS
    }

    /** Takes an hour that is due from what invitations have. @throws StoreError; then it is still due */
    async takeHour(): Promise<void> {
        await this.age(HOURS)
        this.hoursMs += HOUR_MS
    }

    /** One less of what invitations have. */
    private async age(field: number): Promise<void> {
        let open = false
        for (let i = 0; i < MOST_INVITATIONS; i++) if (this.record[invitationAt(i)] !== NOBODY) open = true
        if (!open) return
        await this.change(next => {
            for (let i = 0; i < MOST_INVITATIONS; i++) {
                const at = invitationAt(i)
                if (next[at] === NOBODY) continue
                if (next[at + field] > 1) next[at + field]--
                else close(next, at)
            }
            return true
        })
    }

    /** @param how changes a copy of the record, and says whether that is to be kept @returns what it said */
    private async change(how: (next: Buffer) => boolean): Promise<boolean> {
        await this.turns.take()
        try {
            const next = copyOf(this.record)
            const wanted = how(next)
            if (wanted) {
                await this.store.set(RECORD, next)
                this.record = next
            }
            return wanted
        } finally {
            this.turns.end()
        }
    }
}

function roleIn(record: Buffer, place: number): Role | undefined {
    const at = place * PERSON_BYTES
    return record[at] === NOBODY || record[at + 1] !== Standing.Known ? undefined : record[at]
}

function countIn(record: Buffer): number {
    let count = 0
    for (let place = 0; place < MOST_PEOPLE; place++) if (roleIn(record, place) !== undefined) count++
    return count
}

function invitationAt(invitation: number): number {
    return INVITATIONS_AT + invitation * INVITATION_BYTES
}

function close(record: Buffer, at: number): void {
    record.set(Buffer.alloc(INVITATION_BYTES), at)
    record[at] = NOBODY
}

function emptyRecord(): Buffer {
    const record = Buffer.alloc(RECORD_BYTES)
    for (let place = 0; place < MOST_PEOPLE; place++) record[place * PERSON_BYTES] = NOBODY
    for (let i = 0; i < MOST_INVITATIONS; i++) record[invitationAt(i)] = NOBODY
    return record
}
