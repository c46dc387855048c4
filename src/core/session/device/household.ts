import { copyOf } from "../../crypto/copy-of"
import { hex } from "../../crypto/hex"
import type { Random } from "../../crypto/random"
import { HOUSEHOLD, MOST_PEOPLE } from "../../owner/owner-records"
import { Role } from "../../owner/rights"
import type { Pause, Store } from "../../ports"
import { soundRecord } from "../../store/sound-record"
import { Turns } from "../../store/turns"
import { LABEL_SECRET_BYTES } from "../edhoc/credential"

/** So many invitations can be open. */
export const MOST_INVITATIONS = 2
/** How long an invitation is good: starts of the device, and hours that it runs. Whichever ends first. */
export const INVITATION_STARTS = 8
export const INVITATION_HOURS = 48

const HOUR_MS = 3_600_000

/** In the record: of each person a role and a `Standing`; then of each invitation a role, starts and hours left, and its secret. */
const NOBODY = 255
const PERSON_BYTES = 2
const INVITATIONS_AT = MOST_PEOPLE * PERSON_BYTES
const STARTS = 1
const HOURS = 2
const SECRET = 3
const INVITATION_BYTES = SECRET + LABEL_SECRET_BYTES
const RECORD_BYTES = INVITATIONS_AT + MOST_INVITATIONS * INVITATION_BYTES

/** An invitation that is not open. */
const CLOSED: Buffer = hex`ff 00 00 00000000000000000000000000000000`
/** Nobody is known, and nobody is invited. */
const EMPTY: Buffer = hex`
    ff00 ff00 ff00 ff00 ff00 ff00 ff00 ff00
    ff 00 00 00000000000000000000000000000000
    ff 00 00 00000000000000000000000000000000`

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
    /** Whether nobody knows who was known. Before `load` it is so. */
    lost = true
    private readonly random: Random
    private readonly turns: Turns
    private store!: Store
    private record = EMPTY
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
        const record = (await soundRecord(store, HOUSEHOLD)) || EMPTY
        this.lost = record.length !== RECORD_BYTES
        this.record = this.lost ? EMPTY : record
        await this.age(STARTS)
    }

    /** How many people have been heard of. */
    count(): number {
        let count = 0
        for (let place = 0; place < MOST_PEOPLE; place++) if (this.roleOf(place) !== undefined) count++
        return count
    }

    /** @returns undefined if nobody there has been heard of */
    roleOf(place: number): Role | undefined {
        const { record } = this
        const at = place * PERSON_BYTES
        return record[at] === NOBODY || record[at + 1] !== Standing.Known ? undefined : record[at]
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
        const at = invitationAt(invitation)
        if (at < INVITATIONS_AT || at >= RECORD_BYTES || this.record[at] === NOBODY) return undefined
        return copyOf(this.record.slice(at + SECRET, at + INVITATION_BYTES))
    }

    /** Whether somebody may come to a place by that: the label is for the first, an invitation has to be open, and nobody is there who was heard of. */
    admits(place: number, standing: Standing): boolean {
        if (this.lost || this.roleOf(place) !== undefined) return false
        return standing === Standing.ByLabel
            ? this.count() === 0
            : this.secretOf(standing - Standing.ByInvitation) !== undefined
    }

    /** Forgets whoever is there and was not heard of, before the place has another's keys. @throws StoreError; then they are as before */
    async vacate(place: number): Promise<void> {
        if (this.roleOf(place) !== undefined || !this.isTaken(place)) return
        const next = await this.begin()
        next[place * PERSON_BYTES] = NOBODY
        await this.end(next)
    }

    /** Takes in somebody who `admits` says may come. @returns their role @throws StoreError; then nobody was */
    async admit(place: number, standing: Standing): Promise<Role> {
        const next = await this.begin()
        const role = standing === Standing.ByLabel ? Role.Owner : next[invitationAt(standing - Standing.ByInvitation)]
        const at = place * PERSON_BYTES
        next[at] = role
        next[at + 1] = standing
        await this.end(next)
        return role
    }

    /**
     * Of somebody who was heard of under their keys. What let them in is used up by that; if somebody else has used it up before, they are forgotten.
     * @returns their role; undefined if there is none
     * @throws StoreError; then they are as before
     */
    async confirm(place: number): Promise<Role | undefined> {
        if (this.roleOf(place) === undefined && this.isTaken(place)) {
            const next = await this.begin()
            const at = place * PERSON_BYTES
            const standing = next[at + 1]
            next[at + 1] = Standing.Known
            // Whoever else came that way, and was not heard of, is nobody.
            forgetUnheard(next, standing)
            if (!this.admits(place, standing)) next[at] = NOBODY
            else if (standing !== Standing.ByLabel) next.set(CLOSED, invitationAt(standing - Standing.ByInvitation))
            await this.end(next)
        }
        return this.roleOf(place)
    }

    /**
     * Opens an invitation, in the place of the older one if there are as many as can be.
     * @returns its number; its secret is `secretOf`
     * @throws StoreError; then it is not open
     */
    async invite(role: Role): Promise<number> {
        const secret = Buffer.alloc(LABEL_SECRET_BYTES)
        this.random.draw(secret)
        const next = await this.begin()
        // One that is not open has no hours left.
        let at = INVITATIONS_AT
        for (let other = invitationAt(1); other < RECORD_BYTES; other += INVITATION_BYTES)
            if (next[other + HOURS] < next[at + HOURS]) at = other
        const invitation = (at - INVITATIONS_AT) / INVITATION_BYTES
        next[at] = role
        next[at + STARTS] = INVITATION_STARTS
        next[at + HOURS] = INVITATION_HOURS
        next.set(secret, at + SECRET)
        // Whoever came by the one before and was not heard of does not get the role of this one.
        forgetUnheard(next, Standing.ByInvitation + invitation)
        await this.end(next)
        return invitation
    }

    /** Forgets somebody. @returns whether it did: an owner has to be left. @throws StoreError; then they are as before */
    async remove(place: number): Promise<boolean> {
        const next = await this.begin()
        let isOwned = false
        next[place * PERSON_BYTES] = NOBODY
        for (let at = 0; at < INVITATIONS_AT; at += PERSON_BYTES)
            if (next[at] === Role.Owner && next[at + 1] === Standing.Known) isOwned = true
        await this.end(isOwned ? next : undefined)
        return isOwned
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
        const next = await this.begin()
        let isOpen = false
        for (let at = INVITATIONS_AT; at < RECORD_BYTES; at += INVITATION_BYTES) {
            if (next[at] === NOBODY) continue
            isOpen = true
            const left = next[at + field] - 1
            if (left > 0) next[at + field] = left
            else next.set(CLOSED, at)
        }
        await this.end(isOpen ? next : undefined)
    }

    /** @returns a copy of the record, to be changed at once and handed to `end`, which has to be called: others wait for it */
    private async begin(): Promise<Buffer> {
        await this.turns.take()
        return copyOf(this.record)
    }

    /** @param next what the record is to be, if anything is to change @throws StoreError; then the record is as before */
    private async end(next: Buffer | undefined): Promise<void> {
        try {
            if (!next) return
            await this.store.set(HOUSEHOLD, next)
            this.record = next
        } finally {
            this.turns.end()
        }
    }
}

function invitationAt(invitation: number): number {
    return INVITATIONS_AT + invitation * INVITATION_BYTES
}

/** @param standing not `Known` */
function forgetUnheard(record: Buffer, standing: Standing): void {
    for (let at = 0; at < INVITATIONS_AT; at += PERSON_BYTES) if (record[at + 1] === standing) record[at] = NOBODY
}
